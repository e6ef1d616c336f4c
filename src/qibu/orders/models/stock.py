from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel import times
from qibu.network.models import TenantModel
from qibu.orders.rules import days_in_stock


class StockCar(TenantModel):
    """A car that a store has to sell, or expects. Whether an order holds it is told by the order.

    Its words are kept beside the catalogue's code, so that it stays readable when the catalogue changes.
    """

    class Standing(models.TextChoices):
        """Follows from the row and its order (`selectors.stock`); it is stored nowhere."""

        EXPECTED = "expected", _("在途")
        IN_STOCK = "in_stock", _("在库")
        RESERVED = "reserved", _("已配车")
        SOLD = "sold", _("已交车")
        GONE = "gone", _("已离库")

    class Leaving(models.TextChoices):
        SOLD = "sold", _("交给客户")
        MOVED = "moved", _("调给别的店")
        RETURNED = "returned", _("退回厂家")
        OWN_USE = "own_use", _("转作试驾车或自用")

    vin = models.CharField(max_length=17)
    model_code = models.SlugField(max_length=40, blank=True)  # of a catalog.CarModel
    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=30, blank=True)
    interior = models.CharField(max_length=30, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    arrived_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=40, blank=True)  # where it stands: 展厅, 二号库
    cost_centre = models.CharField(max_length=40, blank=True)
    left_on = models.DateField(null=True, blank=True)
    left_why = models.TextField(choices=Leaving, blank=True)
    note = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "vin"], name="stock_vin_once")]
        indexes = [
            models.Index(fields=["organisation", "arrived_on", "id"], name="stock_by_arrival"),
            models.Index(
                fields=["organisation", "model_code"], name="stock_that_is_there",
                condition=models.Q(left_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.vin[-6:]}".strip()

    @property
    def title(self) -> str:
        return " ".join(filter(None, (self.series or self.brand, self.model)))

    @property
    def days(self) -> int | None:
        return days_in_stock(self.arrived_on, self.left_on, times.today())

    @property
    def there_on(self) -> date | None:
        return self.arrived_on or self.expected_on
