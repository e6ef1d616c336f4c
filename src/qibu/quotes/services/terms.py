"""Loan plans that are offered, and how an organisation quotes. What was quoted stays as it was quoted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.catalog.services import saying
from qibu.catalog.services.cars import CodeTaken
from qibu.contracts.quotes import QuoteContentChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.quotes.models import LoanPlan, QuoteRules

RULES = "rules"


def add_plan(*, actor: Actor, code: str, values: Mapping[str, Any]) -> None:
    """Raises `CodeTaken`."""
    actor.require(Capability.SALES_MANAGE)
    if saying.counting(actor, LoanPlan, code) is not None:
        raise CodeTaken(code)
    _say(actor, LoanPlan, "plan", code, values, None)


def change_plan(
    *, actor: Actor, code: str, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Raises `Disputed` where somebody changed the same since the form was opened."""
    actor.require(Capability.SALES_MANAGE)
    _say(actor, LoanPlan, "plan", code, values, seen)


def inherit_plan_again(*, actor: Actor, code: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    _take_back(actor, LoanPlan, "plan", code)


def change_rules(*, actor: Actor, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None) -> None:
    actor.require(Capability.SALES_MANAGE)
    _say(actor, QuoteRules, "rules", RULES, values, seen)


def inherit_rules_again(*, actor: Actor) -> None:
    actor.require(Capability.SALES_MANAGE)
    _take_back(actor, QuoteRules, "rules", RULES)


def _say(
    actor: Actor, model: Any, what: str, code: str, values: Mapping[str, Any], seen: Mapping[str, Any] | None
) -> None:
    if changes := saying.say(actor, model, code, values, seen):
        journal.record(QuoteContentChanged(what=what, code=code, changes=tuple(changes)), actor=actor)


def _take_back(actor: Actor, model: Any, what: str, code: str) -> None:
    if saying.take_back(actor, model, code):
        journal.record(QuoteContentChanged(what=what, code=code, changes=("inherited",)), actor=actor)
