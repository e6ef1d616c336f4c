from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.network.models import TenantModel
from qibu.ui import formats


class DemoCar(TenantModel):
    """A car that customers drive before they buy. It is the store's, no customer's."""

    class State(models.TextChoices):
        AVAILABLE = "available", _("可以试驾")
        REPAIR = "repair", _("在维修")
        RETIRED = "retired", _("已退役")

    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60)
    model = models.CharField(max_length=100, blank=True)  # the trim, as the catalogue calls it
    model_code = models.SlugField(max_length=40, blank=True)  # of a catalog.CarModel
    colour = models.CharField(max_length=30, blank=True)
    plate = models.CharField(max_length=16, blank=True)
    vin = models.CharField(max_length=17, blank=True)
    manual = models.BooleanField(default=False)  # manual gears: not for licences of automatic cars
    state = models.TextField(choices=State, default=State.AVAILABLE)
    insured_until = models.DateField(null=True, blank=True)  # the last day of its cover
    mileage = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "vin"], name="demo_car_vin_once", condition=~models.Q(vin="")
            ),
            models.UniqueConstraint(
                fields=["organisation", "plate"], name="demo_car_plate_once", condition=~models.Q(plate="")
            ),
        ]

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        return " ".join(filter(None, (self.series, self.plate or self.vin[-6:])))

    @property
    def full(self) -> str:
        """Series and trim; many a trim begins with its series."""
        return self.model if self.model.startswith(self.series) else f"{self.series} {self.model}".strip()

    def insured_on(self, day: date) -> bool:
        """Nobody drives a car of which it isn't known."""
        return self.insured_until is not None and day <= self.insured_until


class Route(TenantModel):
    """A way round that a test drive takes."""

    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    km = models.DecimalField(max_digits=5, decimal_places=1)
    minutes = models.PositiveSmallIntegerField()
    expressway = models.BooleanField(default=False)
    description = models.CharField(max_length=400, blank=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="route_name_once")]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name
