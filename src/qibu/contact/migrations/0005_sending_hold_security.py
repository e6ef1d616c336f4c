from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("contact", "0004_sending_hold")]

    operations = [SecureTable("sendinghold")]
