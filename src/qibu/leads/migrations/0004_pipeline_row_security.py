from django.db import migrations

from qibu.kernel.operations import SecureKey, SecureTable

# What the other organisations of the group have seen, added up: counts alone, and none that fewer than two of them share.
AROUND = """
CREATE FUNCTION leads_tallies_around() RETURNS TABLE (field text, value text, won bigint, lost bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE line AS (
    SELECT id, parent_id FROM network_organisation WHERE id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT above.id, above.parent_id FROM network_organisation above JOIN line ON above.id = line.parent_id
  ), tree AS (
    SELECT id FROM line WHERE parent_id IS NULL
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT t.field::text, t.value::text, sum(t.won), sum(t.lost) FROM leads_tally t
   WHERE t.organisation_id IN (SELECT id FROM tree)
     AND t.organisation_id <> current_setting('qibu.write_org')::bigint
   GROUP BY t.field, t.value HAVING count(DISTINCT t.organisation_id) >= 2
$$
"""
# Who below the organisation in scope has stages, reasons or a pace of its own: nothing but that.
BELOW = """
CREATE FUNCTION leads_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'stages', s.brand || '/' || s.series, s.organisation_id FROM leads_stage s
   WHERE s.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'loss', l.parent || '/' || l.code, l.organisation_id FROM leads_lossreason l
   WHERE l.organisation_id IN (SELECT id FROM tree)
  UNION
  SELECT 'pace', p.grade, p.organisation_id FROM leads_gradepace p WHERE p.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_pipeline"), ("network", "0025_what_stays")]

    operations = [
        SecureTable("lossreason", inherited=True),
        SecureTable("gradepace", inherited=True),
        SecureTable("tally"),
        SecureTable("scoringrefusal"),
        SecureKey("lead", "retry_task"),
        SecureKey("lead", "loss_checked_by"),
        SecureKey("lead", "merged_into"),
        migrations.RunSQL(AROUND, "DROP FUNCTION leads_tallies_around()"),
        migrations.RunSQL(BELOW, "DROP FUNCTION leads_overridden_below()"),
    ]
