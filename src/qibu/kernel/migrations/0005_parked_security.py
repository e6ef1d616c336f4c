from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_parked")]

    operations = [SecureTable("parked")]
