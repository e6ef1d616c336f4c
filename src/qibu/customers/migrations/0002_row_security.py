from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("network", "0002_row_security")]

    operations = [
        SecureTable("customer"),
        SecureTable("contactpoint"),
        SecureTable("relation"),
        SecureTable("consent"),
        SecureTable("hold"),
        SecureTable("searchtoken"),
        SecureTable("tag"),
        SecureTable("tagging"),
    ]
