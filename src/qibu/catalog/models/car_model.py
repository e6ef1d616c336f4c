from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.network.models import InheritedModel


class CarModel(InheritedModel):
    """A car as it is sold: a trim of a series in a model year, with its suggested price; a store may have its own (A7).

    Rows of stores name it by `code` and keep its words beside, so that what was sold stays readable when it is gone.
    """

    class Energy(models.TextChoices):
        PETROL = "petrol", _("汽油")
        DIESEL = "diesel", _("柴油")
        HYBRID = "hybrid", _("混合动力")
        PLUG_IN = "plug_in", _("插电混动")
        ELECTRIC = "electric", _("纯电")

    code = models.SlugField(max_length=40)
    brand = models.CharField(max_length=40)
    series = models.CharField(max_length=60)
    name = models.CharField(max_length=100)  # the trim 配置
    year = models.PositiveSmallIntegerField(null=True, blank=True)  # model year 年款
    energy = models.TextField(choices=Energy, default=Energy.PETROL)
    seats = models.PositiveSmallIntegerField(default=5)
    displacement = models.PositiveIntegerField(null=True, blank=True)  # of the engine in cubic centimetres
    electric_range = models.PositiveIntegerField(null=True, blank=True)  # km, of cars with a plug
    price = models.DecimalField(max_digits=12, decimal_places=2)  # suggested retail price 指导价 in yuan, tax included
    on_sale = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="car_model_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.series, f"{self.year}款" if self.year else "", self.name)))
