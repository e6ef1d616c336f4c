from __future__ import annotations

from django.db import models

from qibu.network.models import TenantModel


class SourceCost(TenantModel):
    """What a source of leads cost in a month, in yuan; `month` is its first day."""

    source = models.SlugField(max_length=40)
    month = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source", "month"], name="source_cost_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="source_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.month:%Y-%m}"
