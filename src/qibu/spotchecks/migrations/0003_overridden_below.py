from django.db import migrations

from qibu.kernel.operations import overridden_below


class Migration(migrations.Migration):
    dependencies = [("spotchecks", "0002_row_security")]

    operations = [
        overridden_below(
            "spotchecks_overridden_below",
            spotcheck_rule=("spotchecks_samplerule", "'rule'"),
            spotcheck_standard=("spotchecks_question", "'standard'"),
        ),
    ]
