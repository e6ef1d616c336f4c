from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from qibu.kernel.actors import Actor
from qibu.ui import slots
from qibu.ui.areas import UnknownArea
from qibu.ui.frame import Frame
from qibu.ui.slots import Command, NavItem, Setting


@pytest.fixture
def request_() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.fixture(autouse=True)
def empty_slots(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(slots, "_fillers", {name: [] for name in slots.SLOTS})
    yield


def test_an_unknown_slot_raises(request_: HttpRequest) -> None:
    with pytest.raises(slots.UnknownSlot):
        slots.register("customer.pannel", 1, lambda request: None)
    with pytest.raises(slots.UnknownSlot):
        slots.fill("customer.pannel", request_)


def test_fillers_come_in_their_order_and_lists_are_laid_flat(request_: HttpRequest) -> None:
    def late(request: HttpRequest) -> str:
        return "c"

    def early(request: HttpRequest) -> list[str]:
        return ["a", "b"]

    def none(request: HttpRequest) -> None:
        return None

    for order, fn in ((30, late), (10, early), (20, none)):
        slots.register("settings", order, fn)
    assert slots.fill("settings", request_) == ["a", "b", "c"]


def test_registered_twice_stands_once(request_: HttpRequest) -> None:
    def one(request: HttpRequest) -> str:
        return "a"

    slots.register("settings", 1, one)
    slots.register("settings", 2, one)
    assert slots.fill("settings", request_) == ["a"]


def test_context_reaches_the_filler(request_: HttpRequest) -> None:
    @slots.fills("customer.panel", order=1)
    def panel(request: HttpRequest, customer: Any) -> str:
        return f"panel of {customer}"

    assert slots.fill("customer.panel", request_, customer=7) == ["panel of 7"]


def test_what_the_actor_may_not_do_is_not_shown(request_: HttpRequest) -> None:
    @slots.fills("search.commands", order=1)
    def commands(request: HttpRequest) -> list[Command]:
        return [Command("open", "/a/"), Command("import", "/b/", capability="import")]

    def shown() -> list[str]:
        return [c.label for c in slots.fill("search.commands", request_)]

    assert shown() == ["open"]  # nobody is signed in
    request_.actor = Actor(organisation_id=1)  # type: ignore[attr-defined]
    assert shown() == ["open"]
    request_.actor = Actor(organisation_id=1, capabilities=frozenset({"import"}))  # type: ignore[attr-defined]
    assert shown() == ["open", "import"]


@pytest.mark.parametrize(
    ("path", "current"), [("/", "workbench"), ("/customers/7/", "customers"), ("/escalations/", None)]
)
def test_the_first_page_is_current_on_its_own_address_only(rf: RequestFactory, path: str, current: str | None) -> None:
    def items(request: HttpRequest) -> list[NavItem]:
        first = NavItem("workbench", "工作台", "home", "tasks:workbench")
        return [first, NavItem("customers", "客户", "users", "customers:list")]

    slots.register("navigation", 1, items)
    found = [place.item.key for place in Frame(rf.get(path)).places if place.current]
    assert found == ([current] if current else [])


def places(*items: NavItem) -> Frame:
    slots.register("navigation", 1, lambda request: list(items))
    return Frame(RequestFactory().get("/nowhere/"))


def test_an_area_stands_where_its_first_page_does() -> None:
    tasks = NavItem("tasks", "任务", "check", "tasks:list")
    board = NavItem("leads", "线索", "target", "leads:board", area="sales")
    care = NavItem("care", "关怀", "heart", "care:dues")
    orders = NavItem("orders", "订单", "file", "orders:list", area="sales")
    found = places(tasks, board, care, orders).branches
    assert [branch.key for branch in found] == ["tasks", "sales", "care"]
    assert [place.item.key for place in found[1].places] == ["leads", "orders"]
    assert [branch.area is not None for branch in found] == [False, True, False]


def test_what_is_late_in_an_area_is_counted_at_its_head() -> None:
    late = NavItem("leads", "线索", "target", "leads:board", area="sales", badge=lambda request: 3, hot=True)
    calm = NavItem("orders", "订单", "file", "orders:list", area="sales", badge=lambda request: 9)
    assert places(late, calm).branches[0].late == 3


def test_a_misspelt_area_or_part_raises() -> None:
    with pytest.raises(UnknownArea, match="sails"):
        NavItem("orders", "订单", "file", "orders:list", area="sails")
    with pytest.raises(UnknownArea, match="prises"):
        Setting("导出", "", "export", "network:exports", "prises")
