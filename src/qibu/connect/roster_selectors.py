"""A list of staff beside who works here already, and who has no sign-in yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from qibu.connect.roster import Line
from qibu.kernel.actors import Actor
from qibu.kernel.spelling import spelled
from qibu.network.models import Staff, User
from qibu.network.rules import Capability

FILLED = ("number", "title", "phone", "email")


@dataclass(frozen=True)
class Entry:
    """What taking a line over would do: `person` works here already, `fills` names what they lack and the line says."""

    line: Line
    person: Staff | None
    fills: tuple[str, ...]

    @property
    def fate(self) -> str:
        """new, filled, same, or skipped."""
        if self.line.faults:
            return "skipped"
        if self.person is None:
            return "new"
        return "filled" if self.fills else "same"


def compare(actor: Actor, lines: Sequence[Line]) -> list[Entry]:
    """Each line beside who works here already: found by number, else by a name that only one person has."""
    actor.require(Capability.STAFF_MANAGE)
    people = list(Staff.objects.filter(left_on=None))
    by_number = {one.number: one for one in people if one.number}
    by_name: dict[str, list[Staff]] = {}
    for one in people:
        by_name.setdefault(one.name, []).append(one)
    named = {*by_number, *by_name, *(line.name for line in lines), *(line.number for line in lines)}
    return [_entry(line, _found(line, by_number, by_name), named) for line in lines]


def _found(line: Line, by_number: Mapping[str, Staff], by_name: Mapping[str, list[Staff]]) -> Staff | None:
    if line.number in by_number:
        return by_number[line.number]
    named = [one for one in by_name.get(line.name, []) if not (one.number and line.number)]
    return named[0] if len(named) == 1 else None


def _entry(line: Line, person: Staff | None, named: Collection[str]) -> Entry:
    if person is None:
        return Entry(line, None, ())
    fills = [name for name in FILLED if getattr(line, name) and not getattr(person, name)]
    if line.roles and not person.roles:
        fills.append("roles")
    if line.superior in named and person.superior_id is None:
        fills.append("superior_id")
    return Entry(line, person, tuple(fills))


def person_called(text: str) -> Staff | None:
    """Who works here under a number, else under a name that only one person has."""
    rows = Staff.objects.filter(left_on=None)
    found = list(rows.filter(number=text)[:2]) or list(rows.filter(name=text)[:2])
    return found[0] if text and len(found) == 1 else None


def without_sign_in(actor: Actor) -> list[Staff]:
    """Who works here, has something to do, and can't sign in."""
    actor.require(Capability.STAFF_MANAGE)
    rows = Staff.objects.filter(left_on=None, user=None).exclude(roles=[])
    return list(rows.order_by("sort_key", "pk"))


def propose(people: Sequence[Staff], given: Mapping[int, str]) -> dict[int, str]:
    """A sign-in name for each: what the list gives, else how the name sounds, with a number where it is taken."""
    wanted = {one.pk: given.get(one.pk) or _sound(one.name) for one in people}
    starts = set(wanted.values())
    taken = {
        name.casefold()
        for start in starts
        for name in User.objects.filter(username__istartswith=start).values_list("username", flat=True)
    }
    found: dict[int, str] = {}
    for pk, start in wanted.items():
        found[pk] = next(name for name in _numbered(start) if name.casefold() not in taken)
        taken.add(found[pk].casefold())
    return found


def _sound(name: str) -> str:
    return "".join(part for part in spelled(name) if part.isalnum()).lower()[:40] or "user"


def _numbered(start: str) -> Iterator[str]:
    yield start
    yield from (f"{start}{number}" for number in count(2))
