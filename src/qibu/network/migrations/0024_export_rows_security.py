from django.db import migrations

from qibu.kernel.operations import SecureTable

# What waited had no rows of its own: whoever needs it asks again, for rows that are fixed.
ASK_AGAIN = "UPDATE network_export SET state = 'withdrawn' WHERE state IN ('asked', 'queued', 'running')"


class Migration(migrations.Migration):
    dependencies = [("network", "0023_exports_fixed")]

    operations = [SecureTable("exportrow"), migrations.RunSQL(ASK_AGAIN, migrations.RunSQL.noop)]
