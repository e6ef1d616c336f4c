from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qibu.network.models import InheritedModel
from qibu.ui import formats

REACHED = ["contacted", "visited", "driven", "quoted", "ordered"]


def reached() -> list[str]:
    return list(REACHED)


class SampleRule(InheritedModel):
    """How many are called each month, of which stages, and what follows from the scores; the nearest row counts."""

    share = models.PositiveSmallIntegerField(default=10)  # percent of the month's leads
    number = models.PositiveSmallIntegerField(default=10)  # but at least so many
    each = models.PositiveSmallIntegerField(default=2)  # and so many of every consultant
    stages = ArrayField(models.TextField(), default=reached)
    days = models.PositiveSmallIntegerField(default=7)  # within which they are called
    reward_from = models.PositiveSmallIntegerField(default=95)  # percent
    reward = models.DecimalField(max_digits=8, decimal_places=2, default=200)  # yuan
    penalty_below = models.PositiveSmallIntegerField(default=70)
    penalty = models.DecimalField(max_digits=8, decimal_places=2, default=100)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="sample_rule_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.share}% {self.number} {self.each}"


class Question(InheritedModel):
    """A step of the reception standard, as it is asked. An organisation that wants it otherwise says the whole list."""

    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=120)
    text_en = models.CharField(max_length=160, blank=True)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="question_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.text if formats.chinese() else self.text_en or self.text
