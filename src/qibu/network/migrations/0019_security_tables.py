from django.db import migrations

from qibu.kernel.operations import SecureTable

# What a place demands, and whether the person has a second factor, comes along with the places: one question a page.
MEMBERSHIPS = """
DROP FUNCTION network_memberships(bigint);
CREATE FUNCTION network_memberships(account bigint)
RETURNS TABLE (staff_id bigint, organisation_id bigint, organisation text, kind text, city text, name text, title text,
               roles text[]{columns})
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.id, s.organisation_id, coalesce(nullif(o.short_name, ''), o.name), o.kind, o.city, s.name, s.title, s.roles
         {values}
  FROM network_staff s JOIN network_organisation o ON o.id = s.organisation_id {policy}
  WHERE s.user_id = account AND s.left_on IS NULL AND NOT s.barred ORDER BY s.id
$$
"""
NOW = {
    "columns": ", policy text, factor boolean",
    "values": ", to_jsonb(p)::text, EXISTS (SELECT FROM network_secondfactor f"
    " WHERE f.user_id = account AND f.secret IS NOT NULL)",
    "policy": "LEFT JOIN network_securitypolicy p ON p.organisation_id = s.organisation_id",
}
BEFORE = {"columns": "", "values": "", "policy": ""}


class Migration(migrations.Migration):
    dependencies = [("network", "0018_second_factor"), ("sessions", "0001_initial")]

    operations = [
        SecureTable("securitypolicy"),
        migrations.RunSQL(MEMBERSHIPS.format(**NOW), MEMBERSHIPS.format(**BEFORE)),
        # Sessions from before stand in no list that their person could see: everybody signs in once more.
        migrations.RunSQL("DELETE FROM django_session", migrations.RunSQL.noop),
    ]
