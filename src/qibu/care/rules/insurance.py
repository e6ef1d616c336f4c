"""Which policies of a car are still to be renewed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

UNKNOWN = "unknown"
# Many exports give one end date without saying of which insurance. Against such a policy only an end half a year
# later is a renewal; a few days are the gap between compulsory and commercial cover.
_RENEWAL = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Cover:
    """What a policy says: its kind and the last day of cover."""

    kind: str
    ends_on: date
    insurer: str = ""


@dataclass(frozen=True, slots=True)
class InsuranceEnd:
    """A day on which cover ends: one call for all kinds that end on it."""

    ends_on: date
    kinds: tuple[str, ...]
    insurer: str

    @property
    def cycle(self) -> str:
        """One for each end date, however often the policy is imported."""
        return f"insurance:{self.ends_on.isoformat()}"


def insurance_ends(covers: Iterable[Cover]) -> list[InsuranceEnd]:
    """The days on which cover ends that nothing newer has replaced, in order."""
    every = list(covers)
    living = [cover for cover in every if not any(_renews(later, cover) for later in every)]
    days = sorted({cover.ends_on for cover in living})
    return [_end(day, [cover for cover in living if cover.ends_on == day]) for day in days]


def _renews(later: Cover, cover: Cover) -> bool:
    if later.kind == cover.kind:
        return later.ends_on > cover.ends_on
    return UNKNOWN in (later.kind, cover.kind) and later.ends_on - cover.ends_on >= _RENEWAL


def _end(day: date, covers: list[Cover]) -> InsuranceEnd:
    kinds = sorted({cover.kind for cover in covers} - {UNKNOWN}) or [UNKNOWN]
    return InsuranceEnd(day, tuple(kinds), next((c.insurer for c in covers if c.insurer), ""))
