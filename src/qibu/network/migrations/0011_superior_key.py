from django.db import migrations

from qibu.kernel.operations import SecureKey


class Migration(migrations.Migration):
    dependencies = [("network", "0010_superior")]

    operations = [SecureKey("staff", "superior")]
