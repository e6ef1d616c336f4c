from django.db import migrations

from qibu.customers.operations import FollowMerges


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_follow_merges")]

    operations = [FollowMerges("leads_scoringrefusal")]
