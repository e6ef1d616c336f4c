from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.network.models import InheritedModel
from qibu.quotes.rules.authority import Limit, Unit
from qibu.ui import formats


class LoanPlan(InheritedModel):
    """A loan that is offered with a car (C6). What it costs is reckoned by `quotes.rules.loans`."""

    class Repayment(models.TextChoices):
        ANNUITY = "annuity", _("等额本息")
        PRINCIPAL = "principal", _("等额本金")
        BALLOON = "balloon", _("低月供加尾款")
        SUBSIDISED = "subsidised", _("厂家贴息")

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    lender = models.CharField(max_length=60, blank=True)
    repayment = models.TextField(choices=Repayment, default=Repayment.ANNUITY)
    months = models.PositiveSmallIntegerField(default=36)
    rate = models.DecimalField(max_digits=6, decimal_places=3)  # percent a year
    down_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(20))  # at least, of the car
    # Of what is paid for the car, and of the loan at the beginning.
    balloon_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    free_months = models.PositiveSmallIntegerField(default=0)  # the interest of the first ones is the maker's
    fee_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    brand = models.CharField(max_length=40, blank=True)  # beginnings, as in a product line; empty is any car
    series = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="loan_plan_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name

    def fits(self, brand: str, series: str) -> bool:
        return brand.startswith(self.brand) and series.startswith(self.series)


class QuoteRules(InheritedModel):
    """How an organisation quotes: who may take how much off, how long a quotation holds. `code` is always "rules"."""

    code = models.SlugField(max_length=40, default="rules")
    limits = models.JSONField(default=dict)  # role → [unit, value]; see quotes.rules.authority
    valid_days = models.PositiveSmallIntegerField(default=7)
    link_days = models.PositiveSmallIntegerField(default=14)  # how long the customer's link opens
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="quote_rules_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def read_limits(self) -> dict[str, Limit]:
        return {role: Limit(Unit(unit), Decimal(value)) for role, (unit, value) in self.limits.items()}
