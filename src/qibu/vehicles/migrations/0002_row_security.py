from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0001_initial"), ("customers", "0002_row_security")]

    operations = [
        SecureTable("vehicle"),
        SecureTable("ownership"),
        SecureTable("reading"),
        SecureTable("policy"),
    ]
