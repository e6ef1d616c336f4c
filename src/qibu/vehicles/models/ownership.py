from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import TenantModel
from qibu.vehicles.models.transfer import Transfer
from qibu.vehicles.models.vehicle import Vehicle


class Ownership(TenantModel):
    """A person's time-bounded part in a car; one living owner a car."""

    class Role(models.TextChoices):
        OWNER = "owner", _("车主")
        DRIVER = "driver", _("使用人")
        PAYER = "payer", _("付款人")
        SENDER = "sender", _("送修人")

    vehicle = TenantForeignKey(Vehicle, models.CASCADE, related_name="ownerships")
    customer = TenantForeignKey(Customer, related_name="ownerships")
    role = models.TextField(choices=Role, default=Role.OWNER)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)  # null = still
    ends_on = models.DateField(null=True, blank=True)  # the last day, where it was known from the start
    begun_by = TenantForeignKey(Transfer, null=True)
    ended_by = TenantForeignKey(Transfer, null=True)
    import_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "vehicle"], name="one_living_owner",
                condition=models.Q(role="owner", until__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["organisation", "vehicle", "customer", "role"], name="living_part_once",
                condition=models.Q(until__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "customer"], name="ownership_by_customer"),
            models.Index(fields=["organisation", "vehicle"], name="ownership_of_vehicle"),
            models.Index(
                fields=["organisation", "ends_on"], name="ownership_that_ends",
                condition=models.Q(until__isnull=True, ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.role} {self.vehicle_id}"
