from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.network.models import InheritedModel
from qibu.ui import formats


class Source(InheritedModel):
    """Where leads come from (C1). `kind` groups them for figures; campaigns and platforms are sources of their own."""

    class Kind(models.TextChoices):
        SHOWROOM = "showroom", _("自然到店")
        PHONE = "phone", _("来电")
        WEBSITE = "website", _("官网和表单")
        PLATFORM = "platform", _("汽车垂直媒体")
        SOCIAL = "social", _("社交媒体")
        SEARCH = "search", _("搜索")
        EXHIBITION = "exhibition", _("车展外拓")
        REFERRAL = "referral", _("转介绍")
        PARTNER = "partner", _("异业合作")
        MANUFACTURER = "manufacturer", _("厂家下发")
        OTHER = "other", _("其他")

    code = models.SlugField(max_length=40)
    kind = models.TextField(choices=Kind)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="source_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name


class Stage(InheritedModel):
    """A step on the way to delivery (C9), for all cars or those of a product line; an organisation that wants it
    otherwise says the whole list of a line. `needs` are the facts that a lead must have before it stands there."""

    brand = models.CharField(max_length=40, blank=True)  # beginnings, as in a product line; empty is any
    series = models.CharField(max_length=60, blank=True)
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=30)
    name_en = models.CharField(max_length=40, blank=True)
    needs = ArrayField(models.TextField(), default=list)  # see leads.rules.needs
    stale_days = models.PositiveSmallIntegerField(default=0)  # standing still longer is conspicuous; 0 = never

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "brand", "series", "code"], name="stage_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name


class LossReason(InheritedModel):
    """Why leads come to nothing, in two levels: `parent` is the code of the reason that a detail belongs to."""

    class Ends(models.TextChoices):
        LOST = "lost", _("战败")
        INVALID = "invalid", _("无效")

    parent = models.SlugField(max_length=40, blank=True)
    code = models.SlugField(max_length=40)
    ends = models.TextField(choices=Ends, default=Ends.LOST)  # of the first level
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "parent", "code"], name="loss_reason_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name


class GradePace(InheritedModel):
    """How often leads of a grade are spoken to, and who has the grade, where an organisation wants it otherwise than
    `leads.rules.DEFAULT_PACE`."""

    grade = models.CharField(max_length=1)
    within_days = models.PositiveSmallIntegerField()
    every_hours = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "grade"], name="grade_pace_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.grade
