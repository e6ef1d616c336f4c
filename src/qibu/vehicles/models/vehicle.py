from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.network.models import TenantModel


class Vehicle(TenantModel):
    """A car a store looks after: B3. Who owns or drives it is in `Ownership`."""

    class Use(models.TextChoices):
        PRIVATE = "private", _("非营运")
        COMMERCIAL = "commercial", _("营运")

    class Body(models.TextChoices):
        CAR = "car", _("小型、微型客车")
        VAN = "van", _("面包车")
        BUS = "bus", _("中型、大型客车")
        TRUCK = "truck", _("货车")
        OTHER = "other", _("其他")

    class Energy(models.TextChoices):
        PETROL = "petrol", _("汽油")
        DIESEL = "diesel", _("柴油")
        HYBRID = "hybrid", _("混合动力")
        PLUG_IN = "plug_in", _("插电混动")
        ELECTRIC = "electric", _("纯电")

    # Null, not empty: the constraint below lets any number of cars have none.
    vin = models.CharField(max_length=17, null=True, blank=True)  # noqa: DJ001
    plate = models.CharField(max_length=12, blank=True)
    plate_kind = models.CharField(max_length=16, blank=True)
    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=30, blank=True)
    energy = models.TextField(choices=Energy, blank=True)
    use = models.TextField(choices=Use, default=Use.PRIVATE)
    body = models.TextField(choices=Body, default=Body.CAR)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    purchased_on = models.DateField(null=True, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)
    warranty_km = models.PositiveIntegerField(null=True, blank=True)
    battery_warranty_until = models.DateField(null=True, blank=True)
    battery_warranty_km = models.PositiveIntegerField(null=True, blank=True)
    mileage = models.PositiveIntegerField(null=True, blank=True)  # the newest reading
    mileage_on = models.DateField(null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True)

    import_id = models.BigIntegerField(null=True)
    sheet = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "vin"], name="vin_once", condition=models.Q(vin__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "plate"], name="vehicle_by_plate", condition=~models.Q(plate="")
            ),
            models.Index(fields=["organisation", "series"], name="vehicle_by_series"),
            models.Index(
                fields=["organisation", "import_id"], name="vehicle_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.plate or self.vin or str(self.pk)

    @property
    def without_plate(self) -> str:
        """What people call a car that has no plate yet: its series and the end of its VIN; nothing once it has one."""
        return "" if self.plate else f"{self.series} {(self.vin or '')[-6:]}".strip()
