"""Who does the work of somebody who is away, and how work is shared out fairly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who is away on a day: until when, and who stands in."""

    staff_id: int
    last: date
    stand_in: int | None = None


def stand_in_for(staff_id: int, away: Mapping[int, Away]) -> int | None:
    """The first of the chain of stand-ins who is there; None is the pool, where managers see it: no work is lost when
    the stand-in is away as well, or when two people stand in for each other."""
    seen: set[int | None] = {staff_id}
    following = away[staff_id].stand_in
    while following is not None and following in away and following not in seen:
        seen.add(following)
        following = away[following].stand_in
    return None if following in seen else following


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
