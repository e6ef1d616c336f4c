from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("tasks", "0013_seal_functions")]

    operations = [
        SecureTable("source", inherited=True),
        SecureTable("stage", inherited=True),
        SecureTable("lead"),
        SecureTable("leadkey"),
        SecureTable("stagechange"),
    ]
