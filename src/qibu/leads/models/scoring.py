from __future__ import annotations

from django.db import models

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class Tally(TenantModel):
    """How many closed leads with this value of a field were won and lost: what the chance of open ones is reckoned from
    (`leads.rules.chances`). The value * counts all leads that say something of the field."""

    field = models.CharField(max_length=20)
    value = models.CharField(max_length=80)
    won = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "field", "value"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.field} {self.value}: {self.won}/{self.lost}"


class ScoringRefusal(TenantModel):
    """The customer doesn't want to be judged by a machine (PIPL art. 24): for their leads no chance is reckoned."""

    customer = TenantForeignKey(Customer, related_name="scoring_refusals")
    at = models.DateTimeField()
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "customer"], name="scoring_refusal_once")]

    def __str__(self) -> str:
        return str(self.customer_id)
