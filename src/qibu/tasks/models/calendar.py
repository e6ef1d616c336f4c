from __future__ import annotations

from django.db import models

from qibu.network.models import InheritedModel


class WorkCalendar(InheritedModel):
    """Weekly opening hours: {"1": [["08:30", "17:30"]], …} by ISO weekday, in the store's zone."""

    hours = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="calendar_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return "hours"


class CalendarDay(InheritedModel):
    """An exception: a holiday, or a make-up working day 调休. The nearest organisation's row counts.

    `swap`: a rest day or working day that only moves a weekend about; stores open at weekends work through it.
    """

    day = models.DateField()
    working = models.BooleanField()
    swap = models.BooleanField(default=False)
    name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "day"], name="calendar_day_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
