from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        SecureTable("entry", append_only=True),
        SecureTable("readerposition"),
    ]
