"""Spot checks of how intending customers were received. `subject_id` is the check, draw or entry that is told of."""

from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(Event):
    """`digest` proves what was drawn from what, by which seed and rule."""

    month: str
    population: int
    drawn: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class CheckAnswered(Event):
    staff_name: str
    score: str


@dataclass(frozen=True, kw_only=True)
class CheckFailed(Event):
    """The customer couldn't be asked; the next of the draw takes the place, if there is one."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class RewardsProposed(Event):
    month: str
    proposals: int


@dataclass(frozen=True, kw_only=True)
class RewardDecided(Event):
    staff_name: str
    month: str
    amount: str
    agreed: bool


@dataclass(frozen=True, kw_only=True)
class RewardCorrected(Event):
    """An entry of the ledger was set off by another one."""

    staff_name: str
    month: str
    amount: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SampleRuleChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StandardChanged(Event):
    """The questions of the reception standard; earlier answers keep theirs."""

    questions: int
