from __future__ import annotations

from django.db import models

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import TenantModel
from qibu.vehicles.models.vehicle import Vehicle


class Reading(TenantModel):
    """A mileage reading in kilometres, and where it came from."""

    vehicle = TenantForeignKey(Vehicle, models.CASCADE, related_name="readings")
    on = models.DateField()
    km = models.PositiveIntegerField()
    source = models.CharField(max_length=24)  # visit, owner, import …
    # Why it is lower than an earlier one: the odometer was replaced, a figure was misread.
    reason = models.CharField(max_length=200, blank=True, db_default="")
    import_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "vehicle", "on", "km"], name="reading_once")
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.km} km"
