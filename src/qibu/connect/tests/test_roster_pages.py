"""A list of staff is looked over before it is taken over; sign-ins are opened some at a time."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qibu.connect import roster, roster_selectors, roster_views
from qibu.connect.tests.loads import sheet
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Staff, User
from qibu.network.services import staff
from qibu.network.services.staff import Details

pytestmark = pytest.mark.django_db
HEADS = ("姓名", "工号", "岗位", "手机", "登录名")
ROWS = (("周婷", "12", "服务顾问", "13855530001", "zhouting"), ("汪东", "13", "机修技师", "", ""),
        ("李主任", "14", "保安", "", ""))  # fmt: skip


def uploaded(page: Client, *rows: tuple[str, ...]) -> str:
    file = SimpleUploadedFile("花名册.csv", sheet(HEADS, *rows))
    answer = page.post("/imports/staff/", {"file": file})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def taken(page: Client, preview: str) -> None:
    payload = re.search(r'name="payload" value="([^"]+)"', preview)
    assert payload
    rows = re.findall(r'name="row" value="(\d+)" checked', preview)
    assert page.post("/imports/staff/people/", {"payload": payload[1], "row": rows}).status_code == 302


def people(actor: Actor) -> list[tuple[str, str, list[str]]]:
    with scope(actor):
        return list(Staff.objects.exclude(name="沈亦舟").order_by("number").values_list("name", "number", "roles"))


def test_a_list_is_shown_and_then_taken_over(page: Client, manager: Actor) -> None:
    preview = uploaded(page, *ROWS)
    assert "新员工" in preview and "服务顾问" in preview
    assert people(manager) == []
    taken(page, preview)
    assert people(manager) == [
        ("周婷", "12", ["service_advisor"]), ("汪东", "13", ["technician"]), ("李主任", "14", []),
    ]  # fmt: skip


def test_the_same_list_again_changes_nothing(page: Client, manager: Actor) -> None:
    preview = uploaded(page, *ROWS)
    taken(page, preview)
    before = people(manager)
    taken(page, preview)
    assert people(manager) == before
    assert "表里的人都已经在册" in uploaded(page, *ROWS)


def test_what_is_filled_in_by_hand_stays_and_what_lacks_is_filled(page: Client, manager: Actor) -> None:
    with scope(manager):
        staff.join(actor=manager, details=Details("周婷", title="前台"))
    taken(page, uploaded(page, *ROWS[:1]))
    with scope(manager):
        known = Staff.objects.get(name="周婷")
    assert (known.title, known.number, known.roles) == ("前台", "12", ["service_advisor"])


def superiors(actor: Actor) -> dict[str, str | None]:
    with scope(actor):
        return dict(Staff.objects.values_list("name", "superior__name"))


def test_superiors_come_with_the_list_by_name_or_number_and_fill_only_what_is_empty(
    page: Client, manager: Actor
) -> None:
    heads, rows = ("姓名", "工号", "岗位", "直接上级"), (
        ("周婷", "12", "服务顾问", "21"), ("仇志恒", "21", "服务经理", "沈亦舟"), ("汪东", "13", "技师", "没有这个人"),
        ("甲", "31", "保安", "乙"), ("乙", "32", "保安", "甲"),
    )  # fmt: skip
    file = SimpleUploadedFile("花名册.csv", sheet(heads, *rows))
    taken(page, page.post("/imports/staff/", {"file": file}).content.decode())
    found = superiors(manager)
    assert (found["周婷"], found["仇志恒"], found["汪东"]) == ("仇志恒", "沈亦舟", None)
    assert [found["甲"], found["乙"]] == ["乙", None]  # a ring is left open
    with scope(manager):
        Staff.objects.filter(name="汪东").update(superior=Staff.objects.get(name="沈亦舟"))
    again = SimpleUploadedFile("花名册.csv", sheet(heads, ("汪东", "13", "技师", "21"), ("乙", "32", "保安", "21")))
    preview = page.post("/imports/staff/", {"file": again}).content.decode()
    assert "直接上级" in preview
    taken(page, preview)
    found = superiors(manager)
    assert (found["汪东"], found["乙"]) == ("沈亦舟", "仇志恒")


def test_two_of_one_name_are_not_guessed_at(manager: Actor) -> None:
    line = roster.Line(2, "王伟")
    with scope(manager):
        for _twice in range(2):
            staff.join(actor=manager, details=Details("王伟"))
        (entry,) = roster_selectors.compare(manager, [line])
    assert entry.fate == "new"


def test_sign_ins_are_opened_some_at_a_time_with_passwords_shown_once(
    page: Client, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_views, "AT_ONCE", 1)
    taken(page, uploaded(page, *ROWS))
    offer = page.get("/imports/staff/sign-ins/").content.decode()
    assert 'value="zhouting"' in offer and 'value="wangdong"' in offer and "李主任" not in offer
    who = re.findall(r'name="who" value="(\d+)"', offer)
    names = {f"username-{pk}": name for pk, name in zip(who, ("wangdong", "zhouting"), strict=True)}
    first = page.post("/imports/staff/sign-ins/", {"who": who, **names}).content.decode()
    assert len(re.findall(r">[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}<", first)) == 1
    left = re.findall(r'name="who" value="(\d+)"', first)
    second = page.post("/imports/staff/sign-ins/", {"who": left, "total": "2", **names}).content.decode()
    assert 'name="who"' not in second
    assert set(User.objects.exclude(username="shen").values_list("username", "must_change_password")) == {
        ("zhouting", True), ("wangdong", True),
    }  # fmt: skip


def test_a_sign_in_name_that_is_taken_is_said_and_the_others_go_on(page: Client, manager: Actor) -> None:
    taken(page, uploaded(page, *ROWS))
    with scope(manager):
        pk = Staff.objects.get(name="周婷").pk
    answer = page.post("/imports/staff/sign-ins/", {"who": [pk], f"username-{pk}": "shen"}).content.decode()
    assert "「shen」已经有人用了" in answer


def test_a_sheet_of_something_else_is_refused_in_a_sentence(page: Client) -> None:
    file = SimpleUploadedFile("车.csv", sheet(("VIN码", "车牌号"), ("LVVDB11B8MD001323", "皖B12345")))
    answer = page.post("/imports/staff/", {"file": file})
    assert (answer.status_code, "没有找到「姓名」这一列" in answer.content.decode()) == (422, True)


def test_a_preview_that_was_tampered_with_is_not_taken(page: Client, manager: Actor) -> None:
    page.post("/imports/staff/people/", {"payload": "forged", "row": ["2"]})
    assert people(manager) == []
