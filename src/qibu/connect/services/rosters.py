"""A list of staff comes into the store: who is new is made, what was empty is filled in, nothing is overwritten."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import IO

from pypinyin import lazy_pinyin

from qibu.connect import roster, sheets
from qibu.connect.roster import Line
from qibu.kernel.actors import Actor
from qibu.network.models import Staff, User
from qibu.network.rules import Capability
from qibu.network.services import staff
from qibu.network.services.staff import Details

FILLED = ("number", "title", "phone", "email")
LIMITS = replace(sheets.LIMITS, file_bytes=5 * 2**20, rows=5_000, seconds=20, cpu_seconds=15)


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


def read_file(file: IO[bytes]) -> list[Line]:
    """The people in an uploaded sheet. Raises `UnreadableSheet`, `NoRoster`, `TooLong`; call it outside a scope."""
    with tempfile.TemporaryDirectory() as folder:
        kept, rows = Path(folder) / "list", Path(folder) / "rows"
        with kept.open("wb") as target:
            while chunk := file.read(2**20):
                target.write(chunk)
        sheets.describe(kept, limits=LIMITS)
        sheets.convert(kept, rows, limits=LIMITS)
        return roster.read(sheets.read_converted(rows))


def compare(actor: Actor, lines: Sequence[Line]) -> list[Entry]:
    """Each line beside who works here already: found by number, else by a name that only one person has."""
    actor.require(Capability.STAFF_MANAGE)
    people = list(Staff.objects.filter(left_on=None))
    by_number = {one.number: one for one in people if one.number}
    by_name: dict[str, list[Staff]] = {}
    for one in people:
        by_name.setdefault(one.name, []).append(one)
    return [_entry(line, _found(line, by_number, by_name)) for line in lines]


def _found(line: Line, by_number: Mapping[str, Staff], by_name: Mapping[str, list[Staff]]) -> Staff | None:
    if line.number in by_number:
        return by_number[line.number]
    named = [one for one in by_name.get(line.name, []) if not (one.number and line.number)]
    return named[0] if len(named) == 1 else None


def _entry(line: Line, person: Staff | None) -> Entry:
    if person is None:
        return Entry(line, None, ())
    fills = tuple(name for name in FILLED if getattr(line, name) and not getattr(person, name))
    return Entry(line, person, (*fills, *(("roles",) if line.roles and not person.roles else ())))


@dataclass(frozen=True)
class Taken:
    """How many came new, how many were filled in, and the sign-in name the list gives to whom."""

    new: int
    filled: int
    usernames: dict[int, str]


def take(*, actor: Actor, lines: Sequence[Line], rows: Collection[int]) -> Taken:
    """Take the chosen rows over; sent twice, the second time finds everybody here."""
    entries = [entry for entry in compare(actor, lines) if entry.line.row in rows and entry.fate != "skipped"]
    usernames, new, filled = {}, 0, 0
    for entry in entries:
        person = entry.person
        if person is None:
            person, new = staff.join(actor=actor, details=_details(entry.line), source="roster"), new + 1
        elif entry.fills:
            staff.change(actor=actor, staff_id=person.pk, details=_completed(person, entry))
            filled += 1
        if entry.line.username and person.user_id is None:
            usernames[person.pk] = entry.line.username
    return Taken(new, filled, usernames)


def _details(line: Line) -> Details:
    return Details(line.name, line.number, line.title, line.phone, line.email, line.roles)


def _completed(person: Staff, entry: Entry) -> Details:
    kept = {name: getattr(entry.line if name in entry.fills else person, name) for name in (*FILLED, "roles")}
    return Details(person.name, **{**kept, "roles": tuple(kept["roles"])})


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
    return "".join(part for part in lazy_pinyin(name) if part.isalnum()).lower()[:40] or "user"


def _numbered(start: str) -> Iterator[str]:
    yield start
    yield from (f"{start}{number}" for number in count(2))
