from django.db import migrations

from qibu.kernel.operations import SecureKey


class Migration(migrations.Migration):
    dependencies = [("tasks", "0008_taken_on")]

    operations = [SecureKey("clock", "taken_by")]
