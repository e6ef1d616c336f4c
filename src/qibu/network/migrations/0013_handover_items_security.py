from django.db import migrations

from qibu.kernel.operations import SecureKey, SecureTable


class Migration(migrations.Migration):
    dependencies = [("network", "0012_handover_items")]

    operations = [SecureKey("handover", "undone_by"), SecureTable("handoveritem")]
