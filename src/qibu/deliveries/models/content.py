from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.deliveries.rules import Term
from qibu.network.models import InheritedModel
from qibu.ui import formats


class ListItem(InheritedModel):
    """A line of the lists of a delivery (C7): of what is prepared before, or gone through with the customer."""

    class Part(models.TextChoices):
        PREPARATION = "preparation", _("交车准备")
        HANDOVER = "handover", _("当面交接")

    part = models.TextField(choices=Part)
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=120, blank=True)
    must = models.BooleanField(default=True)  # without it nothing is handed over but with a word why
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "part", "code"], name="list_item_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name


class WarrantyTerm(InheritedModel):
    """What a maker grants to the cars of a product line; organisations below inherit it."""

    brand = models.CharField(max_length=40, blank=True)  # beginnings, as in a product line; empty is any
    series = models.CharField(max_length=60, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    km = models.PositiveIntegerField(null=True, blank=True)
    battery_months = models.PositiveSmallIntegerField(null=True, blank=True)
    battery_km = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["brand", "series"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "brand", "series"], name="warranty_term_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.series}".strip() or str(_("所有车"))

    @property
    def term(self) -> Term:
        return Term(self.brand, self.series, self.months, self.km, self.battery_months, self.battery_km)
