"""Customers in a hand-over are called by name to those who see them; to others as the trail calls them."""

from __future__ import annotations

import pytest

from qibu.customers import portfolio
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.rules import Role

pytestmark = pytest.mark.django_db


def test_a_name_is_told_in_full_to_who_sees_the_customer(store: Store, advisor: Actor, seller: Actor) -> None:
    one = store.register("王建国", by=advisor).pk
    for actor, name in ((advisor, "王建国"), (seller, "王*国"), (store.hire("钱静", Role.FINANCE), "王*国")):
        with scope(actor):
            assert portfolio.named(actor, [one]) == {one: name}


def test_a_number_to_call_is_shown_to_who_sees_the_customer(store: Store, advisor: Actor, seller: Actor) -> None:
    one = store.register("王建国", "13805535678", by=advisor).pk
    for actor, seen in ((advisor, ["138****5678"]), (seller, []), (store.hire("钱静", Role.FINANCE), [])):
        with scope(actor):
            assert [known.phone for known in portfolio.seen(actor, [one]).values()] == seen


def test_customers_are_offered_one_by_one_to_who_sees_all(
    store: Store, advisor: Actor, manager: Actor, seller: Actor
) -> None:
    store.register("王建国", by=advisor)
    with scope(manager):
        assert [one.name for one in portfolio.offered(manager, advisor.staff_id or 0, "", (), 1).rows] == ["王建国"]
    with scope(seller):
        assert portfolio.offered(seller, advisor.staff_id or 0, "", (), 1).rows == []
