from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.care.rules import ProductLine
from qibu.network.models import InheritedModel


class Plan(InheritedModel):
    """A care plan: what starts it, for whom, and its steps (E1). What an organisation wants otherwise in one that it
    inherits stands in `PlanOverride`; a row of its own with the same `code` would replace the plan whole."""

    class Trigger(models.TextChoices):
        DELIVERY = "delivery", _("交车")
        VISIT_CLOSED = "visit_closed", _("进店结束")
        MAINTENANCE = "maintenance", _("保养到期")
        INSURANCE = "insurance", _("保险到期")
        INSPECTION = "inspection", _("年检到期")
        WARRANTY = "warranty", _("质保到期")
        BIRTHDAY = "birthday", _("生日")
        CALENDAR = "calendar", _("节日和节气")

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    summary = models.CharField(max_length=120, blank=True)  # what it does, in a sentence
    summary_en = models.CharField(max_length=240, blank=True)
    trigger = models.TextField(choices=Trigger)
    occasion = models.CharField(max_length=20, blank=True)  # of a day of the calendar: see care.rules.occasions
    audience = models.JSONField(default=dict, blank=True)  # see care.rules.audience
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="plan_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class Step(InheritedModel):
    """A timed step: so many days from the trigger's day, what to do, by whom, in which words (E2)."""

    class Assignee(models.TextChoices):
        ADVISOR = "advisor", _("服务顾问")
        SELLER = "seller", _("销售顾问")
        POOL = "pool", _("公共池")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField()
    offset_days = models.SmallIntegerField()  # negative = before
    valid_days = models.PositiveSmallIntegerField()  # to be begun within so many days, its own the first
    assignee = models.TextField(choices=Assignee, default=Assignee.ADVISOR)
    category = models.CharField(max_length=20)  # tasks.Task.Category
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80, blank=True)
    script = models.TextField(blank=True)  # see care.rules.scripts
    script_en = models.TextField(blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="step_once")]

    def __str__(self) -> str:
        return self.title


class PlanOverride(InheritedModel):
    """What an organisation wants otherwise in a plan, field by field, for all cars or those of a product line.

    Fields that aren't named here are those of the organisations above, whatever becomes of them (A7).
    """

    code = models.SlugField(max_length=40)  # of the plan
    brand = models.CharField(max_length=40, blank=True)  # beginnings, as in `care.rules.lines`; empty is any
    series = models.CharField(max_length=60, blank=True)
    energy = models.CharField(max_length=16, blank=True)
    values = models.JSONField(default=dict)  # {"active": false, "day3.offset_days": 4}
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code", "brand", "series", "energy"], name="plan_override_once"
            ),
            models.CheckConstraint(condition=models.Q(organisation__isnull=False), name="plan_override_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.line}".strip()

    @property
    def line(self) -> ProductLine:
        return ProductLine(self.brand, self.series, self.energy)


class CarePolicy(InheritedModel):
    """How a store works through its care: how many backlog customers a person is given a day. Null is inherited."""

    daily_backlog = models.PositiveSmallIntegerField(null=True)
    due_time = models.TimeField(null=True)  # a planned task is due at this time of its day

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="care_policy_once", nulls_distinct=False)]

    def __str__(self) -> str:
        return f"{self.daily_backlog} a day"
