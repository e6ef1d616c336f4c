"""The isolation matrix of every key: what is another's is answered like what nobody has, wherever it may be named.

`doors` finds the keys of every address and what they name; `doors.json` keeps that. Each is asked with a thing of one's
own (the positive control: it answers otherwise), with another's and with nobody's, as everyone in `crossing.askers`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

import doors
import personas
from access import NOBODY, PAGES, Page
from crossing import Asker, Crossing
from doors import Answer, Door, leaks, nobodys
from drawing import drawn

KNOWN = doors.known()
OF_ADDRESS: dict[str, list[tuple[Door, str]]] = {}
for _door, _kinds in KNOWN.items():
    for _kind in _kinds:
        OF_ADDRESS.setdefault(_door.name, []).append((_door, _kind))


# What is told although the row is another's, and why.
ONCE_A_STORE = "stands once in a store: who enters it again has to be told, also of a colleague's; nothing else is"
ONCE = "stands once in the whole installation: who chooses it has to be told that it is taken; nothing else is"
A_PART = "has a part in a car that one sees: may be called about it, and is named as the car's page names them"
TOLD: dict[tuple[str, str], str] = {
    ("aftersales:create", "number"): ONCE_A_STORE, ("aftersales:edit", "number"): ONCE_A_STORE,
    ("vehicles:create", "vin"): ONCE_A_STORE, ("vehicles:edit", "vin"): ONCE_A_STORE,
    ("network:organisation-new", "code"): ONCE,
    **{("care:callees", call): A_PART for call in
       ("delivery", "inspection", "insurance", "maintenance", "visit_closed", "warranty")},
}  # fmt: skip


# What is another's for most and not for them: who it is, and why.
THEIRS: dict[tuple[str, str], str] = {
    ("network:organisation-new", "parent"): "the network's manager",  # every store of it stands below their own place
    ("network:switch", "organisation"): "somebody of both stores, at work in one",  # works in the other, too
}


def is_told(asker: Asker, door: Door) -> bool:
    why = TOLD.get((door.name, door.key))
    return why == ONCE or (why is not None and "colleague" in asker.other.name)


def ways(page: Page) -> list[str]:
    return [*(["get"] if page.get else []), *(["post"] if page.form is not None else [])]


Found = dict[str, tuple[set[Door], set[str]]]


@pytest.fixture(scope="module")
def read_now(numbered: Crossing) -> Found:
    """What addresses look at when the manager asks as `access` says: half of them each day, all when it is frozen."""
    a, every = numbered.world.a, [(method, name) for name, page in PAGES.items() for method in ways(page)]
    listened = every if os.environ.get("QIBU_FREEZE") else drawn(every, len(every) // 2, "listening")
    with personas.undone():
        return {f"{method} {name}": doors.reads(a.manager, name, method, a.ids) for method, name in listened}


def test_every_key_of_every_address_is_known(crossed: Crossing, read_now: Found) -> None:
    """A new address, field, filter, hidden input or column: it is to be found out what it names."""
    now = {door for keys, _whole in read_now.values() for door in keys}
    if os.environ.get("QIBU_FREEZE"):
        _freeze(crossed, now)
        return
    looked_for = {door for door in KNOWN if door.address in read_now or door.name not in PAGES}
    new, gone = now - KNOWN.keys(), looked_for - now
    said = [f"{door.address} {door.place} {door.key}" for door in sorted(new)]
    assert not said, "QIBU_FREEZE=1 bin/test tests/test_doors.py finds out what these name: " + ", ".join(said)
    assert not gone, f"no longer looked at, still in doors.json (QIBU_FREEZE=1): {sorted(gone)}"


def _freeze(crossed: Crossing, now: set[Door]) -> None:
    """What is known stays; what a new key names is found out."""
    a, things = crossed.world.a, doors.things_of(crossed.world.a, 1)
    found = {}
    for door in sorted(now):
        if door.place == doors.PATH:
            found[door] = [PAGES[door.name].ids[door.key][1:]]
        else:
            known = KNOWN.get(door)
            found[door] = doors.names(a.manager, door, a.ids, things) if known is None else known
    doors.freeze(found)


def test_views_that_take_a_query_whole_say_what_they_look_for(read_now: Found) -> None:
    whole = {address.split(" ")[1] for address, (_keys, places) in read_now.items() if places}
    assert whole - doors.TAKEN_WHOLE.keys() == set(), "name their keys in doors.TAKEN_WHOLE"


@pytest.mark.parametrize("name", sorted(drawn(sorted(OF_ADDRESS), len(OF_ADDRESS) // 2, "keys")))
def test_what_is_anothers_is_answered_like_what_nobody_has(crossed: Crossing, name: str) -> None:
    """For the manager, whom the store alone limits, and for the consultant, who sees only some of its customers. Half
    of the addresses each day; `test_isolation` names rows of another store at all of them."""
    wrong = [said for asker in crossed.askers[:2] for said in faults(asker, name)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OF_ADDRESS))
def test_it_is_so_for_everybody_and_for_fragments(crossed: Crossing, name: str) -> None:
    wrong = [said for asker in crossed.askers[2:] for said in faults(asker, name)]
    wrong += faults(crossed.askers[0], name, htmx=True)
    assert not wrong, "\n".join(wrong)


def faults(asker: Asker, name: str, *, htmx: bool = False) -> Iterator[str]:
    said: dict[tuple[Door, str], Answer] = {}
    for door, kind in OF_ADDRESS[name]:
        yield from faults_at(asker, door, kind, said, htmx=htmx)


def faults_at(
    asker: Asker, door: Door, kind: str, said: dict[tuple[Door, str], Answer], *, htmx: bool = False
) -> Iterator[str]:
    """Of one key that is given another's; what it says to nobody's is kept in `said`."""
    if kind not in asker.other.things or THEIRS.get((door.name, door.key)) == asker.name:
        return
    theirs, (nobody, _second) = asker.other.things[kind], nobodys(kind)
    ask = partial(answered, asker, door, htmx=htmx)
    for one, none in typings(asker, door, kind, theirs, nobody):
        if (door, str(none)) not in said:
            said[door, str(none)] = ask(none)
        answer, nothing = ask(one, guarded=True), said[door, str(none)]
        alike = is_told(asker, door) or answer.like(nothing, theirs, nobody)
        if not alike:  # a minute may have passed in between
            answer, nothing = ask(one), ask(none)
            alike = answer.like(nothing, theirs, nobody)
        where = f"{door.address} {door.place} {door.key}={one} ({kind}) as {asker.name}"
        if not alike:
            yield f"{where}: {answer.unlike(nothing, theirs, nobody)}"
        shown = leaks(answer, asker.other, theirs)
        if shown and not (alike and all(map(str.isdecimal, shown)) and is_told(asker, door)):
            yield f"{where}: shows {sorted(shown)[:5]}"


def typings(asker: Asker, door: Door, kind: str, theirs: str, nobody: str) -> Iterator[tuple[Any, Any]]:
    """Another's alone; and where several may be named, beside one's own."""
    yield theirs, nobody
    own = asker.ids.get(kind)
    if door.many and own is not None:
        yield [str(own), theirs], [str(own), nobody]


def answered(asker: Asker, door: Door, typing: Any, *, htmx: bool = False, guarded: bool = False) -> Answer:
    """The answer, after which no byte of what is guarded is another one."""
    page, client = PAGES[door.name], asker.person.client()
    watched = asker.guarded if guarded and door.method == "post" else ()
    before = [one.noted() for one in watched]
    with doors.asking(client, door.name, page, door.method, asker.ids, door=door, typed=typing, htmx=htmx) as response:
        for one, noted in zip(watched, before, strict=True):
            changed = one.changed(noted)
            assert not changed, f"{door.address} {door.key}={typing} as {asker.name} changed {changed}"
        return Answer.of(response)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OF_ADDRESS))
def test_ones_own_is_answered_otherwise(crossed: Crossing, name: str) -> None:
    """The positive control: every key does name what it is said to name. A removal that is silent where there is
    nothing to remove has its own in `test_isolation`, and so has what even the manager may not do."""
    a = crossed.world.a
    things = doors.things_of(a, 1)
    asker = Asker("the manager", a.manager, a.ids, crossed.hidden)
    dead = []
    silent = PAGES[name].quiet or PAGES[name].who == NOBODY
    for door, kind in [] if silent else OF_ADDRESS[name]:
        own, (nobody, _second) = things.get(kind, str(a.ids.get(kind))), nobodys(kind)
        if answered(asker, door, own).like(answered(asker, door, nobody), own, nobody):
            dead.append(f"{door.address} {door.place} {door.key} ({kind})")
    assert not dead, f"name nothing any more: {dead}"
