from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from qibu.network.models.tenant import TenantModel


class Once(TenantModel):
    """A form that was taken, and where it led: sent again, it leads there and does nothing more."""

    key = models.CharField(max_length=64)  # digest of who sent what where, with the form's own token
    address = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="form_once")]
        indexes = [models.Index(fields=["organisation", "at"], name="form_once_age")]

    def __str__(self) -> str:
        return self.key[:8]
