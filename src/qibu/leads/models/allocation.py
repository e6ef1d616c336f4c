from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.leads.models.lead import Lead
from qibu.network.models import InheritedModel, Staff, TenantModel


class LeadPolicy(InheritedModel):
    """What an organisation says of the numbers of `leads.rules.policy`, by name; of the others it says nothing."""

    values = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="lead_policy_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return ", ".join(sorted(self.values))


class AllocationRule(InheritedModel):
    """A rule of an organisation for sharing out leads; the nearest organisation that has any has its whole list count.

    People are numbers of the organisation's own staff, a group is named: those below have one of that name, or the rule
    passes them by.
    """

    class Target(models.TextChoices):
        TURN = "turn", _("全体销售顾问轮流")
        PEOPLE = "people", _("指定的人轮流")
        GROUP = "group", _("一个小组轮流")
        POOL = "pool", _("放进公海")

    name = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    active = models.BooleanField(default=True)
    sources = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    kinds = ArrayField(models.TextField(), default=list, blank=True)
    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)
    cities = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    since = models.TimeField(null=True, blank=True)
    until = models.TimeField(null=True, blank=True)
    target = models.TextField(choices=Target, default=Target.TURN)
    people = ArrayField(models.BigIntegerField(), default=list, blank=True)
    group = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="allocation_rule_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class SellerGroup(TenantModel):
    """People of the store whom rules name together: 网销组."""

    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="seller_group_once")]

    def __str__(self) -> str:
        return self.name


class GroupMember(TenantModel):
    group = TenantForeignKey(SellerGroup, models.CASCADE, related_name="members")
    staff = TenantForeignKey(Staff)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "group", "staff"], name="group_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.staff_id}"


class SellerShare(TenantModel):
    """How much of what comes somebody is to have: a weight in the turn, and room for so many open leads (null: as the
    store has it). Without a row the weight is 1."""

    staff = TenantForeignKey(Staff)
    weight = models.PositiveSmallIntegerField(default=1)
    room = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "staff"], name="seller_share_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} × {self.weight}"


class Duty(TenantModel):
    """排班: somebody is there otherwise than usual on a day. Without a row whoever isn't away is there all day."""

    class Part(models.TextChoices):
        DAY = "day", _("全天")
        MORNING = "morning", _("上午")
        AFTERNOON = "afternoon", _("下午")
        OFF = "off", _("休息")

    staff = TenantForeignKey(Staff)
    day = models.DateField()
    part = models.TextField(choices=Part)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "day", "staff"], name="duty_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.day} {self.part}"


class Placement(TenantModel):
    """A lead was laid with somebody, or in the pool: the whole story of with whom it lay and why."""

    lead = TenantForeignKey(Lead, models.CASCADE, related_name="placements")
    staff = TenantForeignKey(Staff, null=True)
    former = TenantForeignKey(Staff, null=True)  # who had it until then
    code = models.TextField()  # of leads.rules.reasons
    rule = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=200, blank=True)  # what whoever did it said
    at = models.DateTimeField(db_default=Now())
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "lead", "at"], name="placement_of_lead"),
            models.Index(fields=["organisation", "at", "staff"], name="placement_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.code}"
