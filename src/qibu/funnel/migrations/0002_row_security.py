from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("funnel", "0001_initial"), ("network", "0025_what_stays")]

    operations = [
        SecureTable("sourcecost"),
        SecureTable("forecast"),
    ]
