from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.drives.models.fleet import DemoCar, Route
from qibu.drives.rules import CLASSES, Intention
from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel

HOLDING = ("booked", "out", "done")


def _number(column: str) -> Func:
    """A number as a range of itself: the engine's own GiST operators know ranges, no further extension is needed."""
    return Func(F(column), F(column), Value("[]"), function="int8range")


def _never_twice(name: str, column: str) -> ExclusionConstraint:
    """One thing is in one place at a time: no two drives of it whose times (pauses included) overlap. The organisation
    comes first, so that a row of one store never stands in the way of another's, whatever number it names."""
    return ExclusionConstraint(
        name=name,
        index_type="GIST",
        expressions=[
            (_number("organisation_id"), RangeOperators.EQUAL),
            (_number(column), RangeOperators.EQUAL),
            (Func(F("starts_at"), F("held_until"), function="tstzrange"), RangeOperators.OVERLAPS),
        ],
        condition=Q(state__in=HOLDING),
    )


class Drive(TenantModel):
    """A test drive of a lead: car, person and time. `held_until` is its end with the pause after it.

    A cancelled or missed one holds nothing.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("已预约")
        OUT = "out", _("试驾中")
        DONE = "done", _("已完成")
        CANCELLED = "cancelled", _("已取消")
        MISSED = "missed", _("没有来")

    lead = TenantForeignKey(Lead, related_name="drives")
    car = TenantForeignKey(DemoCar, related_name="drives")
    consultant = TenantForeignKey(Staff)
    route = TenantForeignKey(Route, null=True, blank=True)
    state = models.TextField(choices=State, default=State.BOOKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    held_until = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    out_at = models.DateTimeField(null=True)
    out_km = models.PositiveIntegerField(null=True)
    back_at = models.DateTimeField(null=True)
    back_km = models.PositiveIntegerField(null=True)
    damage = models.CharField(max_length=500, blank=True)

    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(Staff, null=True)
    reason = models.CharField(max_length=200, blank=True)  # why cancelled
    booked_by = TenantForeignKey(Staff, null=True)
    created_at = models.DateTimeField(db_default=Now())
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=HOLDING) | Q(ends_at__gt=F("starts_at")), name="drive_takes_time"
            ),
            models.CheckConstraint(condition=Q(held_until__gte=F("starts_at")), name="drive_holds_forward"),
            models.CheckConstraint(
                condition=Q(back_km__isnull=True) | Q(back_km__gte=F("out_km")), name="drive_counts_forward"
            ),
            _never_twice("drive_car_once", "car_id"),
            _never_twice("drive_consultant_once", "consultant_id"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-starts_at", "-id"], name="drive_by_time"),
            models.Index(fields=["organisation", "lead", "-starts_at"], name="drive_of_lead"),
            models.Index(fields=["organisation", "car", "starts_at"], name="drive_of_car"),
            models.Index(fields=["organisation", "consultant", "starts_at"], name="drive_of_consultant"),
        ]

    def __str__(self) -> str:
        return f"{self.car_id} {self.starts_at:%F %H:%M}"

    @property
    def living(self) -> bool:
        return self.state in {self.State.BOOKED, self.State.OUT}

    @property
    def km(self) -> int | None:
        return None if self.back_km is None or self.out_km is None else self.back_km - self.out_km

    @property
    def customer(self) -> Any:
        return self.lead.customer

    def about(self) -> dict[str, Any]:
        """What every event of a drive says of it; the lead and its customer come along."""
        return {"subject_id": self.pk, "customer_id": self.lead.customer_id}


class Licence(TenantModel):
    """The driving licence of whoever drives was seen: its class and days. Neither its number nor a picture is kept."""

    drive = TenantForeignKey(Drive, models.CASCADE, related_name="licences")
    driver = models.CharField(max_length=60)  # who drives: not always the customer
    licence_class = models.CharField(max_length=2, choices=[(one, one) for one in CLASSES])
    issued_on = models.DateField(null=True)  # first issue 初次领证日期
    expires_on = models.DateField(null=True)  # null: valid for good 长期
    seen_at = models.DateTimeField()
    seen_by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "drive"], name="licence_once")]

    def __str__(self) -> str:
        return self.licence_class


class Signature(TenantModel):
    """The agreement as it was signed: its words whole, and for a signature on the screen its picture, sealed."""

    class Way(models.TextChoices):
        SCREEN = "screen", _("屏幕签字")
        PAPER = "paper", _("纸上签字")

    drive = TenantForeignKey(Drive, models.CASCADE, related_name="signatures")
    way = models.TextField(choices=Way)
    number = models.PositiveIntegerField()  # the version of the words
    title = models.CharField(max_length=80)
    body = models.TextField()
    picture = SealedTextField(null=True)
    at = models.DateTimeField()
    witness = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "drive"], name="drive_signature_once")]

    def __str__(self) -> str:
        return f"{self.way} {self.at:%F}"


class Feedback(TenantModel):
    """What the customer said after the drive: 1 to 5 for each item, words, what they mean to do."""

    class Next(models.TextChoices):
        ORDER = Intention.ORDER.value, _("想订车")
        FAMILY = Intention.FAMILY.value, _("要和家人商量")
        COMPARE = Intention.COMPARE.value, _("还在比较别的车")
        LATER = Intention.LATER.value, _("过一段时间再说")
        NO = Intention.NO.value, _("不考虑这款车")

    class By(models.TextChoices):
        HERE = "here", _("在店里填")
        LINK = "link", _("客户自己填")

    drive = TenantForeignKey(Drive, models.CASCADE, related_name="feedbacks")
    scores = models.JSONField(default=dict)  # item → 1 … 5
    average = models.DecimalField(max_digits=2, decimal_places=1, null=True)
    intention = models.TextField(choices=Next, blank=True)
    competitor = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    by = models.TextField(choices=By)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "drive"], name="feedback_once")]

    def __str__(self) -> str:
        return f"{self.average}"


class FeedbackLink(TenantModel):
    """A way to the questions for the customer's phone. Only a fingerprint of its token is kept."""

    drive = TenantForeignKey(Drive, models.CASCADE, related_name="links")
    token = models.BinaryField(max_length=16)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "drive"], name="feedback_link_once"),
            models.UniqueConstraint(fields=["organisation", "token"], name="feedback_link_token"),
        ]
        indexes = [models.Index(fields=["token"], name="feedback_link_by_token")]  # asked without a scope

    def __str__(self) -> str:
        return f"{self.made_at:%F}"
