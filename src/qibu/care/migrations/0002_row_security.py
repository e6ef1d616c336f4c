from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("care", "0001_initial"), ("tasks", "0002_row_security")]

    operations = [
        SecureTable("due"),
        SecureTable("plan", inherited=True),
        SecureTable("step", inherited=True),
        SecureTable("carepolicy", inherited=True),
        SecureTable("maintenanceinterval", inherited=True),
    ]
