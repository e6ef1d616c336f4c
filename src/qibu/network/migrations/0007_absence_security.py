from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("network", "0006_absence")]

    operations = [SecureTable("absence")]
