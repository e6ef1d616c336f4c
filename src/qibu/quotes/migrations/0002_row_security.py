from django.db import migrations

from qibu.kernel.operations import SecureTable

# Where the link of a token is, for a page that is opened before any scope is: nothing but its organisation and number.
LINK = """
CREATE FUNCTION quotes_link_of(token_hash bytea) RETURNS TABLE (organisation_id bigint, link_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.organisation_id, l.id FROM quotes_quotelink l WHERE l.token_hash = $1
$$
"""

# Who below the organisation in scope has loan plans or a way of quoting of its own: nothing but that.
BELOW = """
CREATE FUNCTION quotes_overridden_below() RETURNS TABLE (kind text, key text, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE tree AS (
    SELECT id FROM network_organisation WHERE parent_id = current_setting('qibu.write_org')::bigint
    UNION ALL
    SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id
  )
  SELECT 'loan_plan', p.code, p.organisation_id FROM quotes_loanplan p WHERE p.organisation_id IN (SELECT id FROM tree)
  UNION ALL
  SELECT 'quote_rules', r.code, r.organisation_id FROM quotes_quoterules r
   WHERE r.organisation_id IN (SELECT id FROM tree)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("quotes", "0001_initial"), ("leads", "0002_row_security"), ("tasks", "0013_seal_functions")]

    operations = [
        SecureTable("loanplan", inherited=True),
        SecureTable("quoterules", inherited=True),
        SecureTable("appraisal"),
        SecureTable("quote"),
        SecureTable("variant"),
        SecureTable("quotelink"),
        SecureTable("linkanswer"),
        migrations.RunSQL(LINK, "DROP FUNCTION quotes_link_of(bytea)"),
        migrations.RunSQL(BELOW, "DROP FUNCTION quotes_overridden_below()"),
    ]
