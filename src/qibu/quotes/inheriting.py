"""Loan plans and the way of quoting among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.network.inherited import Below, Content, Kind, register, said_below
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.services import terms

PLAN, RULES = "loan_plan", "quote_rules"
BELOW = "quotes_overridden_below"


def of_plans(actor: Actor) -> list[Content]:
    return [
        Content(code, str(one.row), reverse("quotes:plan", args=[code]), one.source_id, (), one.own and one.overrides)
        for code, one in selectors.resolved_plans(actor).items()
    ]


def of_rules(actor: Actor) -> list[Content]:
    found = selectors.resolved_rules(actor)
    return [Content("rules", _("报价规则"), reverse("quotes:rules"), found.source_id, (), found.own)]


def restore_plan(actor: Actor, key: str) -> None:
    terms.inherit_plan_again(actor=actor, code=key)


def restore_rules(actor: Actor, key: str) -> None:
    terms.inherit_rules_again(actor=actor)


def effect(actor: Actor, key: str) -> list[str]:
    return [_("新写的报价按上级的来；已经写好和发出的报价不变。")]


def plans_below(actor: Actor) -> Below:
    return said_below(BELOW, PLAN)


def rules_below(actor: Actor) -> Below:
    return said_below(BELOW, RULES)


MAY = Capability.SALES_MANAGE
register(Kind(PLAN, gettext_lazy("贷款方案"), MAY, of_plans, restore_plan, effect, plans_below, order=64))
register(Kind(RULES, gettext_lazy("报价规则"), MAY, of_rules, restore_rules, effect, rules_below, order=65))
