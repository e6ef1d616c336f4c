from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("connect", "0001_initial"), ("care", "0002_row_security"), ("aftersales", "0002_row_security")]

    operations = [
        SecureTable("import"),
        SecureTable("savedmapping"),
        SecureTable("change"),
        SecureTable("difference"),
    ]
