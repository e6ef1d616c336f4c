"""What a new store finds set up: tables by law and usage, and what is usually sold beside a car."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from qibu.catalog.models import Extra, RateTable

CONTENT = Path(__file__).resolve().parent.parent / "content"


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    with transaction.atomic(using=using):
        _load(using, RateTable, _read("tables.toml")["table"])
        extras = [{"usual": False, **one, "price": Decimal(one["price"])} for one in _read("extras.toml")["extra"]]
        _load(using, Extra, [{**one, "order": order} for order, one in enumerate(extras, start=1)])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text())


def _load(using: str, model: Any, stored: list[dict[str, Any]]) -> None:
    fields = sorted({name for one in stored for name in one} - {"code"})
    model.objects.using(using).bulk_create(
        [model(**one) for one in stored], update_conflicts=True, unique_fields=["organisation", "code"],
        update_fields=fields,
    )  # fmt: skip
    gone = model.objects.using(using).filter(organisation=None).exclude(code__in=[one["code"] for one in stored])
    gone.delete()
