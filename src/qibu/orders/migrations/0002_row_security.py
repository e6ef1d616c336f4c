from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("leads", "0002_row_security")]

    operations = [
        SecureTable("orderpolicy", inherited=True),
        SecureTable("stockcar"),
        SecureTable("order"),
        SecureTable("orderchange"),
        SecureTable("decision"),
        SecureTable("cancellation"),
        SecureTable("payment"),
    ]
