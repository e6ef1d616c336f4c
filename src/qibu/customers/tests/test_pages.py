"""Pages as people in each role are given them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
WANG = "15412345678"


def test_an_empty_store_says_what_is_next(manager: Actor, sign_in: SignIn) -> None:
    page = sign_in(manager).get("/customers/")
    assert page.status_code == 200
    assert "还没有客户" in page.text


def test_the_list_shows_masked_numbers_only(store: Store, manager: Actor, sign_in: SignIn) -> None:
    store.register("王建国", WANG)
    page = sign_in(manager).get("/customers/?view=all")
    assert "王建国" in page.text
    assert "154****5678" in page.text
    assert WANG not in page.text


@pytest.mark.parametrize("tab", ["timeline", "file", "consents", "relations"])
def test_every_tab_of_a_customer_opens(store: Store, manager: Actor, sign_in: SignIn, tab: str) -> None:
    wang = store.register("王建国", WANG, taboos="不要叫老王", birthday_lunar=True)
    page = sign_in(manager).get(f"/customers/{wang.pk}/?tab={tab}")
    assert page.status_code == 200
    assert "不要叫老王" in page.text
    assert WANG not in page.text


def test_the_drawer_is_a_fragment(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    page = sign_in(manager).get(f"/customers/{wang.pk}/?drawer=1")
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "154****5678" in page.text
