from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qibu.network.models import TenantModel


class Forecast(TenantModel):
    """What was expected of a month on a day of it: deliveries so far and those that open leads promise. It is kept, so
    that its error can be told once the month is over."""

    month = models.DateField()  # its first day
    made_on = models.DateField()
    won = models.PositiveIntegerField()  # by then
    expected = models.FloatField()  # of the open leads
    leads = models.PositiveIntegerField()  # open ones that were counted
    counted = ArrayField(models.BigIntegerField(), default=list, db_default=[])  # and which ones they were

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "made_on"], name="forecast_once_a_day")]
        indexes = [models.Index(fields=["organisation", "month", "made_on"], name="forecast_of_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.made_on}"

    @property
    def total(self) -> float:
        return self.won + self.expected
