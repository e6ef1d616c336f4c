from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel
from qibu.spotchecks.rules import Candidate, Size
from qibu.tasks.models import Task


class Draw(TenantModel):
    """The sample of a month. Seed, rule and population are kept, so that it can be drawn again and proven."""

    month = models.DateField()  # its first day
    seed = models.CharField(max_length=64)
    share = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    each = models.PositiveSmallIntegerField()
    population = models.JSONField()  # [lead, consultant], …
    drawn = models.JSONField()  # leads, in the order of the lot
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "month"], name="draw_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def candidates(self) -> list[Candidate]:
        return [Candidate(lead, staff) for lead, staff in self.population]

    @property
    def size(self) -> Size:
        return Size(self.share, self.number, self.each)


class Check(TenantModel):
    """A customer who is asked how they were received, about the consultant who had the lead when it was drawn."""

    class State(models.TextChoices):
        OPEN = "open", _("待回访")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没问成")

    draw = TenantForeignKey(Draw, models.CASCADE, related_name="checks")
    lead = TenantForeignKey(Lead)
    consultant = TenantForeignKey(Staff)
    task = TenantForeignKey(Task, null=True)
    state = models.TextField(choices=State, default=State.OPEN)
    instead = models.BooleanField(default=False)  # in place of somebody who couldn't be asked
    answers = models.JSONField(default=dict)  # code → answer
    asked = models.JSONField(default=list)  # [code, text, weight], …: the standard as it was
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    remark = models.TextField(blank=True)
    reason = models.CharField(max_length=200, blank=True)  # why it failed
    at = models.DateTimeField(null=True)
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "draw", "lead"], name="check_once")]
        indexes = [
            models.Index(fields=["organisation", "consultant", "state"], name="check_of_consultant"),
            models.Index(fields=["organisation", "-id"], name="check_by_number"),
            models.Index(fields=["organisation", "task"], name="check_of_task"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.lead_id}"

    def about(self) -> dict[str, Any]:
        return {"subject_id": self.pk, "customer_id": self.lead.customer_id}
