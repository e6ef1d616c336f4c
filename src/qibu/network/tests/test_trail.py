"""The audit trail in words, narrowed, and taken along."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook

from qibu.contracts.customers import CustomerChanged, PhoneRevealed
from qibu.contracts.deliveries import DeliveryChanged, DeliveryTicked
from qibu.contracts.network import AccessRefused, ListExported
from qibu.contracts.orders import OrderCancelled
from qibu.contracts.tasks import TaskCancelled
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.events import CATALOGUE
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import trail
from qibu.network.models import Staff
from qibu.network.tests.test_pages import enter, found, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Actor:
    return found("A")


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "_NAMES", {"customer": lambda actor, ids: dict.fromkeys(ids, "王*国")})


def told(store: Actor) -> list[str]:
    with scope(store):
        return [f"{each.by} {each.what}" for each in trail.tell(store, Entry.objects.order_by("-id"))]


def test_a_look_at_a_phone_reads_as_a_sentence(store: Actor, named: None) -> None:
    with scope(store):
        journal.record(PhoneRevealed(customer_id=12, reason="核对地址"), actor=store)
    assert told(store)[0] == "王强 查看了 王*国 的电话，理由：核对地址"


def test_without_a_name_the_number_stands(store: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "_NAMES", {})
    with scope(store):
        journal.record(PhoneRevealed(customer_id=12, reason="核对地址"), actor=store)
    assert "客户 12" in told(store)[0]


def test_the_system_has_its_name_and_capabilities_theirs(store: Actor) -> None:
    system = Actor(organisation_id=store.organisation_id)
    with scope(store):
        journal.record(AccessRefused(capability="audit.view", path="/settings/audit/"), actor=system)
    assert told(store)[0] == "系统 想打开 /settings/audit/，没有「查看操作记录」的权限，被拒绝"


def test_an_event_that_nobody_words_has_a_plain_line(store: Actor, named: None) -> None:
    with scope(store):
        journal.record(CustomerChanged(customer_id=3, changes=("remark",)), actor=store)
        Entry.objects.create(organisation_id=store.organisation_id, type="later.Thing", customer_id=3)
    assert told(store)[0] == "系统 later.Thing 王*国"


def test_braces_in_what_people_typed_do_no_harm(store: Actor) -> None:
    with scope(store):
        journal.record(ListExported(what="{by.__class__}", rows=1, purpose="{x}"), actor=store)
    assert told(store)[0] == "王强 导出了 1 行（{by.__class__}），理由：{x}"


def test_every_sentence_is_about_an_event_there_is() -> None:
    assert {name for name in trail.SENTENCES if name not in CATALOGUE} == set()


def test_names_cost_one_query_each(store: Actor, named: None, django_assert_num_queries: object) -> None:
    with scope(store):
        for number in range(40):
            journal.record(PhoneRevealed(customer_id=number + 1, reason="x"), actor=store)
        entries = list(Entry.objects.all())
        with django_assert_num_queries(1):  # type: ignore[operator]
            trail.tell(store, entries)


def test_words_of_the_product_are_read_in_the_readers_language(store: Actor, named: None) -> None:
    with scope(store):
        event = TaskCancelled(title="首次联系", title_en="First contact", reason="线索战败", reason_en="Lead lost")
        journal.record(event, actor=store)
    assert told(store)[0] == "王强 取消了任务「首次联系」，理由：线索战败"
    with translation.override("en"):
        assert set(re.findall(r"[㐀-鿿]+", told(store)[0])) == {"王强"}


def test_codes_days_and_sums_are_read_as_people_write_them(store: Actor, named: None) -> None:
    with scope(store):
        cancelled = OrderCancelled(customer_id=3, number="DD1", reason="price", refund=Decimal("5000.00"))
        journal.record(cancelled, actor=store)
        at = datetime(2026, 11, 27, 6, tzinfo=UTC)
        journal.record(DeliveryChanged(customer_id=3, number="DD1", changes=("advisor_id",), at=at), actor=store)
        journal.record(DeliveryTicked(customer_id=3, item="钥匙", done=True), actor=store)
    assert [line.removeprefix("王强 ") for line in told(store)[:3]] == [
        "王*国 的交车清单「钥匙」：是", "改了 王*国 的交车预约（DD1）：介绍给哪位服务顾问，2026-11-27 14:00",
        "王*国 的订单 DD1 取消，退 5,000：价格谈不拢",
    ]  # fmt: skip


def rows(client: Client, query: str = "") -> list[str]:
    return [row.told.what for row in client.get(f"/settings/audit/{query}").context["page"].found]


def test_the_page_narrows_by_person_kind_day_and_customer(client: Client, store: Actor, named: None) -> None:
    other = join(store, "周婷", "service_advisor")
    yesterday = times.now() - timedelta(days=1)
    with scope(store):
        journal.record(PhoneRevealed(customer_id=12, reason="甲"), actor=store)
        journal.record(PhoneRevealed(customer_id=13, reason="乙"), actor=store, at=yesterday)
        staff = Staff.objects.get(pk=other.pk)
        theirs = Actor(organisation_id=store.organisation_id, staff_id=staff.pk)
        journal.record(ListExported(what="customers", rows=3), actor=theirs)
    enter(client, store)
    assert len(rows(client)) == 6
    assert rows(client, "?kind=seen&customer=12") == ["查看了 王*国 的电话，理由：甲"]
    assert rows(client, f"?person={other.pk}") == ["导出了 3 行（客户名单）"]
    day = times.day_of(yesterday)
    assert rows(client, f"?at_from={day}&at_to={day}") == ["查看了 王*国 的电话，理由：乙"]
    assert rows(client, "?customer=x") == []


def test_another_stores_entries_are_not_there(client: Client, store: Actor) -> None:
    found("B")
    enter(client, store)
    assert all("B" not in line for line in rows(client))


def test_taking_the_trail_along_is_in_it(client: Client, store: Actor, named: None) -> None:
    with scope(store):
        journal.record(PhoneRevealed(customer_id=12, reason="=1+1"), actor=store)
    enter(client, store)
    response = client.post("/settings/audit/?kind=seen", {"purpose": "年度审计"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert [line[1:3] for line in sheet[1:]] == [["王强", "查看了 王*国 的电话，理由：=1+1"]]
    assert told(store)[0] == "王强 导出了 1 行（操作记录），理由：年度审计"


def test_who_may_not_see_it_may_not_take_it(client: Client, store: Actor) -> None:
    enter(client, join(store, "周婷", "service_advisor"))
    assert client.post("/settings/audit/", {"purpose": "x"}).status_code == 403


def test_every_event_that_is_kept_reads_as_a_sentence() -> None:
    silent = {name for name in CATALOGUE if name.split(".")[0] not in {"test", "tests"}} - trail.SENTENCES.keys()
    assert not silent


def test_what_the_planner_did_is_told_in_numbers(store: Actor) -> None:
    entry = Entry(type="care.DayPlanned", data={"on": "2026-11-22", "planned": 3, "released": 2, "moved": 1})
    with scope(store):
        (told,) = trail.tell(store, [entry])
    assert told.what == "安排了 2026-11-22 的关怀：新计划 3 件，放出积压 2 件"
