"""Pages by key instead of by number.

The cursor names the last row seen, so page 2,000 costs what page 2 costs and a row added meanwhile moves
nothing. Plain computation; `lists.py` turns the conditions into a query.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Condition = tuple[str, Any]  # lookup and value, as in `filter(**{lookup: value})`


class BadCursor(ValueError):
    """The address was cut or changed by hand; the reader goes to the first page."""


@dataclass(frozen=True)
class Key:
    """One field of an ordering. Empty values come last in either direction."""

    name: str
    descending: bool = False
    nullable: bool = False

    @classmethod
    def parse(cls, text: str, nullable: bool = False) -> Key:
        return cls(text.removeprefix("-"), text.startswith("-"), nullable)


_READERS: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
}


def encode(values: tuple[Any, ...]) -> str:
    text = json.dumps([_pack(v) for v in values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, length: int) -> tuple[Any, ...]:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = tuple(_unpack(v) for v in json.loads(raw))
    except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
        raise BadCursor(text) from error
    if len(values) != length:
        raise BadCursor(text)
    return values


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _unpack(value: Any) -> Any:
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise ValueError("a cursor holds no lists")
        return value
    (kind, text), *rest = value.items()
    if rest:
        raise ValueError("one kind per value")
    return _READERS[kind](text)


def beyond(keys: tuple[Key, ...], values: tuple[Any, ...], backwards: bool = False) -> list[list[Condition]]:
    """Rows after (or before) the one with these values: any of the lists, each of which holds as a whole."""
    alternatives: list[list[Condition]] = []
    equal: list[Condition] = []
    for key, value in zip(keys, values, strict=True):
        alternatives += [[*equal, step] for step in _steps(key, value, backwards)]
        equal = [*equal, (f"{key.name}__isnull", True) if value is None else (key.name, value)]
    return alternatives


def _steps(key: Key, value: Any, backwards: bool) -> list[Condition]:
    empty = f"{key.name}__isnull"
    if value is None:
        return [(empty, False)] if backwards else []
    rising = key.descending == backwards
    steps: list[Condition] = [(f"{key.name}__{'gt' if rising else 'lt'}", value)]
    if key.nullable and not backwards:
        steps.append((empty, True))
    return steps


def bound(keys: tuple[Key, ...], values: tuple[Any, ...], backwards: bool = False) -> Condition | None:
    """Implied by `beyond`, on the first field alone: it lets the index start at the right place."""
    key, value = keys[0], values[0]
    if value is None or (key.nullable and not backwards):
        return None
    return f"{key.name}__{'gte' if key.descending == backwards else 'lte'}", value
