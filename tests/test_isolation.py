"""The isolation matrix: each address × each role × own and other stores' rows, from the one table in `access`.

Every refusal has its positive control: who may, with a row of the own store, gets the page.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode

from access import ANYONE, EVERYONE, PAGES, Page, resolved
from crawling import offers
from crossing import Guarded, content_of
from drawing import drawn
from personas import Person, Store, World, undone
from qibu.care import command as planning
from qibu.connect import command as importing
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.rules import CAPABILITIES, Role

HIDDEN = 404
REFUSED = 403
# Rows that no address and no form of the product names, or a number of the network itself.
BEYOND_ANY_STORE = 2**40


def named_urls(resolver: Any = None, space: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_urls(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


NAMES = sorted(PAGES)
WITH_ROWS = [name for name in NAMES if PAGES[name].words]


def methods(page: Page) -> list[str]:
    return [*(["get"] if page.get else []), *(["post"] if page.form is not None else [])]


def may(person: Person, page: Page, method: str) -> bool:
    who = (page.act if method == "post" else "") or page.who
    return who in {ANYONE, EVERYONE} or who in CAPABILITIES[person.role] or person.role in page.too


@contextmanager
def asked(
    client: Client, name: str, page: Page, method: str, ids: dict[str, Any], *, theirs: Person | None = None,
    **extra: Any,
) -> Iterator[Any]:  # fmt: skip
    """The answer; what was done is undone when it has been looked at."""
    address = reverse(name, kwargs=resolved(page.ids, ids))
    if page.query:
        address += "?" + urlencode(resolved(page.query, ids))
    data = resolved(page.form or {}, ids) if method == "post" else None
    client.raise_request_exception = False
    with undone():
        if theirs is not None:
            claimed(theirs, ids)
        yield getattr(client, method)(address, data, **extra)


def claimed(person: Person, ids: dict[str, Any]) -> None:
    """The leads of the pool lie with the person."""
    with scope(person.actor):
        Lead.objects.filter(pk__in=[ids["lead"], ids["second_lead"]]).update(consultant=person.actor.staff_id)


def to_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/sign-in/")


def test_every_address_says_who_may_open_it() -> None:
    unsaid = sorted(set(named_urls()) - PAGES.keys())
    assert not unsaid, "say in tests/access.py who may open " + ", ".join(unsaid)
    assert not PAGES.keys() - set(named_urls()), "gone from the product, still in tests/access.py"


@pytest.mark.parametrize("name", NAMES)
def test_each_role_opens_what_it_may_and_nothing_else(world: World, name: str) -> None:
    """Everybody who may not is refused in every run; of those who may some are let in, others each day."""
    wrong = []
    for method in methods(PAGES[name]):
        let_in, refused = parted(list(world.a.people.values()), PAGES[name], method)
        asked_as = [*refused, *drawn(let_in, 2, f"{method} {name}")]
        wrong += [said for person in asked_as if (said := misjudged(world, name, method, person))]
    assert not wrong, "\n".join(wrong)


def parted(people: list[Person], page: Page, method: str) -> tuple[list[Person], list[Person]]:
    """Those who may, and those who may not."""
    return [one for one in people if may(one, page, method)], [one for one in people if not may(one, page, method)]


def misjudged(world: World, name: str, method: str, person: Person) -> str:
    """What is wrong with the answer that somebody gets with rows of their own store."""
    page = PAGES[name]
    good = page.opens if may(person, page, method) else page.refuses
    theirs = person if page.claimed and may(person, page, method) else None
    with asked(person.client(), name, page, method, world.a.ids, theirs=theirs) as answer:
        if answer.status_code not in good or (to_sign_in(answer) and page.who != ANYONE):
            return f"{method} as {person.role}: {told(answer)}, not {sorted(good)}"
        more = beyond(person, answer) if answer.status_code == 200 and not answer.streaming else []
        return f"{method} as {person.role} offers what they may not do: {more}" if more else ""


# What may be sent hangs on the row (one's own, one's own desk's, that of nobody) or on the kind of content.
BY_ROW = {"customers:assignment", "tasks:claim", "tasks:assign", "showroom:mark", "network:inherited-restore"}


def beyond(person: Person, answer: Any) -> list[str]:
    """What a page offers of which its reader would be turned away."""
    offered = [(way, name) for way, name in offers(answer) if name not in BY_ROW]
    return [f"{way} {name}" for way, name in offered if not may(person, PAGES[name], way)]


@pytest.mark.parametrize("name", WITH_ROWS)
def test_rows_of_another_store_are_not_there_for_anyone(world: World, name: str) -> None:
    """Each row that the address or form names, replaced by another store's: the same answer as for no such row. For two
    who may and one who may not, others each day; `test_doors` asks as two who are always the same."""
    page, wrong = PAGES[name], []
    for method in methods(page):
        for word in sorted(named_by(page, method)):
            let_in, refused = parted(one_of_each(world.colleagues), page, method)
            about = f"{method} {name} {word}"
            for person in drawn(let_in, 2, about) + drawn(refused, 1, about):
                # Both stores stand below the manufacturer: a stranger to it is the one that stands alone.
                own, other = world.a.ids, world.c if person is world.chief else world.b
                with asked(person.client(), name, page, method, {**own, word: other.ids[word]}) as answer:
                    theirs = answer.status_code
                    leaks = leaked(answer, other) - {
                        str(other.ids[word])
                    }  # what was typed may stand there
                if leaks or not is_refused(theirs, page, method, word, may(person, page, method)):
                    wrong.append(f"{method} as {person.role} with a foreign {word}: {told(answer)} {leaks}")
    assert not wrong, "\n".join(wrong)


def one_of_each(people: list[Person]) -> list[Person]:
    """Of people who may do the same one is enough: what is hidden hangs on capabilities alone."""
    return list({CAPABILITIES[person.role]: person for person in people}.values())


def named_by(page: Page, method: str) -> set[str]:
    return Page("", page.ids, page.query, page.form if method == "post" else None).words


def is_refused(status: int, page: Page, method: str, word: str, allowed: bool) -> bool:
    """In the path or the query it isn't there; in a form it is no choice, or there is nobody to do it to."""
    if not allowed:
        return status in {REFUSED, HIDDEN, 422}
    in_path = f"@{word}" in [*page.ids.values(), *page.query.values()]
    if in_path and not page.quiet:
        return status in ({HIDDEN} if method == "get" else {HIDDEN, 422})
    return status in {HIDDEN, 422, *page.opens}  # nothing of theirs changes: see the next test


@pytest.fixture(scope="module")
def theirs(built: World) -> Guarded:
    return Guarded(built.b)


@pytest.mark.parametrize("name", [name for name in WITH_ROWS if PAGES[name].form is not None])
def test_nothing_of_another_store_changes(world: World, theirs: Guarded, name: str) -> None:
    """All rows named by the form and the address are the other store's: not a byte of that store is different after."""
    page = PAGES[name]
    for person in (world.a.manager, world.c.manager):
        own = person.actor.organisation_id
        store = world.a if own == world.a.organisation.pk else world.c
        for word in sorted(page.words):
            before = theirs.noted()
            with asked(person.client(), name, page, "post", {**store.ids, word: world.b.ids[word]}) as answer:
                assert not theirs.changed(before), f"{word} as {person.name}: {told(answer)}"


@pytest.mark.parametrize("name", WITH_ROWS)
def test_the_independent_store_sees_nothing_of_the_network(world: World, name: str) -> None:
    page, ids = PAGES[name], world.a.ids
    for method in methods(page):
        if not named_by(page, method):
            continue
        with asked(world.c.manager.client(), name, page, method, ids) as answer:
            only_sent = not {*page.ids.values(), *page.query.values()} and method == "post"
            done = page.opens if only_sent or page.quiet else ()
            assert answer.status_code in {HIDDEN, 422, *done}, told(answer)
            assert not leaked(answer, world.a) - {ids["free_name"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_is_led_to_sign_in(world: World, name: str) -> None:
    page = PAGES[name]
    for method in methods(page):
        with asked(Client(), name, page, method, world.a.ids) as answer:
            if page.who == ANYONE:
                assert answer.status_code in page.opens, told(answer)
                continue
            assert to_sign_in(answer), told(answer)
        with asked(Client(), name, page, method, world.a.ids, headers={"hx-request": "true"}) as answer:
            assert answer.status_code == 401, told(answer)
            assert not answer.content


@pytest.mark.parametrize(
    "name", [n for n in NAMES if len(methods(PAGES[n])) == 1 and n not in {"healthz", "set-language"}]
)
def test_each_resource_has_its_methods_only(world: World, name: str) -> None:
    page = PAGES[name]
    other = "post" if page.get else "get"
    if page.who == ANYONE and other == "post":
        return  # nothing is done by sending to a page without forms
    with asked(world.a.manager.client(), name, page, other, world.a.ids) as answer:
        wanted = {405} if may(world.a.manager, page, methods(page)[0]) else {REFUSED, 405}
        assert answer.status_code in wanted, told(answer)


@pytest.mark.parametrize(
    "role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, Role.MANUFACTURER_ANALYST]
)
def test_separated_duties_and_the_manufacturer_open_no_page_about_a_customer(
    world: World, role: Role
) -> None:
    """Said apart from the table of capabilities, so that a capability too many there is found here."""
    person = {person.role: person for person in world.colleagues}[role]
    rooms = {"customers", "vehicles", "aftersales", "care", "connect"}
    about = [n for n in NAMES if n.partition(":")[0] in rooms and not n.startswith("connect:roster")]  # of staff
    assert about
    for name in about:
        for method in methods(PAGES[name]):
            with asked(person.client(), name, PAGES[name], method, world.a.ids) as answer:
                assert answer.status_code in {REFUSED, HIDDEN}, f"{method} {name}: {told(answer)}"


def leaked(answer: Any, store: Store) -> set[str]:
    if getattr(answer, "streaming", False) or b"\x00" in answer.content[:200]:
        return set()
    text = answer.content.decode()
    return {mark for mark in store.marks | store.numbers if mark in text}


def told(answer: Any) -> str:
    """Enough to see what went wrong."""
    if answer.status_code == 302:
        return f"302 to {answer.url}"
    failure = getattr(answer, "exc_info", None)
    if failure:
        return f"{answer.status_code} {failure[0].__name__}: {failure[1]}"
    if answer.status_code == 422 and getattr(answer, "context", None) and "form" in answer.context:
        return f"422 {dict(answer.context['form'].errors)}"
    text = re.sub(r"<[^>]*>|\s+", " ", answer.content.decode(errors="replace"))
    return f"{answer.status_code} {text[:80]}"


# -- Commands


def obeyed(module: Any, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    return int(module.run(parser.parse_args(words)))


def test_a_command_for_an_unknown_store_does_nothing_and_says_so(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    sheet = tmp_path / "车主.csv"
    sheet.write_text("姓名,手机\n马骁,13805538868\n", encoding="utf-8")
    before = [content_of(store) for store in world.stores]
    assert obeyed(importing, "owners", str(sheet), "--org", "NIEMAND") == 2
    assert obeyed(planning, "--org", "NIEMAND") == 2
    assert capsys.readouterr().err.count("NIEMAND") == 2
    assert [content_of(store) for store in world.stores] == before


def test_an_import_is_undone_by_its_own_store_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    before = content_of(world.b)
    code = world.a.organisation.code
    assert obeyed(importing, "undo", str(world.b.ids["import"]), "--org", code) != 0
    assert content_of(world.b) == before
    assert not {mark for mark in world.b.marks if mark in "".join(capsys.readouterr())}
