"""A hand-over as people see it who hand over customers with cars and tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from qibu.customers.services import search
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import HandOver, Staff
from qibu.tasks.tests import world
from qibu.ui import formats
from qibu.vehicles.services import vehicles

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Iterator[tuple[Actor, Actor, Actor]]:
    """A manager, an advisor with two customers (one of them with a car, a number and two tasks), and a colleague."""
    store = world.store()
    boss, advisor, other = (
        world.person(store, name, role)
        for name, role in (("方总", "store_manager"), ("周婷", "service_advisor"), ("何敏", "service_advisor"))
    )
    with scope(boss):
        first, second = (world.customer(boss, name, advisor_id=advisor.staff_id) for name in ("王建国", "李桂芳"))
        search.refresh_names(actor=boss, customer_ids=[first.pk, second.pk])
        vehicles.register(actor=boss, owner_id=first.pk, plate="皖B12345", vin="LVVDB11B2RD123456")
        for title, days in (("续保报价", 9), ("保养邀约", 2)):
            world.task(advisor, first, title=title, due_at=times.now() + timedelta(days=days))
        world.task(advisor, None, title="盘点名片")
        yield boss, advisor, other


@pytest.fixture
def page(people: tuple[Actor, Actor, Actor]) -> Client:
    client, user = Client(), Staff.objects.get(pk=people[0].staff_id).user
    assert user is not None
    client.force_login(user)
    return client


def test_a_customer_is_found_by_the_plate_and_shown_with_it(people: tuple[Actor, Actor, Actor], page: Client) -> None:
    address = f"/settings/handovers/new/?giver={people[1].staff_id}"
    every = page.get(address).context["offered"]
    assert {one.name: (one.cars, one.phone) for one in every.rows} == {
        "李桂芳": ("", "138****5678"), "王建国": ("皖B·12345", "138****5678"),
    }  # fmt: skip
    wang = next(one for one in every.rows if one.name == "王建国")
    for words in ("皖B12345", "12345", "王建国"):
        found = page.post(address, {"find": "1", "q": words}).context["offered"]
        assert [one.name for one in found.rows] == ["王建国"] and found.total == 1
    picked = page.post(address, {"give": "1", "give_to": people[2].staff_id, "chosen": [wang.id]})
    assert [(one.name, one.cars) for one, _taker in picked.context["picked"]] == [("王建国", "皖B·12345")]
    assert [one.name for one in picked.context["offered"].rows] == ["李桂芳"]


def test_takers_show_their_customers_and_open_tasks(people: tuple[Actor, Actor, Actor], page: Client) -> None:
    shown = page.get(f"/settings/handovers/new/?giver={people[2].staff_id}").context["takers"]
    assert {one["name"]: one["load"] for one in shown} == {"周婷": "服务 2 位 · 任务 3 件", "方总": ""}


def test_the_paper_tells_plates_numbers_and_each_task_with_its_day(
    people: tuple[Actor, Actor, Actor], page: Client
) -> None:
    sent = {"takers": people[2].staff_id, "way": "even", "reason": "调岗", "parts": ["customers.advisor", "tasks.open"]}
    page.post(f"/settings/handovers/new/?giver={people[1].staff_id}", {**sent, "sure": "1"})
    paper = page.get(f"/settings/handovers/{HandOver.objects.get().pk}/print/").content.decode()
    days = {n: formats.day(times.today() + timedelta(n), "short") for n in (2, 9)}
    told = [f"保养邀约，{days[2]} 前", f"续保报价，{days[9]} 前", "盘点名片"]
    assert [words for words in (*told, "皖B·12345", "138****5678", "接手人 何敏 签字") if words not in paper] == []
    assert paper.index(told[0]) < paper.index(told[1]) and "13800005678" not in paper
    assert "2 位客户全部交出" in paper


def test_the_team_leads_to_a_hand_over_for_those_who_may(people: tuple[Actor, Actor, Actor], page: Client) -> None:
    link = f"/settings/handovers/new/?giver={people[1].staff_id}"
    assert link in page.get("/team/").content.decode()
    with scope(people[0]):
        Staff.objects.filter(pk=people[0].staff_id).update(roles=["service_manager"])
    assert link not in page.get("/team/").content.decode()
