from __future__ import annotations

from django.db import models

from qibu.care.rules import ProductLine
from qibu.network.models import InheritedModel


class MaintenanceInterval(InheritedModel):
    """How often cars of a line are maintained. What an organisation says goes before what those above it say, and of
    one's words that on the narrower line before the other; a number that is null is left to the next (A7)."""

    order = models.PositiveSmallIntegerField()  # as they are shipped; of two lines equally narrow the first one counts
    brand = models.CharField(max_length=40, blank=True, default="")  # start of the brand's name; empty = any
    series = models.CharField(max_length=60, blank=True)  # start of the series' name
    energy = models.CharField(max_length=16, blank=True)
    first_km = models.PositiveIntegerField(null=True)
    first_months = models.PositiveSmallIntegerField(null=True)
    km = models.PositiveIntegerField(null=True)
    months = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "order"], name="interval_once", nulls_distinct=False),
            models.UniqueConstraint(fields=["organisation", "brand", "series", "energy"], name="interval_of_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.line or '*'} {self.km} km / {self.months}"

    @property
    def line(self) -> ProductLine:
        return ProductLine(self.brand, self.series, self.energy)
