"""Two people have the same form open: the second is told what the first changed, and loses nothing typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from personas import World
from qibu.kernel.scoping import scope
from qibu.tasks.selectors.calendars import hours_of
from qibu.tasks.services import calendars


@dataclass(frozen=True)
class Case:
    """A page with a form, a field that both change, and another one that only the first changes."""

    page: str
    field: str
    theirs: str
    mine: str
    other: str
    others: str
    form: str = "form"
    sent_to: str = ""
    ids: str = ""


CASES = [
    Case("network:organisations", "city", "铜陵", "池州", "phone", "0553-1234567"),
    Case("network:staff-member", "title", "首席顾问", "资深顾问", "number", "A-07", ids="advisor"),
    Case("care:policy", "daily_backlog", "21", "22", "due_time", "16:45"),
    Case("tasks:calendar", "closes_0", "19:00", "20:00", "closes_1", "19:30", form="hours", sent_to="tasks:hours"),
]


def address(case: Case, world: World, name: str) -> str:
    return reverse(name, args=[world.a.ids[case.ids]] if case.ids else [])


def opened(client: Client, case: Case, world: World) -> dict[str, Any]:
    return carried(client.get(address(case, world, case.page)), case)


def carried(response: HttpResponse, case: Case) -> dict[str, Any]:
    """What the form on the page would send."""
    form = response.context[case.form]  # type: ignore[attr-defined]  # of the test client
    return {name: value for name in form.fields if (value := form[name].value()) is not None}


def send(client: Client, case: Case, world: World, values: dict[str, Any]) -> HttpResponse:
    response: Any = client.post(address(case, world, case.sent_to or case.page), values)
    return response


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
def test_the_second_is_told_and_both_changes_are_kept(world: World, case: Case) -> None:
    first, second = world.a.manager.client(), world.a.manager.client()
    seen = opened(second, case, world)
    changed = {**seen, case.field: case.theirs, case.other: case.others}
    assert send(first, case, world, changed).status_code == 302

    refused = send(second, case, world, {**seen, case.field: case.mine})
    text = refused.content.decode()
    assert refused.status_code == 422 and "刚被别人改成" in text and case.theirs in text and case.mine in text

    assert send(second, case, world, carried(refused, case)).status_code == 302
    now = opened(first, case, world)
    assert str(now[case.field])[:5] == case.mine
    assert str(now[case.other])[: len(case.others)] == case.others  # what only the first changed stays


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
def test_who_changes_another_field_is_not_bothered(world: World, case: Case) -> None:
    client = world.a.manager.client()
    seen = opened(client, case, world)
    assert send(client, case, world, {**seen, case.field: case.theirs}).status_code == 302
    assert send(client, case, world, {**seen, case.other: case.others}).status_code == 302
    now = opened(client, case, world)
    assert str(now[case.field])[:5] == case.theirs and str(now[case.other])[: len(case.others)] == case.others


def test_a_changed_care_plan_is_not_overwritten_unseen(world: World) -> None:
    client, page = world.a.manager.client(), reverse("care:plan", args=["visit_followup"])
    form = client.get(page).context["form"]
    values: dict[str, Any] = {"active": "on", "version": form.version}
    for step in form.steps:
        values |= {f"{step.prefix}-{name}": step[name].value() for name in step.fields}
    title = f"{form.steps[0].prefix}-title"
    assert client.post(page, {**values, title: "甲的标题"}).status_code == 302

    refused = client.post(page, {**values, title: "乙的标题"})
    text = refused.content.decode()
    assert refused.status_code == 422 and "甲的标题" in text and "乙的标题" in text
    again = {**values, "version": refused.context["form"].version, title: "乙的标题"}
    assert client.post(page, again).status_code == 302
    assert client.get(page).context["form"].steps[0]["title"].value() == "乙的标题"


def test_hours_that_the_form_does_not_show_stay(world: World) -> None:
    """A pause at noon: the form shows a day from the first opening to the last closing."""
    actor = world.a.actor
    day = [["08:30", "12:00"], ["13:30", "17:30"]]
    with scope(actor):
        calendars.set_hours(actor=actor, hours={str(number): day for number in range(1, 6)})
    client, case = world.a.manager.client(), CASES[3]
    seen = opened(client, case, world)
    assert send(client, case, world, {**seen, "closes_0": "19:00"}).status_code == 302
    with scope(actor):
        hours = hours_of(actor.organisation_id)
    assert (hours["1"], hours["2"]) == ([["08:30", "19:00"]], day)
