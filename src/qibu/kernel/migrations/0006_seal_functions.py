from django.db import migrations

from qibu.kernel.operations import SealFunction


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_parked_security")]

    operations = [
        SealFunction("kernel_analyse(text[])"),
    ]
