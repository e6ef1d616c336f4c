from django.db import migrations

from qibu.kernel.operations import SecureKey, SecureTable


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0005_transfers")]

    operations = [SecureTable("transfer"), SecureKey("ownership", "begun_by"), SecureKey("ownership", "ended_by")]
