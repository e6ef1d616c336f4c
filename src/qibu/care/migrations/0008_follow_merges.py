from django.db import migrations

from qibu.customers.operations import FollowMerges


class Migration(migrations.Migration):
    """Of the areas up to here; dues and releases are written by the planner, which a merge waits for."""

    dependencies = [
        ("care", "0007_callee_security"),
        ("customers", "0008_follow_merges"),
        ("vehicles", "0006_transfer_security"),
        ("aftersales", "0003_lookup"),
        ("tasks", "0009_taken_key"),
    ]

    operations = [
        FollowMerges("vehicles_ownership"),
        FollowMerges("vehicles_transfer", "former_id"),
        FollowMerges("vehicles_transfer", "owner_id"),
        FollowMerges("aftersales_visit"),
        FollowMerges("tasks_task"),
        FollowMerges("care_callee"),
    ]
