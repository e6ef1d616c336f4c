from django.db import migrations

from qibu.kernel.operations import overridden_below


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_row_security")]

    operations = [
        overridden_below(
            "orders_overridden_below",
            order_policy=("orders_orderpolicy", "'policy'"),
        ),
    ]
