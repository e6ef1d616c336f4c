from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class SavedView(TenantModel):
    """Filters, order and columns of a list under a name, for oneself or for everyone in the organisation."""

    page = models.CharField(max_length=40)  # key of the list
    name = models.CharField(max_length=30)
    base = models.CharField(max_length=40, blank=True)  # the page's own view that it was saved from
    values = models.JSONField(default=dict)  # {"kind": ["company"], "sort": ["-updated"]}
    columns = models.JSONField(default=list)
    owner = TenantForeignKey(Staff)
    shared = models.BooleanField(default=False)
    opens = models.BooleanField(default=False)  # the owner's list begins with it
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "page", "owner", "name"], name="saved_view_once"),
            models.UniqueConstraint(
                fields=["organisation", "page", "owner"], name="saved_view_opens_once",
                condition=models.Q(opens=True),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "page"], name="saved_view_shared", condition=models.Q(shared=True))
        ]

    def __str__(self) -> str:
        return self.name
