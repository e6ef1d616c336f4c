"""What a new store finds set up: how far consultants may go. The shipped row belongs to no one."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction

from qibu.orders.models import OrderPolicy

CONTENT = Path(__file__).resolve().parent.parent / "content"


def load(using: str) -> None:
    """Write the shipped row through the owner's connection; running it again changes nothing."""
    stored = tomllib.loads((CONTENT / "policy.toml").read_text(), parse_float=str)
    with transaction.atomic(using=using):
        OrderPolicy.objects.using(using).update_or_create(organisation=None, defaults=stored)
