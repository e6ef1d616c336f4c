from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import TenantModel
from qibu.vehicles.models.vehicle import Vehicle


class Policy(TenantModel):
    """An insurance policy of a car; `ends_on` is the last day of cover."""

    class Kind(models.TextChoices):
        COMPULSORY = "compulsory", _("交强险")
        COMMERCIAL = "commercial", _("商业险")
        UNKNOWN = "unknown", _("保险")

    vehicle = TenantForeignKey(Vehicle, models.CASCADE, related_name="policies")
    kind = models.TextField(choices=Kind, default=Kind.UNKNOWN)
    insurer = models.CharField(max_length=60, blank=True)
    number = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField()
    import_id = models.BigIntegerField(null=True)
    sheet = models.JSONField(default=dict)  # what a sheet said last: its kind and end
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "vehicle", "kind", "ends_on"], name="policy_once")
        ]
        indexes = [models.Index(fields=["organisation", "ends_on"], name="policy_by_end")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ends_on}"
