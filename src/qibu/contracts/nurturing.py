"""What is sent to people who may buy a car, and what they do with it. `subject_id` is the sending, or the run of a
sequence through a lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OfLead:
    lead_id: int


@dataclass(frozen=True, kw_only=True)
class PieceSent(OfLead, Event):
    """A consultant sent it; `channel` is one of those that consent is given for."""

    timeline: ClassVar[bool] = True
    title: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class PieceSkipped(OfLead, Event):
    """It was planned and is not sent."""

    title: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PieceOpened(OfLead, Event):
    """The customer opened it for the first time."""

    timeline: ClassVar[bool] = True
    title: str


@dataclass(frozen=True, kw_only=True)
class PieceAnswered(OfLead, Event):
    """On the page of a piece the customer asked to be called."""

    timeline: ClassVar[bool] = True
    title: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PiecesRefused(OfLead, Event):
    """On the page of a piece the customer said that they want no more of them."""

    timeline: ClassVar[bool] = True
    title: str


@dataclass(frozen=True, kw_only=True)
class PieceClosed(OfLead, Event):
    """The link of what was sent opens no more."""

    title: str


@dataclass(frozen=True, kw_only=True)
class SequenceBegun(OfLead, Event):
    timeline: ClassVar[bool] = True
    sequence: str
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class SequenceEnded(OfLead, Event):
    """`end` is one of `nurturing.rules.End`."""

    timeline: ClassVar[bool] = True
    sequence: str
    end: str


@dataclass(frozen=True, kw_only=True)
class NurturingPlanned(Event):
    """A day of sequences was planned: how many leads entered, got work, and ended."""

    on: str
    begun: int
    planned: int
    ended: int


@dataclass(frozen=True, kw_only=True)
class PieceChanged(Event):
    piece: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SequenceChanged(Event):
    sequence: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NurturingRulesChanged(Event):
    changes: tuple[str, ...]
