from django.db import migrations

from qibu.kernel.operations import SealFunction


class Migration(migrations.Migration):
    dependencies = [("tasks", "0012_breach_keys")]

    operations = [
        SealFunction("tasks_organisations_with_due_clocks(timestamptz)"),
        SealFunction("tasks_overridden_below()"),
    ]
