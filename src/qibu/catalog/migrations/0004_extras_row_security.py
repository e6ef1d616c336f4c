from django.db import migrations

from qibu.kernel.operations import SecureTable

# Who below the organisation in scope wants cars, extras or tables otherwise: nothing but that.
FUNCTION = """
CREATE FUNCTION catalog_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'car_model', c.code, c.organisation_id FROM catalog_carmodel c WHERE c.organisation_id IN (SELECT id FROM tree)
  UNION ALL
  SELECT 'extra', e.code, e.organisation_id FROM catalog_extra e WHERE e.organisation_id IN (SELECT id FROM tree)
  UNION ALL
  SELECT 'rate_table', t.code, t.organisation_id FROM catalog_ratetable t
   WHERE t.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_extras_and_tables")]

    operations = [
        SecureTable("extra", inherited=True),
        SecureTable("ratetable", inherited=True),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION catalog_overridden_below()"),
    ]
