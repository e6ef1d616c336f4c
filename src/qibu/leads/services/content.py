"""What a new store finds set up: where leads come from, and the stages to delivery. Shipped rows belong to no one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from qibu.leads.models import LossReason, Source, Stage

CONTENT = Path(__file__).resolve().parent.parent / "content"


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    with transaction.atomic(using=using):
        _load(using, Source, _read("sources.toml")["source"], ["organisation", "code"])
        stages = [{"brand": "", "series": "", **one} for one in _read("stages.toml")["stage"]]
        _load(using, Stage, stages, ["organisation", "brand", "series", "code"])
        _load(using, LossReason, list(_losses(_read("losses.toml")["reason"])), ["organisation", "parent", "code"])


def _losses(reasons: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The two levels one below the other."""
    for reason in reasons:
        details = reason.pop("details", [])
        ends = reason.get("ends", LossReason.Ends.LOST)
        yield {"parent": "", **reason, "ends": ends}
        yield from ({"parent": reason["code"], **detail, "ends": ends} for detail in details)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text())


def _load(using: str, model: Any, stored: list[dict[str, Any]], unique: list[str]) -> None:
    rows = [model(order=order, **one) for order, one in enumerate(stored, start=1)]
    fields = [*sorted({name for one in stored for name in one} - set(unique)), "order"]
    model.objects.using(using).bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=fields)
    gone = model.objects.using(using).filter(organisation=None).exclude(code__in=[one["code"] for one in stored])
    gone.delete()
