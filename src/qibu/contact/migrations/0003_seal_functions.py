from django.db import migrations

from qibu.kernel.operations import SealFunction


class Migration(migrations.Migration):
    dependencies = [("contact", "0002_row_security")]

    operations = [
        SealFunction("contact_organisations_with_due_messages(timestamptz)"),
        SealFunction("contact_organisations_that_write()"),
    ]
