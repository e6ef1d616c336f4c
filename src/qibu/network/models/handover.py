from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class HandOver(TenantModel):
    """One step that moved a whole portfolio from one person to another (A6), with the count of each kind moved."""

    giver = TenantForeignKey(Staff)
    taker = TenantForeignKey(Staff)
    by = TenantForeignKey(Staff, null=True)
    reason = models.CharField(max_length=200, blank=True)
    moved = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="handover_by_time")]

    def __str__(self) -> str:
        return f"{self.giver_id} → {self.taker_id}"
