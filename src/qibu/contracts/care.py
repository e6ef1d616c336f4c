from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanChanged(Event):
    """An organisation wants a plan otherwise than those above it, or went back to what it inherits."""

    code: str
    changes: tuple[str, ...]
    line: str = ""  # the cars it is said of: all


@dataclass(frozen=True, kw_only=True)
class IntervalChanged(Event):
    """An organisation wants cars maintained otherwise than those above it say, or no longer."""

    line: str  # the cars it is said of; empty is all
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CalleeChosen(Event):
    """Whom the store calls about something of a car; without a customer it is as the rules say again."""

    trigger: str


@dataclass(frozen=True, kw_only=True)
class CarePolicyChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DayPlanned(Event):
    """What planning a day did, in tasks; nothing is recorded when it changed nothing."""

    on: str
    planned: int
    opened: int
    backlog: int
    released: int
    moved: int
    cancelled: int
    expired: int
