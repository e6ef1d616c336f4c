from django.db import migrations

# Who below the organisation in scope has its own version of which field: nothing but that, since row security shows
# nobody the content of those below.
FUNCTION = """
CREATE FUNCTION network_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'field', record || '/' || code, f.organisation_id FROM network_customfield f
   WHERE f.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0008_network_manager")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION network_overridden_below()")]
