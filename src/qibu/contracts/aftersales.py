from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VisitClosed(Event):
    """A repair order was closed; `subject_id` is the visit."""

    timeline: ClassVar[bool] = True
    number: str
    kind: str = ""
    jobs: str = ""
    plate: str = ""
    mileage: int | None = None
    total: Decimal = Decimal(0)
    advisor: str = ""
    opened_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class VisitOpened(Event):
    """A car was checked in; `subject_id` is the visit. One entered afterwards has only its closing."""

    timeline: ClassVar[bool] = True
    number: str
    kind: str = ""
    plate: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitChanged(Event):
    number: str
    changes: tuple[str, ...]
