from django.db import migrations

from qibu.customers.operations import FollowMerges


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_allocation_security"), ("customers", "0013_erasure_row_security")]

    operations = [FollowMerges("leads_lead"), FollowMerges("leads_lead", "referrer_id")]
