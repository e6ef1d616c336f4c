from django.db import migrations

from qibu.kernel.operations import SecureTable

# Where the sending of a token is, for a page that is opened before any scope is: nothing but its organisation and number.
LINK = """
CREATE FUNCTION nurturing_link_of(token_hash bytea) RETURNS TABLE (organisation_id bigint, sending_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.organisation_id, s.id FROM nurturing_sending s WHERE s.token_hash = $1
$$
"""

# Who below the organisation in scope has pieces, sequences or numbers of its own: nothing but that.
BELOW = """
CREATE FUNCTION nurturing_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'piece', p.code, p.organisation_id FROM nurturing_piece p WHERE p.organisation_id IN (SELECT id FROM tree)
  UNION ALL
  SELECT 'sequence', s.code, s.organisation_id FROM nurturing_sequence s
   WHERE s.organisation_id IN (SELECT id FROM tree)
  UNION ALL
  SELECT 'nurturing_rules', r.code, r.organisation_id FROM nurturing_nurturingrules r
   WHERE r.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("nurturing", "0001_initial"),
        ("leads", "0002_row_security"),
        ("tasks", "0013_seal_functions"),
    ]

    operations = [
        SecureTable("illustration", inherited=True),
        SecureTable("piece", inherited=True),
        SecureTable("sequence", inherited=True),
        SecureTable("nurturingrules", inherited=True),
        SecureTable("edition"),
        SecureTable("run"),
        SecureTable("sending"),
        migrations.RunSQL(LINK, "DROP FUNCTION nurturing_link_of(bytea)"),
        migrations.RunSQL(BELOW, "DROP FUNCTION nurturing_overridden_below()"),
    ]
