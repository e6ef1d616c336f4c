"""Who does the work of somebody who is away, and how work is shared out fairly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is away: until when, who stands in, from when."""

    staff_id: int
    last: date
    stand_in: int | None = None
    first: date = date.min


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row on which one person does the work; None is the pool."""

    first: date
    last: date
    who: int | None


def stand_in_for(staff_id: int, away: Mapping[int, Away]) -> int | None:
    """The first of the chain of stand-ins who is there; None is the pool, where managers see it: no work is lost when
    the stand-in is away as well, or when two people stand in for each other."""
    seen: set[int | None] = {staff_id}
    following = away[staff_id].stand_in
    while following is not None and following in away and following not in seen:
        seen.add(following)
        following = away[following].stand_in
    return None if following in seen else following


def stretches(whose: Away, others: Sequence[Away]) -> list[Stretch]:
    """Who does the work of somebody while they are away, day by day, given when others are; of two records of one
    person the later one in the list counts. Only the days on which somebody goes or comes back make a difference."""
    day = timedelta(days=1)
    turns = {turn for one in others for turn in (one.first, one.last + day) if whose.first < turn <= whose.last}
    found: list[Stretch] = []
    for first, following in pairwise([*sorted({whose.first} | turns), whose.last + day]):
        away = {one.staff_id: one for one in others if one.first <= first <= one.last}
        who = stand_in_for(whose.staff_id, {**away, whose.staff_id: whose})
        if found and found[-1].who == who:
            found[-1] = replace(found[-1], last=following - day)
        else:
            found.append(Stretch(first, following - day, who))
    return found


def share_out(bundles: Sequence[tuple[int, int]], loads: Mapping[int, int]) -> dict[int, int]:
    """Bundle → person: bundles (key, size) go, the largest first, to whoever has least by then.

    A bundle is one customer's work: it stays with one person. The greedy way is at most a third worse than the best
    one (Graham 1969, longest processing time first).
    """
    now = dict(loads)
    found = {}
    for key, size in sorted(bundles, key=lambda bundle: (-bundle[1], bundle[0])):
        person = min(now, key=lambda one: (now[one], one))
        found[key], now[person] = person, now[person] + size
    return found
