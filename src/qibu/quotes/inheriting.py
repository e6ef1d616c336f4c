"""Loan plans and the way of quoting among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog.inheriting import effect, restoring
from qibu.kernel.actors import Actor
from qibu.network.inherited import Content, Kind, by_code, register, told_by
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.selectors.content import RULES as THE_RULES
from qibu.quotes.services import terms

PLAN, RULES = "loan_plan", "quote_rules"
BELOW = "quotes_overridden_below"
MAY = Capability.SALES_MANAGE


def of_plans(actor: Actor) -> list[Content]:
    return by_code(selectors.resolved_plans(actor), "quotes:plan")


def of_rules(actor: Actor) -> list[Content]:
    found = selectors.resolved_rules(actor)
    return [Content(THE_RULES, _("报价规则"), reverse("quotes:rules"), found.source_id, (), found.own)]


register(
    Kind(
        PLAN, gettext_lazy("贷款方案"), MAY, of_plans, restoring(terms.PLAN), effect, told_by(BELOW, PLAN), order=64
    )
)  # fmt: skip
register(
    Kind(
        RULES, gettext_lazy("报价规则"), MAY, of_rules, restoring(terms.RULES), effect, told_by(BELOW, RULES), order=65
    )
)  # fmt: skip
