from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from qibu.customers.models.customer import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class Merge(TenantModel):
    """Two files that were one customer's: everything of `merged` went to `survivor` (B6). It can be taken back."""

    survivor = TenantForeignKey(Customer, related_name="merges")
    merged = TenantForeignKey(Customer)
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by = TenantForeignKey(Staff, null=True)
    marks = models.JSONField(default=dict)  # table → the last number given before: what is beyond came since
    kept = models.JSONField(default=list)  # what taking it back left to people: changed again since

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "merged"], name="merged_once", condition=models.Q(undone_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["organisation", "survivor", "-id"], name="merge_of_survivor")]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class MergeChange(TenantModel):
    """One value that a merge changed, or (`column` empty) one row that it put aside (`was`) or made (`became`).

    Values are what PostgreSQL's `to_jsonb` makes of them: sealed ones stay sealed.
    """

    merge = TenantForeignKey(Merge, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    column = models.CharField(max_length=63, blank=True)
    was = models.JSONField(null=True)
    became = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "merge", "table", "row_id", "column"], name="merge_change_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id} {self.column}"
