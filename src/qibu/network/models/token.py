from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class ApiToken(TenantModel):
    """What another system shows instead of a password (RFC 6750). Its secret is kept nowhere: `hash` finds it."""

    name = models.CharField(max_length=60)  # who uses it
    begins = models.CharField(max_length=16)  # by which people tell tokens apart
    hash = models.BinaryField(max_length=16)
    scopes = ArrayField(models.TextField())  # see network.tokens
    made_by = TenantForeignKey(Staff, null=True)
    created_at = models.DateTimeField(db_default=Now())
    used_at = models.DateTimeField(null=True)  # to the minute
    revoked_at = models.DateTimeField(null=True)
    revoked_by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "hash"], name="api_token_once")]
        indexes = [
            models.Index(fields=["organisation", "-created_at"], name="api_token_newest"),
            models.Index(fields=["hash"], name="api_token_shown"),  # asked before it is known whose it is
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.begins}…"
