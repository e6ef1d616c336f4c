from django.db import migrations

from qibu.customers.operations import FUNCTION, KEEP, FollowMerges


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_duplicate_row_security")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION customers_follow_merges()"),
        migrations.RunSQL(KEEP, "DROP FUNCTION customers_keep_merges()"),
        FollowMerges("customers_contactpoint"),
        FollowMerges("customers_consent"),
        FollowMerges("customers_hold"),
        FollowMerges("customers_tagging"),
        FollowMerges("customers_relation"),
        FollowMerges("customers_relation", "other_id"),
    ]
