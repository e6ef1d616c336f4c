from django.db import migrations

from qibu.kernel.operations import SecureTable

# Asked by the worker once a minute, before any scope is open: the functions tell nothing but numbers.
DUE = """
CREATE FUNCTION contact_organisations_with_due_messages(at timestamptz) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT organisation_id FROM contact_message WHERE due_at <= at
$$
"""
# Those with an account and everybody below them.
WRITING = """
CREATE FUNCTION contact_organisations_that_write() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE writing AS (
    SELECT organisation_id AS id FROM contact_mailaccount WHERE organisation_id IS NOT NULL UNION
    SELECT below.id FROM network_organisation below JOIN writing ON below.parent_id = writing.id)
  SELECT id FROM writing
$$
"""


class Migration(migrations.Migration):
    dependencies = [("contact", "0001_initial"), ("tasks", "0002_row_security")]

    operations = [
        SecureTable("mailaccount", inherited=True),
        SecureTable("wish"),
        SecureTable("message"),
        SecureTable("told"),
        migrations.RunSQL(DUE, "DROP FUNCTION contact_organisations_with_due_messages(timestamptz)"),
        migrations.RunSQL(WRITING, "DROP FUNCTION contact_organisations_that_write()"),
    ]
