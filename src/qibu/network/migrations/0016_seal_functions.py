from django.db import migrations

from qibu.kernel.operations import SealFunction


class Migration(migrations.Migration):
    dependencies = [("network", "0015_lists_security")]

    operations = [
        SealFunction("network_lineage(bigint)"),
        SealFunction("network_memberships(bigint)"),
        SealFunction("network_overridden_below()"),
    ]
