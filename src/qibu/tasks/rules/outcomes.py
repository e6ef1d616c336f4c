"""What a call came to, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from qibu.tasks.rules.calendar import Calendar

MOST_ATTEMPTS = 3
FIRST_RETRY = timedelta(hours=2)
RETRY_GRACE = timedelta(hours=1)


class Outcome(StrEnum):
    """The five results of a call, in the order of their keys."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    CALL_BACK = "call_back"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"


class CloseReason(StrEnum):
    """Why a task ended."""

    DONE = "done"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"
    DO_NOT_CALL = "do_not_call"


class CallBackTimeMissing(ValueError):
    """A call-back needs the time that was agreed, and it must lie ahead."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a result does: end the task or call again at a time, spoil the number, place a hold."""

    close_reason: CloseReason | None = None
    retry_at: datetime | None = None
    spoils_number: bool = False
    places_hold: bool = False

    @property
    def closes(self) -> bool:
        """Whether the task ends."""
        return self.close_reason is not None


def effect_of(
    outcome: Outcome,
    *,
    attempts: int,
    at: datetime,
    calendar: Calendar,
    call_back_at: datetime | None = None,
    other_numbers: bool = False,
) -> Effect:
    """What follows from a call made at `at`, the `attempts`-th of its task (the call itself included).

    A wrong number ends the task only where the customer has no other one.

    A hold follows from a refusal because 消费者权益保护法 29 and 广告法 43 forbid to go on calling.
    """
    match outcome:
        case Outcome.REACHED:
            return Effect(CloseReason.DONE)
        case Outcome.WRONG_NUMBER:
            if other_numbers:
                return Effect(retry_at=at, spoils_number=True)
            return Effect(CloseReason.WRONG_NUMBER, spoils_number=True)
        case Outcome.DO_NOT_CALL:
            return Effect(CloseReason.DO_NOT_CALL, places_hold=True)
        case Outcome.CALL_BACK:
            return _call_back(at, call_back_at)
        case Outcome.NOT_REACHED:
            return _try_again(attempts, at, calendar)


def closing(attempts: int, *, other_numbers: bool = False) -> tuple[Outcome, ...]:
    """The results that would end a task tried so often before: what a page must know before it is said."""
    found = [Outcome.REACHED, Outcome.DO_NOT_CALL]
    if not other_numbers:
        found.append(Outcome.WRONG_NUMBER)
    if attempts + 1 >= MOST_ATTEMPTS:
        found.append(Outcome.NOT_REACHED)
    return tuple(found)


def _call_back(at: datetime, call_back_at: datetime | None) -> Effect:
    """At the customer's own time, even outside the hours."""
    if call_back_at is None or call_back_at <= at:
        raise CallBackTimeMissing
    return Effect(retry_at=call_back_at)


def _try_again(attempts: int, at: datetime, calendar: Calendar) -> Effect:
    """After two working hours, then on the next working morning, then no more."""
    if attempts >= MOST_ATTEMPTS:
        return Effect(CloseReason.UNREACHABLE)
    if attempts <= 1:
        return Effect(retry_at=calendar.add_working_time(at, FIRST_RETRY))
    return Effect(retry_at=calendar.next_morning(at))


def deadline_after(due: datetime, retry_at: datetime, at: datetime) -> datetime:
    """A call tried in earnest, or put off at the customer's wish, is not late before its next try can be made."""
    return max(due, retry_at + RETRY_GRACE) if retry_at > at else due
