from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("network", "0026_verification")]

    operations = [SecureTable("verification")]
