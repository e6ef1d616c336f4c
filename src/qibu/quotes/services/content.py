"""What a new store finds set up: loan plans to fill in, and how it quotes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from qibu.quotes.models import LoanPlan, QuoteRules

CONTENT = Path(__file__).resolve().parent.parent / "content"
DECIMALS = ("rate", "down_percent", "balloon_percent", "fee_percent")
USUAL = {"balloon_percent": "0", "fee_percent": "0", "free_months": 0}


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    with transaction.atomic(using=using):
        QuoteRules.objects.using(using).update_or_create(
            organisation=None, code="rules", defaults=_read("rules.toml")
        )
        _load_plans(using, [{**USUAL, **one} for one in _read("plans.toml")["plan"]])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text())


def _load_plans(using: str, stored: list[dict[str, Any]]) -> None:
    """Switched off: nobody offers a loan whose rate is an example."""
    rows = [
        LoanPlan(**{**one, **{name: Decimal(one[name]) for name in DECIMALS}}, active=False, order=order)
        for order, one in enumerate(stored, start=1)
    ]
    fields = [*sorted({name for one in stored for name in one} - {"code"}), "active", "order"]
    LoanPlan.objects.using(using).bulk_create(
        rows, update_conflicts=True, unique_fields=["organisation", "code"], update_fields=fields
    )
    gone = LoanPlan.objects.using(using).filter(organisation=None).exclude(code__in=[one["code"] for one in stored])
    gone.delete()
