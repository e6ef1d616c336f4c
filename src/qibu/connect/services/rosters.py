"""A list of staff comes into the store: who is new is made, what was empty is filled in, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from qibu.connect.roster import Line
from qibu.connect.roster_selectors import FILLED, Entry, compare, person_called
from qibu.kernel.actors import Actor
from qibu.network.inheritance import hold
from qibu.network.models import Staff
from qibu.network.services import staff
from qibu.network.services.staff import Details


@dataclass(frozen=True)
class Taken:
    """How many came new, how many were filled in, and the sign-in name the list gives to whom."""

    new: int
    filled: int
    usernames: dict[int, str]


def take(*, actor: Actor, lines: Sequence[Line], rows: Collection[int]) -> Taken:
    """Take the chosen rows over; sent twice, the second time finds everybody here."""
    hold(actor)  # a second click waits for the first
    entries = [entry for entry in compare(actor, lines) if entry.line.row in rows and entry.fate != "skipped"]
    usernames, new, filled = {}, 0, 0
    people = dict[int, Line]()
    for entry in entries:
        person = entry.person
        if person is None:
            person, new = staff.join(actor=actor, details=_details(entry.line), source="roster"), new + 1
        elif entry.fills:
            staff.change(actor=actor, staff_id=person.pk, details=_completed(person, entry))
            filled += 1
        people[person.pk] = entry.line
        if entry.line.username and person.user_id is None:
            usernames[person.pk] = entry.line.username
    _set_superiors(actor, people)
    return Taken(new, filled, usernames)


def _set_superiors(actor: Actor, people: Mapping[int, Line]) -> None:
    """When all are here: whom the list names above somebody who has nobody yet; a ring is left out."""
    for pk, line in people.items():
        above = person_called(line.superior)
        person = Staff.objects.get(pk=pk)
        if above is None or above.pk == pk or person.superior_id is not None:
            continue
        with suppress(ValidationError):
            kept = {name: getattr(person, name) for name in Details.__dataclass_fields__}
            details = Details(**{**kept, "roles": tuple(person.roles), "superior_id": above.pk})
            staff.change(actor=actor, staff_id=pk, details=details)


def _details(line: Line) -> Details:
    return Details(line.name, line.number, line.title, line.phone, line.email, line.roles)


def _completed(person: Staff, entry: Entry) -> Details:
    kept = {name: getattr(entry.line if name in entry.fills else person, name) for name in (*FILLED, "roles")}
    return Details(person.name, **{**kept, "roles": tuple(kept["roles"])}, superior_id=person.superior_id)
