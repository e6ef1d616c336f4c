from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_erasures"), ("network", "0002_row_security")]

    operations = [SecureTable("erasure")]
