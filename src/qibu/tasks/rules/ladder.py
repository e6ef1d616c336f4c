"""The ladder above an overdue task: who is told, and how it is kept from becoming a storm."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from qibu.tasks.rules.calendar import Calendar

MOST_ESCALATIONS = 3
BETWEEN = timedelta(hours=1)
SEEN_TO = timedelta(hours=4)  # working time that somebody who sees to a delay has before it climbs on


class Fault(StrEnum):
    """What is wrong with a rung as somebody wrote it."""

    FIRST_MISSING = "first_missing"
    GAP = "gap"
    NOBODY = "nobody"
    TIME_MISSING = "time_missing"
    TOO_CLOSE = "too_close"


# Who leads whom (A5); people without a line here are led by everybody on the rung.
LEADS = {
    "sales_consultant": "sales_manager",
    "service_advisor": "service_manager",
    "technician": "service_manager",
    "call_agent": "care_manager",
    "marketing": "care_manager",
}


# Those who answer for the work of others: one of them hears of a delay when nobody on the ladder is there.
MANAGERS = frozenset({"store_manager", *LEADS.values()})


# On a rung beside roles: the one whom the assignee answers to.
SUPERIOR = "superior"
Superiors = Mapping[int, int | None]  # everybody who works here or did, with whom they answer to


@dataclass(frozen=True, slots=True)
class Step:
    """So long after the deadline, in working time, people of these roles are told; `SUPERIOR` is one of them."""

    after: timedelta
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at work who can be told."""

    id: int
    roles: frozenset[str]


def told(
    step: Step, people: Sequence[Person], assignee: Person | None, superiors: Superiors | None = None
) -> list[Person]:
    """Those on the rung, the assignee's own lead alone where there is one, and their superior; never the assignee."""
    mine = assignee.id if assignee else None
    able = [person for person in people if person.roles & step.roles and person.id != mine]
    lead = {LEADS[role] for role in assignee.roles if role in LEADS} if assignee else set()
    found = [person for person in able if person.roles & lead & step.roles] or able
    above = superior_of(mine, superiors or {}, people) if SUPERIOR in step.roles else None
    return found if above is None or above in found else [above, *found]


def superior_of(staff_id: int | None, superiors: Superiors, people: Sequence[Person]) -> Person | None:
    """The nearest one above who is there: who is away or has left is passed over, a ring ends where it began."""
    there, seen = {person.id: person for person in people}, {staff_id}
    above = superiors.get(staff_id) if staff_id else None
    while above is not None and above not in seen:
        if above in there:
            return there[above]
        seen.add(above)
        above = superiors.get(above)
    return None



def anybody(ladder: Sequence[Step]) -> Step:
    """The last resort: all people of all rungs, and every manager. A delay that nobody hears of would stop silently."""
    return Step(timedelta(0), MANAGERS.union(*(step.roles for step in ladder)))


Written = tuple[int | None, Collection[str]]  # working minutes after the deadline, roles


def faults(rungs: Sequence[Written]) -> dict[int, Fault]:
    """What is wrong with the rungs of a ladder, from 1: the first must be there, none is left out, each has a time and
    somebody, and they are at least an hour apart, since nobody is told sooner anyway."""
    found, before, ended = dict[int, Fault](), None, False
    for number, (after, roles) in enumerate(rungs, 1):
        if after is None and not roles:
            if number == 1:
                found[number] = Fault.FIRST_MISSING
            ended = True
        elif fault := _fault(after, roles, before, ended):
            found[number] = fault
        before = after if after is not None else before
    return found


def _fault(after: int | None, roles: Collection[str], before: int | None, ended: bool) -> Fault | None:
    if ended:
        return Fault.GAP
    if not roles:
        return Fault.NOBODY
    if after is None:
        return Fault.TIME_MISSING
    close = before is not None and timedelta(minutes=after - before) < BETWEEN
    return Fault.TOO_CLOSE if close else None


def next_climb(
    ladder: Sequence[Step], reached: int, due: datetime, calendar: Calendar, told_at: datetime | None = None
) -> datetime | None:
    """When the rung after the one reached is due: at least an hour after somebody was told, and never more than
    three rungs, while the store is open; None when there is no further one."""
    if reached >= min(len(ladder), MOST_ESCALATIONS):
        return None
    planned = calendar.add_working_time(due, ladder[reached].after)
    return calendar.next_open(max(planned, told_at + BETWEEN) if told_at else planned)


def desks_of(roles: Collection[str]) -> frozenset[str]:
    """Whose tasks lying in the pool somebody with these roles takes; "" is everybody's."""
    found = {""}
    for role in roles:
        found |= _DESKS.get(role, set())
    return frozenset(found)


_BOTH = {"service", "sales"}
_DESKS: dict[str, set[str]] = {
    "store_manager": _BOTH,
    "care_manager": _BOTH,
    "call_agent": _BOTH,
    "marketing": _BOTH,
    "sales_manager": {"sales"},
    "sales_consultant": {"sales"},
    "service_manager": {"service"},
    "service_advisor": {"service"},
    "technician": {"service"},
}
