from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0001_initial"), ("tasks", "0002_row_security")]

    operations = [
        SecureTable("visit"),
    ]
