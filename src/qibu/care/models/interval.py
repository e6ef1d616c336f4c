from __future__ import annotations

from django.db import models

from qibu.network.models import InheritedModel


class MaintenanceInterval(InheritedModel):
    """How often a model line is maintained; the first matching row by `order` counts."""

    order = models.PositiveSmallIntegerField()
    series = models.CharField(max_length=60, blank=True)  # start of the series' name; empty = any
    energy = models.CharField(max_length=16, blank=True)
    first_km = models.PositiveIntegerField()
    first_months = models.PositiveSmallIntegerField()
    km = models.PositiveIntegerField()
    months = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "order"], name="interval_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.series or '*'} {self.km} km / {self.months}"
