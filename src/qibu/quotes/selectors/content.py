"""Loan plans and the way of quoting as they count for an organisation."""

from __future__ import annotations

from typing import Any

from qibu.kernel.actors import Actor
from qibu.network.inheritance import Resolved, lineage, resolve
from qibu.quotes.models import LoanPlan, QuoteRules

RULES = "rules"


def resolved_plans(actor: Actor) -> dict[str, Resolved[Any]]:
    rows: list[Any] = list(LoanPlan.objects.order_by("order", "months", "code"))
    return resolve(rows, lineage(actor.organisation_id), lambda row: row.code)


def plans(actor: Actor) -> list[LoanPlan]:
    """Those that are offered."""
    return [one.row for one in resolved_plans(actor).values() if one.row.active]


def resolved_rules(actor: Actor) -> Resolved[Any]:
    rows: list[Any] = list(QuoteRules.objects.all())
    return resolve(rows, lineage(actor.organisation_id), lambda row: row.code)[RULES]


def quote_rules(actor: Actor) -> QuoteRules:
    found: QuoteRules = resolved_rules(actor).row
    return found
