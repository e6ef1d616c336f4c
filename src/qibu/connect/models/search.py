from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from qibu.customers.models import Customer
from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.network.models import TenantModel


class SheetSearch(TenantModel):
    """Uploaded sheets are searched for somebody who is erased, one after the other, in the background. By what they
    are found is sealed, and goes with the last sheet."""

    customer = TenantForeignKey(Customer)
    marks = SealedTextField(null=True)  # services.searching.Marks
    left = ArrayField(models.BigIntegerField(), default=list)  # imports that are still to be searched
    total = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)  # sheets in which they were found
    asked_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "id"], condition=models.Q(ended_at=None), name="sheet_search_open")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {len(self.left)} of {self.total} left"
