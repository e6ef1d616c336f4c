from django.db import migrations

from qibu.customers.operations import FUNCTION


class Migration(migrations.Migration):
    """The function as it is now, for databases that had it before: the join it made took minutes after a bulk load."""

    dependencies = [("customers", "0008_follow_merges")]

    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
