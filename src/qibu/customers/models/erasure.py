from __future__ import annotations

from django.db import models

from qibu.customers.models.customer import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class Erasure(TenantModel):
    """The personal information of a customer was erased (PIPL art. 47): by whom and why, never whose.

    `noted_at` is empty until the ledger outside the database knows of it (`kernel.erasures`).
    """

    customer = TenantForeignKey(Customer)
    reason = models.CharField(max_length=200)
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField()
    again = models.BooleanField(default=False)  # after the restore of a backup that still knew them
    noted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "customer"], name="erasure_once")]
        indexes = [
            models.Index(fields=["organisation", "id"], name="erasure_unnoted", condition=models.Q(noted_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.at:%F}"
