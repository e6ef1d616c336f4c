from django.db import migrations

from qibu.customers.operations import FollowMerges


class Migration(migrations.Migration):
    dependencies = [("connect", "0005_sheet_search_security"), ("customers", "0014_fast_with_many")]

    operations = [FollowMerges("connect_sheetsearch")]
