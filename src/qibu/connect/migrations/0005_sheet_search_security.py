from django.db import migrations

from qibu.kernel.operations import SecureTable


class Migration(migrations.Migration):
    dependencies = [("connect", "0004_sheet_search")]

    operations = [SecureTable("sheetsearch")]
