"""Fields that a store added are part of its customers' files: in forms, lists, filters and the trail."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from qibu.customers.models import Customer
from qibu.customers.services import customers
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import CustomField
from qibu.network.services import custom_fields
from qibu.network.services.custom_fields import Draft

Enter = Callable[[Actor], Client]


def add(actor: Actor, label: str, kind: str = "text", **rest: object) -> CustomField:
    with scope(actor):
        return custom_fields.define(actor=actor, record="customer", draft=Draft(label, kind=kind, **rest))  # type: ignore[arg-type]


def name(row: CustomField) -> str:
    return f"custom.{row.code}"


def kept(customer: Customer, actor: Actor) -> dict[str, str]:
    with scope(actor):
        return Customer.objects.get(pk=customer.pk).custom


def form_of(customer: Customer, **values: str) -> dict[str, str]:
    return {"kind": "person", "stage": "owner", "name": customer.name, "version": str(customer.version), **values}


def test_what_is_typed_into_a_further_field_stays_and_is_shown(store: Store, manager: Actor, sign_in: Enter) -> None:
    tea, customer, page = add(manager, "爱喝的茶"), store.register("王建国"), sign_in(manager)
    seen = f'{{"{name(tea)}": ""}}'
    answer = page.post(
        f"/customers/{customer.pk}/edit/", form_of(customer, seen=seen, **{name(tea): " 太平猴魁 "})
    )
    assert answer.status_code == 302
    assert kept(customer, manager) == {tea.code: "太平猴魁"}
    assert "太平猴魁" in page.get(f"/customers/{customer.pk}/?tab=file").content.decode()
    with scope(manager):
        assert Entry.objects.get(type="customers.CustomerChanged").data["changes"] == ["custom.爱喝的茶"]


def test_a_value_that_does_not_fit_is_refused_and_nothing_typed_is_lost(
    store: Store, manager: Actor, sign_in: Enter
) -> None:
    cars, customer = add(manager, "家里几台车", "number"), store.register("王建国")
    seen = f'{{"{name(cars)}": ""}}'
    form = form_of(customer, seen=seen, hobbies="钓鱼", **{name(cars): "两台"})
    answer = sign_in(manager).post(f"/customers/{customer.pk}/edit/", form)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "「两台」不是数字" in words
    assert 'value="钓鱼"' in words and 'value="两台"' in words
    assert kept(customer, manager) == {}


def test_an_emptied_field_leaves_the_file(store: Store, manager: Actor) -> None:
    tea, customer = add(manager, "爱喝的茶"), store.register("王建国")
    change = {"actor": manager, "customer_id": customer.pk, "seen": {}}
    with scope(manager):
        customers.change(**change, version=1, values={name(tea): "猴魁"})
        customers.change(**change, version=2, values={name(tea): ""})
    assert kept(customer, manager) == {}


def test_the_second_of_two_who_write_is_told_of_the_first(store: Store, manager: Actor, sign_in: Enter) -> None:
    tea, customer = add(manager, "爱喝的茶"), store.register("王建国")
    with scope(manager):
        customers.change(
            actor=manager, customer_id=customer.pk, version=1, values={name(tea): "猴魁"}, seen={name(tea): ""}
        )
    seen = f'{{"{name(tea)}": ""}}'
    answer = sign_in(manager).post(
        f"/customers/{customer.pk}/edit/", form_of(customer, seen=seen, **{name(tea): "瓜片"})
    )
    assert answer.status_code == 422
    assert "刚被别人改成「猴魁」" in answer.content.decode()
    assert kept(customer, manager) == {tea.code: "猴魁"}


@pytest.mark.parametrize(
    ("kind", "values", "query", "found"),
    [
        ("text", ("太平猴魁", "六安瓜片"), "={}猴魁", "甲"),
        ("number", ("3", "12"), "_from={}4", "乙"),
        ("number", ("3", "12"), "_to={}3", "甲"),
        ("day", ("2026-03-01", "2025-12-31"), "_from={}2026-01-01", "甲"),
        ("yes_no", ("yes", "no"), "={}no", "乙"),
    ],
)
def test_the_list_is_filtered_by_it(
    store: Store, manager: Actor, sign_in: Enter, kind: str, values: tuple[str, str], query: str, found: str
) -> None:
    row = add(manager, "本店一项", kind)
    for who, value in zip(("甲一", "乙二"), values, strict=True):
        with scope(manager):
            customers.register(actor=manager, values={"name": who, name(row): value})
    store.register("丙三")
    page = sign_in(manager).get(f"/customers/?view=all&{name(row)}{query.format('')}").content.decode()
    assert {who[0] for who in ("甲一", "乙二", "丙三") if who in page} == {found}


def test_a_listed_field_is_a_column(store: Store, manager: Actor, sign_in: Enter) -> None:
    row = add(manager, "爱喝的茶", listed=True)
    with scope(manager):
        customers.register(actor=manager, values={"name": "王建国", name(row): "太平猴魁"})
    page = sign_in(manager).get("/customers/?view=all").content.decode()
    assert "爱喝的茶" in page and "太平猴魁" in page


def test_another_store_knows_nothing_of_it(
    store: Store, other_store: Store, manager: Actor, sign_in: Enter
) -> None:
    add(manager, "爱喝的茶", listed=True)
    from qibu.network.rules import Role

    stranger = other_store.hire("外人", Role.STORE_MANAGER)
    assert "爱喝的茶" not in sign_in(stranger).get("/customers/?view=all").content.decode()
