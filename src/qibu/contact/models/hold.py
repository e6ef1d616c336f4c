from __future__ import annotations

from django.db import models

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class SendingHold(TenantModel):
    """Since a restore nothing is sent: what waits may have been sent already, after the backup was made. A person looks
    at it once, says what goes out, and with that ends the hold."""

    snapshot_at = models.DateTimeField()
    restored_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = TenantForeignKey(Staff, null=True)
    released = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], name="sending_hold_once", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"since {self.restored_at:%F %T}"
