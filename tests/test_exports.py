"""Rows that leave the house: counted, agreed to where they are many, stopped, taken by who asked, gone after a week."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.http import Http404, HttpRequest, QueryDict
from python_calamine import CalamineWorkbook
from tests.personas import Person, World

from qibu.customers.models import Customer
from qibu.customers.selectors import visible
from qibu.customers.views.lists import CustomerList
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import rules, selectors
from qibu.network.exports import SHEETS
from qibu.network.models import Export, ExportRow, Staff
from qibu.network.rules import ExportLevel, Role
from qibu.network.services import exports, fixed_rows, saved_views
from qibu.network.services.saved_views import Look

pytestmark = pytest.mark.django_db
State = Export.State
L = ExportLevel


@pytest.mark.parametrize(
    ("rows", "taken", "level"),
    [(0, 0, L.FREE), (25, 0, L.FREE), (26, 0, L.TOLD), (250, 0, L.TOLD), (251, 0, L.AGREED), (2500, 0, L.AGREED),
     (2501, 0, L.AGREED_ABOVE), (25, 1, L.TOLD), (1, 250, L.AGREED), (25, 2476, L.AGREED_ABOVE)],
)  # fmt: skip
def test_how_much_of_a_look_an_export_gets(rows: int, taken: int, level: ExportLevel) -> None:
    assert rules.export_level(rows, taken) == level


@pytest.fixture
def manager(world: World) -> Person:
    return world.a.manager


@pytest.fixture
def lead(world: World) -> Person:
    return world.a.people[Role.SERVICE_MANAGER]


@pytest.fixture(autouse=True)
def no_files_left(world: World) -> Iterator[None]:
    yield
    for file in exports.path_of(Export(organisation_id=world.a.organisation.pk, pk=1)).parent.glob("*.xlsx"):
        file.unlink()


def ask(who: Person, total: int = 3, query: str = "view=all") -> Export:
    """What `query` shows; so few rows stand for `total`."""

    def counted(*fixed: Any) -> int:
        fix(*fixed)
        return total

    fix = fixed_rows.fix
    with scope(who.actor), patch.object(fixed_rows, "fix", counted):
        shown = page_of(who, query)
        asked = exports.Asked("customers", shown.filtered(), shown.unsaved, shown.saved_name)
        return exports.ask(actor=who.actor, asked=asked, purpose="年底答谢")


def page_of(who: Person, query: str) -> CustomerList:
    request = HttpRequest()
    request.GET, request.actor = QueryDict(query), who.actor  # type: ignore[attr-defined]
    page = CustomerList()
    page.setup(request)
    return page


def decide(who: Person, export: Export, agreed: bool = True) -> Export:
    with scope(who.actor):
        return exports.decide(actor=who.actor, export_id=export.pk, agreed=agreed, remark="数量太多")


def now(who: Person, export: Export) -> Export:
    with scope(who.actor):
        return Export.objects.get(pk=export.pk)


def fixed_for(who: Person, export: Export) -> int:
    with scope(who.actor):
        return ExportRow.objects.filter(export=export).count()


def everybody(who: Person) -> int:
    with scope(who.actor):
        return visible(who.actor).count()


def sheet(who: Person, export: Export) -> list[list[Any]]:
    with scope(who.actor), exports.take(actor=who.actor, export_id=export.pk) as file:
        return CalamineWorkbook.from_filelike(BytesIO(file.read())).get_sheet_by_index(0).to_python()


def test_few_rows_need_nobody(lead: Person, world: World) -> None:
    export = ask(lead)
    assert export.state == State.QUEUED
    exports.work(actor=lead.actor, export_id=export.pk)
    assert {row[0] for row in sheet(lead, export)[1:]} >= {customer.name for customer in world.a.customers}


def test_many_rows_wait_for_a_colleagues_word(lead: Person, manager: Person) -> None:
    export = ask(lead, total=251)
    exports.work(actor=lead.actor, export_id=export.pk)
    assert now(lead, export).state == State.ASKED
    assert decide(manager, export).state == State.QUEUED
    exports.work(actor=lead.actor, export_id=export.pk)
    assert now(lead, export).state == State.READY


def test_a_refusal_says_why_and_ends_it(lead: Person, manager: Person) -> None:
    export = decide(manager, ask(lead, total=251), agreed=False)
    assert (export.state, export.remark) == (State.REFUSED, "数量太多")
    with pytest.raises(exports.OutOfTurn):
        decide(manager, export)


def test_nobody_agrees_to_what_they_ask_for_themselves(manager: Person) -> None:
    export = ask(manager, total=251)
    with pytest.raises(exports.OwnExport):
        decide(manager, export)


def test_who_runs_a_store_alone_confirms_it_alone(manager: Person) -> None:
    """A small store must get at its own data; that nobody else looked is on record."""
    with scope(manager.actor):
        Staff.objects.exclude(pk=manager.actor.staff_id).update(left_on="2026-11-01")
    assert decide(manager, ask(manager, total=9000)).decided_by_id == manager.actor.staff_id


def test_very_many_rows_are_for_the_head_of_the_store(lead: Person, manager: Person, world: World) -> None:
    care = world.a.people[Role.CARE_MANAGER]
    export = ask(lead, total=2501)
    with pytest.raises(PermissionRefused):
        decide(care, export)
    with scope(manager.actor):
        assert {one.pk for one in selectors.who_may_agree(export)} == {
            manager.actor.staff_id, world.a.people[Role.SECURITY_ADMINISTRATOR].actor.staff_id,
        }  # fmt: skip
    assert decide(manager, export).state == State.QUEUED


def test_many_small_ones_weigh_what_a_big_one_does(lead: Person) -> None:
    levels = [ExportLevel(ask(lead, total=100).level) for _ in range(3)]
    assert levels == [L.TOLD, L.TOLD, L.AGREED]
    with scope(lead.actor):
        Export.objects.filter(by_id=lead.actor.staff_id).update(at=times.now() - timedelta(days=2))
    assert ask(lead, total=25).level == L.FREE


def test_who_agrees_is_told_and_has_it_off_the_list_once_seen(lead: Person, manager: Person) -> None:
    def waiting(who: Person) -> int:
        with scope(who.actor):
            return selectors.export_news(who.actor).to_see

    before, own = waiting(manager), waiting(lead)
    told, asked = ask(lead, total=26), ask(lead, total=300)
    assert (waiting(manager), waiting(lead)) == (before + 2, own)
    decide(manager, asked)
    with scope(manager.actor):
        exports.note(actor=manager.actor, export_id=told.pk)
    assert waiting(manager) == before


def test_only_who_asked_gets_the_file(lead: Person, manager: Person) -> None:
    export = ask(lead)
    exports.work(actor=lead.actor, export_id=export.pk)
    with pytest.raises(Http404):
        sheet(manager, export)
    assert sheet(lead, export)


def test_each_download_is_in_the_trail(lead: Person) -> None:
    export = ask(lead)
    exports.work(actor=lead.actor, export_id=export.pk)
    sheet(lead, export), sheet(lead, export)
    with scope(lead.actor):
        told = Entry.objects.filter(type="network.ListExported", actor_id=lead.actor.staff_id)
        assert [entry.data["purpose"] for entry in told] == ["年底答谢", "年底答谢"]


@pytest.mark.parametrize(("key", "first"), [("orders", "number"), ("quotes", "number")])
def test_orders_and_quotations_leave_as_the_page_shows_them(manager: Person, key: str, first: str) -> None:
    request = HttpRequest()
    request.GET, request.actor = QueryDict("view=all"), manager.actor  # type: ignore[attr-defined]
    with scope(manager.actor):
        page = SHEETS[key].page()
        page.setup(request)
        rows = list(page.filtered())
        asked = exports.Asked(key, page.filtered(), page.unsaved, page.saved_name)
        export = exports.ask(actor=manager.actor, asked=asked, purpose="月底对账")
    exports.work(actor=manager.actor, export_id=export.pk)
    heads, *written = sheet(manager, export)
    assert heads == [str(column.label) for column in page.columns]
    assert rows and {row[0] for row in written} == {getattr(row, first) for row in rows}


def test_what_is_written_is_what_who_asked_may_see_then(world: World) -> None:
    """Rights that were taken meanwhile count."""
    seller = world.a.people[Role.SALES_MANAGER]
    export = ask(seller)
    narrow = Actor(
        organisation_id=seller.actor.organisation_id, staff_id=seller.actor.staff_id, name=seller.actor.name,
        capabilities=frozenset({"customers.view", "customers.export"}),
    )  # fmt: skip
    exports.work(actor=narrow, export_id=export.pk)
    with scope(narrow):
        theirs = {one.name for one in visible(narrow)}
    assert {row[0] for row in sheet(seller, export)[1:]} == theirs
    assert not theirs >= {one.name for one in world.a.customers}


def test_a_view_that_is_gone_or_changed_meanwhile_widens_nothing(lead: Person, manager: Person) -> None:
    with scope(lead.actor):
        look = Look("all", {"kind": ["company"]})
        view = saved_views.save(actor=lead.actor, page="customers", name="单位", look=look)
    few = page_of(lead, f"view=s{view.pk}")
    with scope(lead.actor):
        firms = {one.name for one in few.filtered()}
        assert firms < {one.name for one in visible(lead.actor)}
    export = ask(lead, total=251, query=f"view=s{view.pk}")
    with scope(lead.actor):
        saved_views.remove(actor=lead.actor, view_id=view.pk)
    decide(manager, export)
    exports.work(actor=lead.actor, export_id=export.pk)
    assert {row[0] for row in sheet(lead, export)[1:]} == firms


def test_a_row_that_comes_to_match_later_is_not_among_them(lead: Person, manager: Person) -> None:
    export = ask(lead, total=251, query="view=all&kind=company")
    with scope(lead.actor):
        Customer.objects.filter(kind="person").update(kind="company")
    decide(manager, export)
    exports.work(actor=lead.actor, export_id=export.pk)
    assert len(sheet(lead, export)) - 1 == fixed_for(lead, export) < everybody(lead)


def test_the_file_is_in_the_language_of_who_asked(lead: Person) -> None:
    with scope(lead.actor):
        asked = exports.Asked("customers", visible(lead.actor))
        export = exports.ask(actor=lead.actor, asked=asked, purpose="Thanks", language="en")
    exports.work(actor=lead.actor, export_id=export.pk)
    assert sheet(lead, export)[0][0] == "Name"


def test_which_rows_reads_in_the_language_of_who_reads(lead: Person, manager: Person) -> None:
    export = ask(lead, total=251, query="view=all&kind=company")
    address = f"/exports/{export.pk}/"
    assert "全部客户；类别：单位" in manager.client().get(address).text
    assert "All customers; Type: Company" in manager.client(**{"accept-language": "en"}).get(address).text


def test_who_asked_hears_once_what_came_of_it(lead: Person, manager: Person) -> None:
    export = ask(lead, total=251)
    decide(manager, export, agreed=False)
    assert now(lead, export).unheard
    manager.client().get(f"/exports/{export.pk}/")
    assert now(lead, export).unheard
    address = f"/exports/{export.pk}/"
    assert f'href="{address}"' in lead.client().get("/bell/").text
    lead.client().get(address)
    assert f'href="{address}"' not in lead.client().get("/bell/").text


def test_the_bell_leads_to_each_thing_that_waits(lead: Person, manager: Person) -> None:
    ask(lead, total=300)
    answer = manager.client().get("/bell/")
    waiting = answer.context["bell"].waiting
    assert "/exports/" in [one.url for one in waiting]
    assert all(str(one.count) in str(one.label) for one in waiting)
    assert ("<details" in answer.text) == (len(waiting) > 1)


def test_stopped_leaves_no_file(lead: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PIECE", 1)
    export = ask(lead)
    real, seen = SHEETS["customers"].cells, []

    def stops_after_two(page: Any, rows: Any) -> Any:
        seen.append(rows)
        if len(seen) == 2:
            exports.stop(actor=lead.actor, export_id=export.pk)
        return real(page, rows)

    monkeypatch.setitem(SHEETS, "customers", replace(SHEETS["customers"], cells=stops_after_two))
    exports.work(actor=lead.actor, export_id=export.pk)
    assert now(lead, export).state == State.STOPPED
    assert len(seen) == 2
    assert not exports.path_of(export).exists()
    assert not exports.path_of(export).with_suffix(".part").exists()


def test_a_crash_begins_the_file_anew(lead: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    export, real = ask(lead), exports._put
    monkeypatch.setattr(exports, "_put", lambda *words: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        exports.work(actor=lead.actor, export_id=export.pk)
    monkeypatch.setattr(exports, "_put", real)
    exports.work(actor=lead.actor, export_id=export.pk)
    assert now(lead, export).state == State.RUNNING  # for all that is known, another process is still at it
    with scope(lead.actor):
        Export.objects.filter(pk=export.pk).update(beat=times.now() - timedelta(minutes=3))
    exports.take_up(lead.actor.organisation_id)
    exports.work(actor=lead.actor, export_id=export.pk)
    assert now(lead, export).state == State.READY


def test_after_a_week_the_file_is_gone(lead: Person) -> None:
    export = ask(lead)
    exports.work(actor=lead.actor, export_id=export.pk)
    with scope(lead.actor):
        Export.objects.filter(pk=export.pk).update(ready_at=times.now() - timedelta(days=8))
    exports.forget(lead.actor.organisation_id)
    assert now(lead, export).state == State.GONE
    assert not exports.path_of(export).exists()


def test_the_file_is_for_nobody_else_on_the_machine(lead: Person) -> None:
    export = ask(lead)
    exports.work(actor=lead.actor, export_id=export.pk)
    file = exports.path_of(export)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("page", ["customers", "tasks", "visits", "dues", "leads"])
def test_every_list_that_may_leave_can(page: str, manager: Person) -> None:
    browser = manager.client()
    query = {"customers": "view=all", "tasks": "view=all"}.get(page, "")
    asked = browser.get(f"/exports/new/{page}/?{query}")
    assert asked.status_code == 200
    seen = re.search(r'name="seen" value="(\d+)"', asked.content.decode())
    sent = {"purpose": "核对", "query": query, "seen": seen.group(1) if seen else ""}
    address = browser.post(f"/exports/new/{page}/", sent).headers["Location"]
    content = b"".join(browser.post(f"{address}file/").streaming_content)  # type: ignore[attr-defined]
    heads, *rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows
    assert all(len(row) == len(heads) for row in rows)
    assert not [cell for row in rows for cell in row if str(cell).startswith("<") or "object at" in str(cell)]


def test_the_word_is_given_on_the_page(lead: Person, manager: Person) -> None:
    export = ask(lead, total=300)
    assert "同意导出" in manager.client().get(f"/exports/{export.pk}/").content.decode()
    assert "同意导出" not in lead.client().get(f"/exports/{export.pk}/").content.decode()
    refused = manager.client().post(f"/exports/{export.pk}/decision/", {"agreed": "no"})
    assert refused.status_code == 422
    answer = manager.client().post(f"/exports/{export.pk}/decision/", {"agreed": "yes"}, follow=True)
    assert now(lead, export).state == State.QUEUED and f"{lead.name}会收到提醒" in answer.content.decode()
