from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.spotchecks.models.check import Draw


class Proposal(TenantModel):
    """What the rule says follows for a person from a month's checks; a manager has the word."""

    class State(models.TextChoices):
        OPEN = "open", _("待批准")
        AGREED = "agreed", _("已批准")
        REFUSED = "refused", _("不批准")

    draw = TenantForeignKey(Draw, models.CASCADE, related_name="proposals")
    staff = TenantForeignKey(Staff)
    amount = models.DecimalField(max_digits=8, decimal_places=2)  # yuan; below zero is a penalty
    average = models.DecimalField(max_digits=4, decimal_places=1)
    checks = models.PositiveSmallIntegerField()
    state = models.TextField(choices=State, default=State.OPEN)
    note = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "draw", "staff"], name="proposal_once")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.amount}"


class LedgerEntry(TenantModel):
    """Rewards and penalties that were agreed. Rows are added only; a mistake is set off by a further row."""

    staff = TenantForeignKey(Staff)
    month = models.DateField()
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    reason = models.CharField(max_length=200, blank=True)  # by hand; of a proposal its numbers say why
    proposal = TenantForeignKey(Proposal, null=True)
    sets_off = TenantForeignKey("self", null=True)
    at = models.DateTimeField()
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "proposal"], name="ledger_proposal_once"),
            models.UniqueConstraint(fields=["organisation", "sets_off"], name="ledger_set_off_once"),
        ]
        indexes = [models.Index(fields=["organisation", "staff", "month"], name="ledger_of_staff")]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.month:%Y-%m} {self.amount}"
