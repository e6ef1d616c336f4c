from django.db import migrations

# Who below the organisation in scope has hours, days or ladders of its own: nothing but that.
FUNCTION = """
CREATE FUNCTION tasks_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'ladder', r.ladder, r.organisation_id FROM tasks_rung r WHERE r.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'calendar', 'hours', h.organisation_id FROM tasks_workcalendar h
   WHERE h.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'calendar', 'days', d.organisation_id FROM tasks_calendarday d
   WHERE d.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0009_taken_key"), ("network", "0008_network_manager")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION tasks_overridden_below()")]
