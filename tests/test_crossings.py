"""Ways from one store into another that are no single key of an address: sheets, views that people keep, exports,
batches, a person of two stores, somebody who left while their page stood open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

import crossing as crossings
import doors
import personas
from access import PAGES
from crossing import Asker, Crossing, Guarded, content_of
from doors import FORM, QUERY, Answer, Door, leaks, nobodys
from personas import Store, undone
from qibu.connect import sheet_lists
from qibu.connect.models import Import
from qibu.connect.roster_views import ROSTER
from qibu.connect.services import imports, steps
from qibu.connect.tests.loads import drop_temporary, owners, visits
from qibu.customers.models import Customer, Tag, Tagging
from qibu.kernel.scoping import scope
from qibu.network.models import SavedView, Staff
from qibu.network.rules import Role
from qibu.network.services import actors
from qibu.vehicles.models import Vehicle

KNOWN = doors.known()


def test_whatever_changes_in_another_store_would_be_seen(crossed: Crossing) -> None:
    """The positive control of what is guarded: a row that is another, one that is gone, one that came, and a file."""
    b = crossed.world.b
    guard, customer = Guarded(b), b.customers[0].pk
    before = guard.noted()
    assert guard.changed(before) == []
    with undone(), scope(b.actor):
        Customer.objects.filter(pk=customer).update(city="别处")
        assert guard.changed(before) == ["customers_customer"]
    with undone(), scope(b.actor):
        Tagging.objects.filter(customer=customer).delete()
        Tag.objects.create(organisation=b.organisation, name="新来的")
        assert guard.changed(before) == ["customers_tag", "customers_tagging"]
    file = Path(default_storage.path(f"imports/{b.organisation.pk}/new"))
    file.write_text("x")
    assert guard.changed(before) == ["files"]
    file.unlink()
    seen = Guarded(crossed.world.a, crossed.hidden.numbers)
    before = seen.noted()
    with undone(), scope(crossed.world.a.actor):
        Customer.objects.filter(pk=crossed.hidden.things["customer"]).update(city="别处")
        assert seen.changed(before) == [crossed.hidden.things["customer"]]


# -- Forms that carry a whole query along: batches over all rows of a view, exports, views that are kept

LIST_OF = {
    "customers:assign": "customers:list", "customers:tag-many": "customers:list",
    "customers:untag-many": "customers:list",
    "network:export-new": "customers:list", "tasks:assign": "tasks:list", "leads:give": "leads:list",
}  # fmt: skip
# Lists whose rows a form may take all of, by the query of their address; each has its filters in doors.json.


def filters_of(address: str) -> list[tuple[str, str]]:
    return [
        (door.key, kind) for door, kinds in KNOWN.items() for kind in kinds
        if (door.name, door.method, door.place) == (address, "get", QUERY) and door.key not in {"view", "open"}
    ]  # fmt: skip


def test_every_form_that_carries_a_query_is_tried_with_filters_of_its_list() -> None:
    carrying = {door.name for door in KNOWN if (door.place, door.key) == (FORM, "query")}
    assert carrying == LIST_OF.keys(), "say in LIST_OF of which list the query is, or take it out"


@pytest.mark.parametrize("name", LIST_OF)
def test_a_query_that_is_carried_along_names_nothing_of_anothers(crossed: Crossing, name: str) -> None:
    wrong, tried = [], 0
    for asker in (crossed.askers[0], crossed.askers[2]):  # of whom each names another store's
        for key, kind in filters_of(LIST_OF[name]):
            theirs, nobody = asker.other.things.get(kind, ""), nobodys(kind)[0]
            if theirs:
                tried += 1
                mine, its = (_carried(asker, name, key, one) for one in (theirs, nobody))
                if not mine.like(its, theirs, nobody) or leaks(mine, asker.other, theirs):
                    wrong.append(f"{key}={theirs} as {asker.name}: {mine.unlike(its, theirs, nobody)}")
    assert tried > 2
    assert not wrong, "\n".join(wrong)


def _carried(asker: Asker, name: str, key: str, typed: str) -> Answer:
    page, door = PAGES[name], Door(name, "post", FORM, "query")
    query = urlencode({"view": "all", key: typed})
    ids, client = asker.ids, asker.person.client()
    form = {"all": "1", "role": "advisor", "staff": ids["manager"], "names": "常客", "chosen": "1", "purpose": "核对"}
    whole = PAGES[name].__class__(page.who, page.ids, page.query, {**(page.form or {}), **form})
    with doors.asking(client, name, whole, "post", ids, door=door, typed=query) as response:
        return Answer.of(response)


def test_a_kept_view_that_names_anothers_shows_what_one_that_names_nobodys_shows(crossed: Crossing) -> None:
    a, other = crossed.world.a, crossed.stores["b"]
    for key, kind in filters_of("customers:list"):
        if "." not in key and kind in other.things:
            theirs, nobody = other.things[kind], nobodys(kind)[0]
            mine, its = (_kept_view(a, key, one) for one in (theirs, nobody))
            assert mine.like(its, theirs, nobody), f"{key}={theirs}: {mine.unlike(its, theirs, nobody)}"
            assert not leaks(mine, other, theirs)


def _kept_view(store: Store, key: str, typed: str) -> Answer:
    client = store.manager.client()
    values = json.dumps({key: [typed]})
    with undone():
        form = {"list": "customers", "name": "看看", "values": values, "base": "all", "at": reverse("customers:list")}
        assert client.post(reverse("network:view-new"), form).status_code in {204, 302}
        with scope(store.actor):
            view = SavedView.objects.get(name="看看")
        assert view.values == {key: [typed]}
        return Answer.of(client.get(reverse("customers:list"), {"view": f"s{view.pk}"}))


# -- Sheets


def _loaded(store: Store, sheet: bytes) -> Import:
    """A sheet, gone all the way."""
    actor = store.actor
    one = imports.begin(actor=actor, file=ContentFile(sheet), name="别店.csv")
    for ask in (
        lambda: imports.ask_reading(actor=actor, import_id=one.pk),
        lambda: imports.ask_check(actor=actor, import_id=one.pk, basis="contract", marketing=False, evidence="合同"),
        lambda: imports.ask_load(actor=actor, import_id=one.pk),
    ):
        with scope(actor):
            ask()
        steps.work(actor=actor, import_id=one.pk)
        drop_temporary()
    with scope(actor):
        return Import.objects.get(pk=one.pk)


def _told(one: Import) -> tuple[Any, ...]:
    return one.state, one.error, {key: value for key, value in one.counts.items() if isinstance(value, int)}


def owner_row(things: Any) -> bytes:
    car = (things["vin"], things["plate"], "远航", "2024-03-05")
    return owners(("马骁", "13805538868", *car, "", things["staff_name"], "", "900"))


def visit_rows(things: Any) -> bytes:
    by_plate = (
        things["order"], "保养", things["plate"], "", "马骁", "", "2026-06-01", "2026-06-01", "1500", "小保养", "1",
        "1", "2", things["staff_name"],
    )  # fmt: skip
    return visits(by_plate)


@pytest.mark.parametrize("sheet", [owner_row, visit_rows])
def test_a_sheet_that_names_anothers_cars_orders_and_people_meets_none_of_them(crossed: Crossing, sheet: Any) -> None:
    a, b, theirs = crossed.world.a, crossed.world.b, crossed.stores["b"].things
    nobody = {kind: nobodys(kind)[0] for kind in ("vin", "plate", "order", "staff_name")}
    before = content_of(b)
    with undone():
        of_nobody = _told(_loaded(a, sheet(nobody)))
    with undone():
        one = _loaded(a, sheet(theirs))
        assert _told(one) == of_nobody
        assert content_of(b) == before
        with scope(a.actor):
            assert not {str(pk) for pk in Vehicle.objects.values_list("pk", flat=True)} & crossed.stores["b"].numbers
            assert not Staff.objects.filter(name=theirs["staff_name"], user__isnull=False).exists()


def test_the_positive_control_of_the_sheets_is_ones_own(crossed: Crossing) -> None:
    """A sheet that names one's own car does meet it."""
    a = crossed.world.a
    own, nobody = doors.things_of(a, 1), {kind: nobodys(kind)[0] for kind in ("vin", "plate", "order", "staff_name")}
    own["order"] = "XC-WH-NEU"
    with undone():
        mine = _told(_loaded(a, visit_rows(own)))
    with undone():
        assert _told(_loaded(a, visit_rows(nobody))) != mine


def test_a_list_of_staff_that_was_read_for_another_store_is_not_taken_over(crossed: Crossing) -> None:
    a, b = crossed.world.a, crossed.world.b
    line = {"row": 2, "name": "陌生人", "number": "", "title": "", "phone": "", "email": "", "username": "",
            "roles": [], "faults": []}  # fmt: skip
    for of, taken in ((b, False), (a, True)):
        salt = sheet_lists.salt_of(of.actor, ROSTER)
        payload = signing.dumps([line], salt=salt, compress=True)
        with undone():
            a.manager.client().post(reverse("connect:roster-take"), {"row": "2", "payload": payload})
            with scope(a.actor):
                assert Staff.objects.filter(name="陌生人").exists() is taken


# -- People


def _opens(client: Any, store: Store) -> int:
    return int(client.get(reverse("customers:detail", args=[store.ids["customer"]])).status_code)


def test_who_works_in_two_stores_sees_the_one_they_are_at_work_in(crossed: Crossing) -> None:
    a, b, client = crossed.world.a, crossed.world.b, crossed.both.client()
    assert (_opens(client, a), _opens(client, b)) == (200, 404)
    answer = client.post(reverse("network:switch"), {"organisation": b.organisation.pk})
    assert answer.status_code == 302
    assert (_opens(client, a), _opens(client, b)) == (404, 200)
    recent = client.get(reverse("customers:search"), {"q": a.customers[0].name}).content.decode()
    assert reverse("customers:detail", args=[a.ids["customer"]]) not in recent


def test_who_works_in_two_stores_is_told_where_they_are(crossed: Crossing) -> None:
    """In the frame and on one's own page."""
    a, b, client = crossed.world.a, crossed.world.b, crossed.both.client()
    for store, title in ((a, "甲店的岗位"), (b, "乙店的岗位")):
        with scope(actors.system(store.organisation)):
            Staff.objects.filter(user=crossed.both.user).update(title=title)
    client.post(reverse("network:switch"), {"organisation": b.organisation.pk})
    page = client.get(reverse("network:account")).content.decode()
    assert "乙店的岗位" in page and "甲店的岗位" not in page
    assert f"<dd>{b.organisation}</dd>" in page and f"<dd>{a.organisation}</dd>" not in page
    for store, here in ((a, False), (b, True)):
        assert (f'value="{store.organisation.pk}"><button aria-current' in page) is here


def test_what_was_opened_in_one_store_is_not_offered_in_the_other(crossed: Crossing) -> None:
    """The palette keeps what was opened lately in the session, which goes along."""
    a, b, client = crossed.world.a, crossed.world.b, crossed.both.client()
    assert _opens(client, a) == 200
    assert a.customers[0].name in client.get(reverse("tasks:workbench")).content.decode()
    client.post(reverse("network:switch"), {"organisation": b.organisation.pk})
    page = Answer.of(client.get(reverse("tasks:workbench")))
    assert not leaks(page, crossed.stores["a"])


def _end(person: personas.Person, store: Store, **how: Any) -> None:
    with scope(actors.system(store.organisation)):
        Staff.objects.filter(user=person.user).update(**how)


@pytest.mark.parametrize("how", [{"barred": True}, {"left_on": "2026-01-01"}])
def test_who_may_no_longer_work_somewhere_is_out_with_the_next_click(crossed: Crossing, how: dict[str, Any]) -> None:
    a, b, client = crossed.world.a, crossed.world.b, crossed.both.client()
    assert _opens(client, a) == 200
    _end(crossed.both, a, **how)
    gone = client.get(reverse("customers:detail", args=[a.ids["customer"]]))  # what is on the screen is of that place
    assert gone.url.startswith("/sign-in/") and "because=moved" in gone.url
    client = Client()
    client.force_login(crossed.both.user)  # signed in once more, for the place that is left
    assert (_opens(client, a), _opens(client, b)) == (404, 200)
    answer = client.post(reverse("network:switch"), {"organisation": a.organisation.pk})
    assert answer.status_code == 404
    _end(crossed.both, b, **how)
    assert client.get(reverse("customers:detail", args=[b.ids["customer"]])).url.startswith("/sign-in/")
    assert client.get(reverse("tasks:workbench"), headers={"hx-request": "true"}).status_code in {204, 401}


def test_a_role_that_was_taken_away_counts_from_the_next_click(crossed: Crossing) -> None:
    a, client = crossed.world.a, crossed.world.a.manager.client()
    assert client.get(reverse("network:staff")).status_code == 200
    _end(a.manager, a, roles=[Role.TECHNICIAN.value])
    assert client.get(reverse("network:staff")).status_code == 403


def test_nobody_is_shared_with_yet(crossed: Crossing) -> None:
    """When sharing is built, a store with a living agreement and one with a revoked one come to `crossing.askers`."""
    people = [*crossed.world.a.people.values(), *crossed.world.b.people.values(), crossed.both]
    assert {person.actor.read_orgs for person in people} == {
        (crossed.world.a.organisation.pk,), (crossed.world.b.organisation.pk,)
    }  # fmt: skip


@pytest.mark.parametrize("role", crossings.OWN_ONLY)
def test_no_page_shows_a_colleagues_customer_to_who_sees_their_own_alone(crossed: Crossing, role: Role) -> None:
    """But for the number of who has a part in a car that one sees: they can be chosen as who is called about it."""
    looked = {name: shown_on(crossed, role, name) for name, page in PAGES.items() if page.get}
    opened = {name: shown for name, shown in looked.items() if shown is not None}
    assert len(opened) > 10
    assert not {name: shown for name, shown in opened.items() if shown}
    manager = crossed.world.a.manager.client()
    seen = Answer.of(manager.get(reverse("customers:list"), {"view": "all"}))
    assert crossed.hidden.things["name"] in seen.raw


def shown_on(crossed: Crossing, role: Role, name: str) -> list[str] | None:
    """What of a colleague's customer stands on a page; None where the page is not opened."""
    person = crossed.world.a.people[role]
    with doors.asking(person.client(), name, PAGES[name], "get", crossed.world.a.ids) as response:
        answer = Answer.of(response)
    found = leaks(answer, crossed.hidden)
    told = {one for one in found if name == "care:callees" and one.isdecimal()}
    return sorted(found - told) or ([] if answer.status == 200 else None)
