from django.db import migrations

from qibu.kernel.operations import overridden_below


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0002_row_security")]

    operations = [
        overridden_below(
            "deliveries_overridden_below",
            delivery_list=("deliveries_listitem", "t.part"),
            warranty=("deliveries_warrantyterm", "t.brand || '/' || t.series"),
        ),
    ]
