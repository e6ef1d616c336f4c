from django.db import migrations, models


class Migration(migrations.Migration):
    """What somebody asked for besides a car: a test drive at a time, an appraisal of the one they have."""

    dependencies = [("leads", "0008_follow_merges_of_refusals")]

    operations = [
        migrations.AddField("lead", "used_car", models.JSONField(blank=True, db_default={}, default=dict)),
        migrations.AddField("lead", "drive_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("lead", "drive_on", models.DateField(blank=True, null=True)),
        migrations.AddField("lead", "drive_at", models.TimeField(blank=True, null=True)),
    ]
