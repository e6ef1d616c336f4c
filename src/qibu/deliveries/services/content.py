"""What a new store finds set up: the lists of a delivery. Shipped rows belong to no one."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from qibu.deliveries.models import ListItem

CONTENT = Path(__file__).resolve().parent.parent / "content"


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    rows = [ListItem(**line) for line in shipped()]
    with transaction.atomic(using=using):
        ListItem.objects.using(using).bulk_create(
            rows, update_conflicts=True, unique_fields=["organisation", "part", "code"],
            update_fields=["order", "name", "name_en", "must"],
        )  # fmt: skip
        for part in ListItem.Part:
            theirs = ListItem.objects.using(using).filter(organisation=None, part=part)
            theirs.exclude(code__in=[row.code for row in rows if row.part == part]).delete()


def shipped() -> list[dict[str, Any]]:
    stored = tomllib.loads((CONTENT / "lists.toml").read_text())
    return [
        {"part": part, "order": place, "must": True, **line}
        for part in ListItem.Part.values for place, line in enumerate(stored[part], 1)
    ]  # fmt: skip
