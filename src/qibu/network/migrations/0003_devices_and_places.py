from django.db import migrations, models

# What the frame of every page needs about a person's places of work, in one question before a scope is open.
MEMBERSHIPS = """
DROP FUNCTION network_memberships(bigint);
CREATE FUNCTION network_memberships(account bigint)
RETURNS TABLE (staff_id bigint, organisation_id bigint, organisation text, city text, name text, title text, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT s.id, s.organisation_id, coalesce(nullif(o.short_name, ''), o.name), o.city, s.name, s.title, s.roles
  FROM network_staff s JOIN network_organisation o ON o.id = s.organisation_id
  WHERE s.user_id = account AND s.left_on IS NULL AND NOT s.barred ORDER BY s.id
$$
"""
BEFORE = """
DROP FUNCTION network_memberships(bigint);
CREATE FUNCTION network_memberships(account bigint) RETURNS TABLE (staff_id bigint, organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT id, organisation_id FROM network_staff
  WHERE user_id = account AND left_on IS NULL ORDER BY id
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0002_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='signinattempt',
            name='known',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='staff',
            name='barred',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='knowndevice',
            name='token_hash',
            field=models.BinaryField(max_length=16),
        ),
        migrations.AddIndex(
            model_name='handover',
            index=models.Index(fields=['organisation', '-at', '-id'], name='handover_by_time'),
        ),
        migrations.AddIndex(
            model_name='signinattempt',
            index=models.Index(fields=['at'], name='attempt_by_time'),
        ),
        migrations.AddIndex(
            model_name='staff',
            index=models.Index(fields=['organisation', 'sort_key', 'id'], name='staff_by_sound'),
        ),
        migrations.AddConstraint(
            model_name='knowndevice',
            constraint=models.UniqueConstraint(fields=('user', 'token_hash'), name='known_device_once'),
        ),
        migrations.RunSQL(MEMBERSHIPS, BEFORE),
    ]
