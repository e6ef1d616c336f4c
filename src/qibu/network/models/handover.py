from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class HandOver(TenantModel):
    """One step that moved a portfolio from one person to others (A6), with the count of each kind moved."""

    giver = TenantForeignKey(Staff)
    taker = TenantForeignKey(Staff, null=True)  # null: several, see `shares`
    by = TenantForeignKey(Staff, null=True)
    reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True, default="", db_default="")  # for those who take over
    moved = models.JSONField(default=dict)  # part → how many
    shares = models.JSONField(default=dict, db_default={})  # taker → part → how many
    stayed = models.JSONField(default=dict, db_default={})  # part → how many stay with the giver
    customers_moved = models.IntegerField(null=True)  # null: an older version did not count
    customers_stayed = models.IntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by = TenantForeignKey(Staff, null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="handover_by_time")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class HandOverItem(TenantModel):
    """One row that went over: of which part, whose customer's, to whom; `back` since it was taken back."""

    hand_over = TenantForeignKey(HandOver, models.CASCADE, related_name="items")
    part = models.TextField()
    row_id = models.BigIntegerField()
    whom = models.BigIntegerField(null=True)  # the customer
    taker = TenantForeignKey(Staff, null=True)  # null only while it is shared out
    back = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "hand_over", "part", "row_id"], name="handover_item_once")
        ]
        indexes = [models.Index(fields=["organisation", "hand_over", "whom"], name="handover_item_of_whom")]

    def __str__(self) -> str:
        return f"{self.part} {self.row_id}"
