from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qibu.customers.models import Consent
from qibu.network.models import InheritedModel
from qibu.nurturing.rules import Step


class Channel(models.TextChoices):
    """Ways by which a piece is sent. Each needs its own yes: they are channels of `Consent`."""

    WECHAT = Consent.Channel.WECHAT.value, _("微信")
    SMS = Consent.Channel.SMS.value, _("短信")
    EMAIL = Consent.Channel.EMAIL.value, _("邮件")


class Illustration(InheritedModel):
    """The picture of a piece: `files/nurturing/<organisation>/<id>.<extension>`. Never changed and never removed, since
    what was sent shows it."""

    extension = models.CharField(max_length=4)
    bytes = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.pk}.{self.extension}"


class Piece(InheritedModel):
    """Something to read for people who may buy a car (C3); whole rows are overridden by code. What was sent of it is an
    `Edition`, which stays as it was."""

    class Kind(models.TextChoices):
        COMPARISON = "comparison", _("车型对比")
        MODEL = "model", _("车型介绍")
        CARE = "care", _("用车知识")
        OFFER = "offer", pgettext_lazy("培育", "优惠")
        EVENT = "event", pgettext_lazy("培育", "活动")
        FINANCE = "finance", _("金融和置换")
        STORY = "story", _("车主故事")

    code = models.SlugField(max_length=40)
    kind = models.TextField(choices=Kind, default=Kind.MODEL)
    title = models.CharField(max_length=60)
    summary = models.CharField(max_length=120, blank=True)
    body = models.TextField()  # as `nurturing.rules.markup` reads it
    image = models.BigIntegerField(
        null=True, blank=True
    )  # an Illustration of this organisation or of one above it
    cars = ArrayField(
        models.SlugField(max_length=40), default=list, blank=True
    )  # codes of catalog; empty: any car
    interests = ArrayField(models.TextField(), default=list, blank=True)  # of Lead.Interest; empty: any
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="piece_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.title

    def offered(self, on: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= on
        return self.active and begun and (self.valid_until is None or self.valid_until >= on)


class Sequence(InheritedModel):
    """Pieces one after the other for leads that fit; whole rows are overridden by code. An empty condition asks
    nothing."""

    class Audience(models.TextChoices):
        OPEN = "open", _("跟进中的线索")
        LOST = "lost", _("战败的线索")
        RETRY = "retry", _("战败、到了再联系日子的线索")

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    audience = models.TextField(choices=Audience, default=Audience.OPEN)
    after_days = models.PositiveSmallIntegerField(default=0)  # since it came in, or was lost
    grades = ArrayField(models.CharField(max_length=1), default=list, blank=True)
    stages = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    sources = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    interests = ArrayField(models.TextField(), default=list, blank=True)
    cars = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    steps = models.JSONField(default=list)  # of `nurturing.rules.Step`, as `written` has them
    active = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="sequence_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def read_steps(self) -> list[Step]:
        return [Step(**one) for one in self.steps]

    @property
    def channels(self) -> list[str]:
        return list(dict.fromkeys(one.channel for one in self.read_steps))


class NurturingRules(InheritedModel):
    """How often somebody is written to, how much of it falls to a consultant, and how long what was sent opens. `code`
    is always "rules"; where nobody said anything the defaults hold."""

    code = models.SlugField(max_length=40, default="rules")
    gap_days = models.PositiveSmallIntegerField(
        default=3
    )  # between two pieces for one person, whoever sends them
    link_days = models.PositiveSmallIntegerField(default=60)
    most_a_day = models.PositiveSmallIntegerField(
        default=10
    )  # new pieces to send for each consultant, by sequences
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="nurturing_rules_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.code

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("gap_days", "link_days", "most_a_day")}
