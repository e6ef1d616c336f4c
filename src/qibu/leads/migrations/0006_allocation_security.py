from django.db import migrations

from qibu.kernel.operations import SecureTable

# Which organisations have leads of which nobody said a word in time is asked by the worker once a minute, before any
# scope is open: the function tells nothing but their numbers.
SILENCE = """
CREATE FUNCTION leads_organisations_with_silence(at timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT l.organisation_id FROM leads_lead l
    JOIN tasks_task t ON t.organisation_id = l.organisation_id AND t.id = l.next_task_id
   WHERE l.state = 'open' AND l.consultant_id IS NOT NULL AND l.answered_at IS NULL
     AND t.kind = 'lead.first_response' AND t.state = 'open' AND t.due_at < at
$$
"""
# Who below the organisation in scope has rules or numbers of its own: nothing but that.
BELOW = """
CREATE FUNCTION leads_sharing_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'allocation', 'rules', r.organisation_id FROM leads_allocationrule r
   WHERE r.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'allocation', 'policy', p.organisation_id FROM leads_leadpolicy p
   WHERE p.organisation_id IN (SELECT id FROM tree) AND p.values <> '{}'::jsonb
$$
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_allocation"), ("network", "0025_what_stays")]

    operations = [
        SecureTable("allocationrule", inherited=True),
        SecureTable("leadpolicy", inherited=True),
        SecureTable("sellergroup"),
        SecureTable("groupmember"),
        SecureTable("sellershare"),
        SecureTable("duty"),
        SecureTable("placement"),
        migrations.RunSQL(SILENCE, "DROP FUNCTION leads_organisations_with_silence(timestamptz)"),
        migrations.RunSQL(BELOW, "DROP FUNCTION leads_sharing_below()"),
    ]
