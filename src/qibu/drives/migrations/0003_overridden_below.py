from django.db import migrations

from qibu.kernel.operations import overridden_below


class Migration(migrations.Migration):
    dependencies = [("drives", "0002_row_security")]

    operations = [
        overridden_below(
            "drives_overridden_below",
            drive_policy=("drives_drivepolicy", "'policy'"),
            drive_agreement=("drives_agreementtext", "'agreement'"),
        ),
    ]
