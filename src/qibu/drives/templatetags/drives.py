"""Small words of the calendar's templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import template

from qibu.drives.rules import Piece
from qibu.kernel import times

register = template.Library()


@register.filter
def word(words: Mapping[str, Any], key: str) -> str:
    return str(words.get(key, key))


@register.filter
def stamp(at: datetime | None) -> str:
    """A moment as an address and a field for it hold it, by the store's clock."""
    return f"{at.astimezone(times.ZONE):%Y-%m-%dT%H:%M}" if at else ""


@register.filter
def first_free(pieces: Iterable[Piece]) -> Piece | None:
    return next((one for one in pieces if one.kind == "free"), None)
