from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("network", "0025_what_stays")]

    operations = [
        SecureTable("carmodel", inherited=True),
    ]
