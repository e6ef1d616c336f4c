"""The menu: who sees which places, where an area is open, and that it stays calm however many rooms there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from personas import Person, World
from qibu.network.rules import Role
from qibu.ui.frame import Frame
from test_isolation import beyond

ANYWHERE = "/settings/account/"
SELLING = "线索 培育 展厅 试驾 报价 订单 库存车 交车"
SEEN = {
    Role.STORE_MANAGER: "工作台 任务 团队 客户 销售 售后 关怀 导入 设置",
    Role.SALES_CONSULTANT: "工作台 任务 客户 销售 售后 关怀 设置",
    Role.CARE_MANAGER: "工作台 任务 团队 客户 销售 售后 关怀 导入 设置",
    Role.SERVICE_ADVISOR: "工作台 任务 客户 展厅 售后 关怀 设置",
    Role.TECHNICIAN: "工作台 任务 客户 售后 关怀 设置",
    Role.FINANCE: "工作台 任务 订单 设置",
    Role.AUDITOR: "设置",
}
INSIDE = {
    Role.STORE_MANAGER: "线索 收件箱 培育 展厅 试驾 报价 订单 库存车 交车 抽访 漏斗",
    Role.SALES_CONSULTANT: f"{SELLING} 漏斗",
    Role.CARE_MANAGER: f"{SELLING} 抽访 漏斗",
}
FIRST_LEVEL, AREA, PART = 12, 12, 8


def frame(person: Person, address: str = ANYWHERE, **cookies: str) -> Frame:
    client = person.client()
    for name, value in cookies.items():
        client.cookies[name] = value
    return client.get(address).context["frame"]  # type: ignore[no-any-return]  # the test client's context is untyped


def called(branch: Any) -> str:
    return str(branch.area.label if branch.area else branch.places[0].item.label)


@pytest.mark.parametrize("role", SEEN)
def test_each_sees_the_places_that_are_theirs(world: World, role: Role) -> None:
    assert " ".join(called(branch) for branch in frame(world.a.people[role]).branches) == SEEN[role]


@pytest.mark.parametrize("role", SEEN)
def test_an_area_holds_what_one_may_open_and_is_none_for_a_single_page(world: World, role: Role) -> None:
    areas = [branch for branch in frame(world.a.people[role]).branches if branch.area]
    inside = [" ".join(str(place.item.label) for place in area.places) for area in areas]
    assert inside == ([INSIDE[role]] if role in INSIDE else [])


def test_the_menu_and_the_settings_stay_calm(world: World) -> None:
    for person in world.colleagues:
        client = person.client()
        page = client.get(ANYWHERE)
        menu = page.context["frame"].branches
        assert beyond(person, page) == [], person.role
        assert len(menu) <= FIRST_LEVEL, person.role
        assert all(len(branch.places) <= AREA for branch in menu), person.role
        parts = client.get(reverse("network:settings")).context["parts"]
        assert all(len(rows) <= PART for _key, _name, rows in parts), person.role


def test_the_area_one_is_in_is_open_and_says_where(world: World) -> None:
    manager = world.a.manager
    for address, place in (
        ("/leads/board/", "线索"), (f"/leads/{world.a.ids['lead']}/", "线索"), ("/orders/", "订单"),
        ("/orders/stock/", "库存车"), ("/test-drives/", "试驾"), ("/funnel/", "漏斗"),
    ):  # fmt: skip
        found = [one for branch in frame(manager, address).branches for one in branch.places if one.current]
        assert [str(one.item.label) for one in found] == [place], address
        assert head(manager, address) == "true"
    assert head(manager, ANYWHERE) == "false"


def test_beside_icons_no_area_is_open(world: World) -> None:
    assert head(world.a.manager, "/orders/", qibu_nav="min") == "false"


def head(person: Person, address: str, **cookies: str) -> str:
    """Whether the head of 销售 says that it is unfolded."""
    client = person.client()
    for name, value in cookies.items():
        client.cookies[name] = value
    _before, after = client.get(address).content.decode().split('aria-controls="area-sales" aria-expanded="')
    return after.split('"')[0]


@pytest.mark.parametrize(
    ("role", "bar"),
    [
        (Role.SALES_CONSULTANT, "工作台 客户 任务 线索"),
        (Role.SERVICE_ADVISOR, "工作台 客户 任务 售后"),
        (Role.MARKETING, "工作台 客户 任务 售后"),
        (Role.FINANCE, "工作台 任务"),
    ],
)
def test_the_bar_of_a_telephone_has_what_one_works_with(world: World, role: Role, bar: str) -> None:
    found = frame(world.a.people[role])
    assert " ".join(str(place.item.label) for place in found.phone) == bar
    both = {place.item.key for place in found.phone} & {place.item.key for place in found.beyond_phone}
    assert not both and len(found.phone) + len(found.beyond_phone) == len(found.places)
