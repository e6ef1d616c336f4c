from django.db import migrations

from qibu.customers.operations import FollowMerges
from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("showroom", "0001_initial"), ("leads", "0006_allocation_security")]

    operations = [
        SecureTable("visitor"),
        SecureTable("turnplace"),
        SecureTable("turnchange"),
        FollowMerges("showroom_visitor"),
    ]
