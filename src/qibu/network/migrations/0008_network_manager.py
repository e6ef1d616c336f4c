import django.contrib.postgres.fields
from django.db import migrations, models

ROLES = (
    "store_manager", "sales_manager", "sales_consultant", "service_manager", "service_advisor", "technician",
    "care_manager", "call_agent", "marketing", "trainer", "finance", "manufacturer_analyst", "network_manager",
    "system_administrator", "security_administrator", "auditor",
)  # fmt: skip
# Pages say "this store" or "this region": what kind of organisation it is comes along.
MEMBERSHIPS = """
DROP FUNCTION network_memberships(bigint);
CREATE FUNCTION network_memberships(account bigint)
RETURNS TABLE (staff_id bigint, organisation_id bigint, organisation text, {kind}city text, name text, title text,
               roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT s.id, s.organisation_id, coalesce(nullif(o.short_name, ''), o.name), {of_kind}o.city, s.name, s.title, s.roles
  FROM network_staff s JOIN network_organisation o ON o.id = s.organisation_id
  WHERE s.user_id = account AND s.left_on IS NULL AND NOT s.barred ORDER BY s.id
$$
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0007_absence_security")]

    operations = [
        migrations.AlterField(
            "staff",
            "roles",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(choices=[(role, role) for role in ROLES]), default=list, size=None
            ),
        ),
        migrations.RunSQL(
            MEMBERSHIPS.format(kind="kind text, ", of_kind="o.kind, "), MEMBERSHIPS.format(kind="", of_kind="")
        ),
    ]
