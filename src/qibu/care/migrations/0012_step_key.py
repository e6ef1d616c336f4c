from django.db import migrations

from qibu.kernel.operations import SecureKey

# A step belongs to the organisation whose plan it is in. What is shipped (nobody's) is left to the plain key.
UNIQUE = "ALTER TABLE care_plan ADD CONSTRAINT care_plan_org UNIQUE (organisation_id, id)"


class Migration(migrations.Migration):
    dependencies = [("care", "0011_overridden_below")]

    operations = [
        migrations.RunSQL(UNIQUE, "ALTER TABLE care_plan DROP CONSTRAINT care_plan_org"),
        SecureKey("step", "plan"),
    ]
