from django.db import migrations

# Who below the organisation in scope wants plans, intervals or the working of the backlog otherwise: nothing but that.
FUNCTION = """
CREATE FUNCTION care_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'plan', o.code, o.organisation_id FROM care_planoverride o WHERE o.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'plan', p.code, p.organisation_id FROM care_plan p WHERE p.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'policy', 'policy', c.organisation_id FROM care_carepolicy c WHERE c.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'interval', i.brand || '|' || i.series || '|' || i.energy, i.organisation_id FROM care_maintenanceinterval i
   WHERE i.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("care", "0010_intervals_by_line")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION care_overridden_below()")]
