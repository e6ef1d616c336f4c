from django.db import migrations

from qibu.kernel.operations import SecureKey, SecureTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_merges"), ("network", "0002_row_security")]

    operations = [
        SecureKey("customer", "merged_into"),
        SecureTable("merge"),
        SecureTable("mergechange"),
    ]
