from django.db import migrations

from qibu.kernel.operations import SecureTable

# Asked before any scope is open: which form a secret in an address belongs to, and whose mailboxes are looked into.
FORM = """
CREATE FUNCTION intake_form(shown bytea) RETURNS TABLE (organisation_id bigint, form_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT f.organisation_id, f.id FROM intake_webform f WHERE f.token_hash = shown
$$
"""
MAILBOXES = """
CREATE FUNCTION intake_organisations_with_mailboxes() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organisation_id FROM intake_mailbox WHERE active
$$
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        SecureTable("webform"),
        SecureTable("consentwording"),
        SecureTable("mailbox"),
        SecureTable("takenletter"),
        SecureTable("leadsheet"),
        SecureTable("arrival"),
        migrations.RunSQL(FORM, "DROP FUNCTION intake_form(bytea)"),
        migrations.RunSQL(MAILBOXES, "DROP FUNCTION intake_organisations_with_mailboxes()"),
    ]
