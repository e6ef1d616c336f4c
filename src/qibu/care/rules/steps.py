"""The steps of a cycle: when they fall, when they expire, and what is backlog."""

from dataclasses import dataclass
from datetime import date, timedelta

INSURANCE_OFFSETS = (-60, -30, -7)
DEFAULT_GRACE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a cycle: days from the anchor (before it: negative), its day, and the day it is dropped."""

    offset_days: int
    due_on: date
    expires_on: date


def step_day(anchor: date, offset_days: int) -> date:
    """The day a step falls on: 30 days before the anchor is −30."""
    return anchor + timedelta(days=offset_days)


def steps_of(
    anchor: date, offsets: tuple[int, ...], grace_days: int = DEFAULT_GRACE_DAYS
) -> tuple[Step, ...]:
    """All steps of a cycle in order.

    A step that nobody did expires when the next one takes over (Odoo's expiry of overdue steps), the last one
    `grace_days` after its day or after the anchor, whichever is later.
    """
    days = sorted(set(offsets))
    ends = [step_day(anchor, following) for following in days[1:]]
    ends += [step_day(anchor, max(days[-1], 0) + grace_days)] if days else []
    return tuple(Step(offset, step_day(anchor, offset), end) for offset, end in zip(days, ends, strict=True))


def current_step(steps: tuple[Step, ...], on: date) -> Step | None:
    """The step that is to be done on a day, if any: it has come and is not expired."""
    return next((step for step in steps if step.due_on <= on < step.expires_on), None)


def is_expired(step: Step, on: date) -> bool:
    """Whether it is too late for a step."""
    return on >= step.expires_on


def insurance_cycle(ends_on: date) -> str:
    """The key of a policy's cycle: one for each end date, however often the policy is imported."""
    return f"insurance:{ends_on.isoformat()}"


def insurance_steps(ends_on: date) -> tuple[Step, ...]:
    """60, 30 and 7 days before the end of a policy (E3); after the end there is nothing to renew in time."""
    return steps_of(ends_on, INSURANCE_OFFSETS, grace_days=0)


def is_backlog(due_on: date, loaded_on: date) -> bool:
    """Whether work was due before the store loaded its data: a list of its own, released bit by bit."""
    return due_on < loaded_on
