from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.network.models import InheritedModel
from qibu.ui import formats


class Extra(InheritedModel):
    """What is sold or charged beside the car: accessories 精品, packages of services, what registering costs (C6)."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("上牌费用")
        ACCESSORY = "accessory", _("精品")
        SERVICE = "service", _("服务套餐")
        SUBSIDY = "subsidy", _("补贴")  # of maker or state: taken off

    code = models.SlugField(max_length=40)
    kind = models.TextField(choices=Kind, default=Kind.ACCESSORY)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    brand = models.CharField(max_length=40, blank=True)  # beginnings, as in a product line; empty is any car
    series = models.CharField(max_length=60, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    usual = models.BooleanField(default=False)  # in every quotation until it is taken out
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="extra_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name

    def fits(self, brand: str, series: str) -> bool:
        return brand.startswith(self.brand) and series.startswith(self.series)
