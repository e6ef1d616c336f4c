from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import InheritedModel, Staff, TenantModel
from qibu.tasks.models.task import Task


class Clock(TenantModel):
    """A promise with a deadline on the store's calendar. A breach stays on record for ever, with its reason, whose it
    was then, and who gave the reason."""

    class Cause(models.TextChoices):
        UNREACHABLE = "unreachable", gettext_lazy("客户联系不上")
        SHORT_HANDED = "short_handed", gettext_lazy("人手不足")
        WAITING = "waiting", gettext_lazy("等配件、等答复")
        HANDED_LATE = "handed_late", gettext_lazy("转交晚了")
        FORGOTTEN = "forgotten", gettext_lazy("忘记了")
        OTHER = "other", gettext_lazy("其他")

    task = TenantForeignKey(Task, models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=40, default="due")
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=120, blank=True)
    breached_at = models.DateTimeField(null=True)
    breached_with = TenantForeignKey(Staff, null=True)  # who had the work then; null = it lay in the pool
    breach_cause = models.TextField(choices=Cause, blank=True, default="", db_default="")
    breach_reason = models.CharField(max_length=200, blank=True)  # in words, beside the cause
    explained_by = TenantForeignKey(Staff, null=True)
    explained_at = models.DateTimeField(null=True)
    rung = models.PositiveSmallIntegerField(default=0)  # how high it has climbed
    taken_by = TenantForeignKey(Staff, null=True)  # who sees to the delay
    taken_until = models.DateTimeField(null=True)  # when it climbs on, if the work is still open
    climb_at = models.DateTimeField(null=True)  # when the next rung is due; null = nothing more to do

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "task", "kind"], name="clock_once")]
        indexes = [
            models.Index(
                fields=["organisation", "climb_at"], name="clock_climbing", condition=models.Q(climb_at__isnull=False)
            ),
            models.Index(fields=["climb_at"], name="clock_next", condition=models.Q(climb_at__isnull=False)),
            models.Index(
                fields=["organisation", "breached_at"], name="clock_breached",
                condition=models.Q(breached_at__isnull=False),
            ),
            models.Index("organisation", Coalesce("breached_at", "due_at"), name="clock_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%F %H:%M}"

    @property
    def why(self) -> str:
        """The reason of the breach as people read it; empty as long as nobody gave one."""
        if not self.breach_cause or self.breach_cause == self.Cause.OTHER:
            return self.breach_reason
        label = str(self.get_breach_cause_display())
        return _("{cause}：{words}").format(cause=label, words=self.breach_reason) if self.breach_reason else label


class Rung(InheritedModel):
    """A step of the ladder: this long after the deadline, people of these roles are told."""

    ladder = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    after_minutes = models.PositiveIntegerField()  # working minutes after the deadline
    roles = ArrayField(models.TextField())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "ladder", "order"], name="rung_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.ladder} {self.order}"


class Escalation(TenantModel):
    """Who was told of an overdue clock, and when."""

    clock = TenantForeignKey(Clock, models.CASCADE, related_name="escalations")
    rung = models.PositiveSmallIntegerField()
    told = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "clock", "rung", "told"], name="escalation_once")
        ]
        indexes = [
            models.Index(fields=["organisation", "told", "-at"], name="escalation_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} rung {self.rung}"
