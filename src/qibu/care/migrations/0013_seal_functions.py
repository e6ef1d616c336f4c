from django.db import migrations

from qibu.kernel.operations import SealFunction


class Migration(migrations.Migration):
    dependencies = [("care", "0012_step_key")]

    operations = [
        SealFunction("care_overridden_below()"),
    ]
