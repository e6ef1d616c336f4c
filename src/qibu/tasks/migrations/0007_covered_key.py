from django.db import migrations

from qibu.kernel.operations import SecureKey


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_absence")]

    operations = [SecureKey("task", "covered_for")]
