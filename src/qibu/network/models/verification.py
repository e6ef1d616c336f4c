from __future__ import annotations

from django.db import models

from qibu.network.models.tenant import TenantModel


class Verification(TenantModel):
    """How far the reckoning of the chain is that somebody asked for, and where they stop it. What it found stands in
    the journal (`AuditVerified`); whether one is under way, the job itself says."""

    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)  # 0: not counted yet
    stop_asked = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)  # broken off, so that nothing was found

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="verification_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.done} of {self.total}"
