from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models.functions import Now

from qibu.network.models import InheritedModel
from qibu.ui import formats


class DrivePolicy(InheritedModel):
    """How a store plans its test drives; the nearest row counts as a whole."""

    minutes = models.PositiveSmallIntegerField(default=30)  # how long one usually takes
    pause = models.PositiveSmallIntegerField(default=15)  # minutes that car and person have after each
    remind_at = models.TimeField(default=time(16))  # by when the customer is reminded on the day before
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="drive_policy_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.minutes} + {self.pause}"


class AgreementText(InheritedModel):
    """The words that a customer signs before driving. A change is a further row; the newest of the nearest organisation
    counts. What was signed is kept whole with the signature."""

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=60)
    body = models.TextField()  # may hold the places of `drives.words.PLACES`
    title_en = models.CharField(max_length=80, blank=True)
    body_en = models.TextField(blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="agreement_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> tuple[str, str]:
        """Title and body in the language of the page; a store that wrote no English shows what it wrote."""
        if formats.chinese() or not self.body_en:
            return self.title, self.body
        return self.title_en or self.title, self.body_en
