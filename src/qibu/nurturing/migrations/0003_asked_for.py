from django.db import migrations, models

# Of what waits by hand nobody knows any more whether it was asked for: it stays with whoever prepared it.
UNKNOWN = "UPDATE nurturing_sending SET asked = true WHERE run_id IS NULL AND state = 'waiting'"


class Migration(migrations.Migration):
    dependencies = [
        ("nurturing", "0002_row_security"),
    ]

    operations = [
        migrations.AddField(
            model_name="sending",
            name="asked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(UNKNOWN, migrations.RunSQL.noop),
    ]
