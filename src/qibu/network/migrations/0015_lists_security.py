from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("network", "0014_lists_as_surfaces")]

    operations = [SecureTable("savedview"), SecureTable("batchact"), SecureTable("batchrow"), SecureTable("export")]
