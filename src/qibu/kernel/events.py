"""Typed events: what happened, in identifiers and scalars only."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

KEYS = ("customer_id", "vehicle_id", "subject_id")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events in `qibu.contracts`. `name` is `<app>.<Class>`; a timeline event is shown to people."""

    name: ClassVar[str] = ""
    timeline: ClassVar[bool] = False

    customer_id: int | None = None
    vehicle_id: int | None = None
    subject_id: int | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = f"{cls.__module__.rpartition('.')[2]}.{cls.__name__}"
        CATALOGUE[cls.name] = cls

    def data(self) -> dict[str, Any]:
        """The event's own fields as JSON scalars, without the three keys that have columns of their own."""
        return {f.name: _scalar(getattr(self, f.name)) for f in fields(self) if f.name not in KEYS}


CATALOGUE: dict[str, type[Event]] = {}


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset | tuple):
        return [_scalar(item) for item in value]
    return value
