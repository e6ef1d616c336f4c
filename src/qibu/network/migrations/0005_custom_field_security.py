from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("network", "0004_custom_field")]

    operations = [SecureTable("customfield", inherited=True)]
