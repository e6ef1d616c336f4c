from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.intake.models.form import ConsentWording, WebForm
from qibu.intake.models.sheet import LeadSheet
from qibu.intake.rules import Draft
from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel


def _has(name: str) -> models.Q:
    return models.Q(**{f"{name}__isnull": False})


class Arrival(TenantModel):
    """What came in by an outer door: as it came, sealed, and what became of it (C1).

    What lacks something waits here, quarantined, until a person has put it right or dropped it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待导入")  # a row of a sheet that nobody has loaded yet
        QUARANTINED = "quarantined", _("待处理")
        NEW = "new", _("新线索")
        UPDATED = "updated", _("补充了线索")
        REPEATED = "repeated", _("重复")
        DROPPED = "dropped", _("已丢弃")

    door = models.SlugField(max_length=20)  # leads.rules.Door
    sender = models.CharField(max_length=80, blank=True)  # the form, the token, the portal
    source = models.SlugField(max_length=40)
    campaign = models.CharField(max_length=60, blank=True)
    digest = models.BinaryField(max_length=16)  # of what came: the same again is known
    key_hash = models.BinaryField(max_length=16, null=True)  # of how it is called where it came from
    raw = SealedTextField(null=True)
    told = SealedTextField(null=True)  # JSON: the draft, its keys, whether it was sent before
    called = models.CharField(max_length=80, blank=True)  # who, masked
    car = models.CharField(max_length=170, blank=True)

    state = models.TextField(choices=State)
    reasons = ArrayField(models.TextField(), default=list)  # intake.rules.Reason
    lead = TenantForeignKey(Lead, null=True)
    repeats = models.PositiveIntegerField(default=0)  # how often the same came again
    note = models.CharField(max_length=200, blank=True)  # why it was dropped
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = TenantForeignKey(Staff, null=True)

    form = TenantForeignKey(WebForm, null=True)
    wording = TenantForeignKey(ConsentWording, null=True)  # what was agreed to
    sheet = TenantForeignKey(LeadSheet, null=True)
    row = models.PositiveIntegerField(null=True)  # of the sheet, as people count them

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="arrival_once")]
        indexes = [
            models.Index(fields=["organisation", "state", "-at", "-id"], name="arrival_by_state"),
            models.Index(fields=["organisation", "-at", "-id"], name="arrival_newest"),
            models.Index(fields=["organisation", "key_hash"], name="arrival_of_key", condition=_has("key_hash")),
            models.Index(fields=["organisation", "lead"], name="arrival_of_lead", condition=_has("lead")),
            models.Index(fields=["organisation", "form"], name="arrival_of_form", condition=_has("form")),
            models.Index(fields=["organisation", "sheet", "row"], name="arrival_of_sheet", condition=_has("sheet")),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.state}"

    @property
    def quarantined(self) -> bool:
        return self.state == self.State.QUARANTINED

    def tell(self, draft: Draft, keys: Iterable[tuple[str, str]], *, again: bool) -> None:
        """What was understood, to be read again when somebody has put it right."""
        self.told = json.dumps(
            {"draft": draft.facts(), "keys": [list(key) for key in keys], "again": again}, ensure_ascii=False
        )

    def _told(self) -> dict[str, Any]:
        return json.loads(self.told) if self.told else {}

    @property
    def draft(self) -> Draft:
        return Draft.of(self._told().get("draft", {}))

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        return tuple((source, text) for source, text in self._told().get("keys", ()))

    @property
    def again(self) -> bool:
        return bool(self._told().get("again"))
