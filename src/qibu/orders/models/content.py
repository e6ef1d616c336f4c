from __future__ import annotations

from django.db import models

from qibu.network.models import InheritedModel


class OrderPolicy(InheritedModel):
    """What a consultant may agree to alone; beyond it somebody with the right says yes (C7)."""

    discount_percent = models.DecimalField(max_digits=5, decimal_places=2)
    least_deposit = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="order_policy_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.discount_percent} %"
