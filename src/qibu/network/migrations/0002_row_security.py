from django.db import migrations

from qibu.kernel.operations import SecureTable

LINEAGE = """
CREATE FUNCTION network_lineage(org bigint) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE line AS (
    SELECT id, parent_id FROM network_organisation WHERE id = org
    UNION ALL
    SELECT above.id, above.parent_id FROM network_organisation above JOIN line ON above.id = line.parent_id
  )
  SELECT coalesce(array_agg(id), '{}') FROM line
$$
"""
# Who works where is asked before a scope is open, so it is asked through a function that answers just that.
MEMBERSHIPS = """
CREATE FUNCTION network_memberships(account bigint) RETURNS TABLE (staff_id bigint, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT id, organisation_id FROM network_staff
  WHERE user_id = account AND left_on IS NULL ORDER BY id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial"), ("kernel", "0002_row_security")]

    operations = [
        migrations.RunSQL(LINEAGE, "DROP FUNCTION network_lineage(bigint)"),
        migrations.RunSQL(MEMBERSHIPS, "DROP FUNCTION network_memberships(bigint)"),
        SecureTable("staff"),
        SecureTable("handover"),
    ]
