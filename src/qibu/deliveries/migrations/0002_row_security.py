from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0001_initial"), ("orders", "0002_row_security")]

    operations = [
        SecureTable("listitem", inherited=True),
        SecureTable("warrantyterm", inherited=True),
        SecureTable("delivery"),
        SecureTable("tick"),
        SecureTable("deliveryfile"),
    ]
