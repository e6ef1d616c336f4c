"""Finding customers (B10)."""

from __future__ import annotations

import pytest

from qibu.customers import listing, selectors
from qibu.customers.models import SearchToken
from qibu.customers.rules import PhonePrint, customer_tokens, read_query
from qibu.customers.services import fingerprints, search
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(store: Store, other_store: Store) -> Store:
    store.register("王建国", "15412345678")
    store.register("王小国", "15487651111")
    store.register("单丽", "15400005678", "05533876543")
    store.register("芜湖顺达物流有限公司", "15466660000", kind="company")
    other_store.register("王建国", "15412345678")
    return store


def names(actor: Actor, text: str, limit: int = 8) -> list[str]:
    return [found.name for found in selectors.search(actor, text, limit)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("王建国", {"王建国"}),
        ("建国", {"王建国"}),
        ("王", {"王建国", "王小国"}),
        ("wangjianguo", {"王建国"}),
        ("WJG", {"王建国"}),
        ("wang", {"王建国", "王小国"}),
        ("shanli", {"单丽"}),
        ("danli", {"单丽"}),
        ("顺达", {"芜湖顺达物流有限公司"}),
        ("sdwl", {"芜湖顺达物流有限公司"}),
        ("5678", {"王建国", "单丽"}),
        ("王 5678", {"王建国"}),
        ("王5678", {"王建国"}),
        ("5678 shan", {"单丽"}),
        ("15412345678", {"王建国"}),
        ("154 1234 5678", {"王建国"}),
        ("+86 154-1234-5678", {"王建国"}),
        ("0553-3876543", {"单丽"}),
        ("6543", {"单丽"}),
        ("赵", set()),
        ("p", set()),
        ("t", set()),
        ("%", set()),
        ("", set()),
        ("王 6543", set()),
    ],
)
def test_a_customer_is_found_by_what_people_type(people: Store, manager: Actor, text: str, wanted: set[str]) -> None:
    with scope(manager) as actor:
        assert set(names(actor, text)) == wanted
        listed = selectors.visible(actor).filter(pk__in=selectors.matching(text))
        assert {customer.name for customer in listed} == wanted


def test_another_stores_customer_is_never_found(people: Store, other_store: Store) -> None:
    with scope(other_store.system) as actor:
        (found,) = selectors.search(actor, "王")
        assert selectors.visible(actor).get().pk == found.id
        assert selectors.search(actor, "单") == []


def test_a_hidden_customer_is_not_found(people: Store, store: Store, advisor: Actor, seller: Actor) -> None:
    store.register("王芳", "15499990000", by=advisor)
    with scope(seller) as actor:
        assert names(actor, "wf") == names(actor, "0000 王") == names(actor, "15499990000") == []
    with scope(advisor) as actor:
        assert names(actor, "wf") == ["王芳"]


def test_the_exact_name_comes_first(store: Store, manager: Actor) -> None:
    for name in ("王敏杰", "王敏", "王敏华"):
        store.register(name)
    with scope(manager) as actor:
        assert names(actor, "王敏")[0] == "王敏"
        assert names(actor, "wangmin")[0] == "王敏"
        assert len(selectors.search(actor, "wang", limit=2)) == 2


def test_a_surname_comes_before_what_only_begins_or_has_it_inside(store: Store, manager: Actor) -> None:
    for name in ("刘舟", "周敏", "洲际", "仲和", "周一鸣", "李洲"):
        store.register(name)
    store.register("舟山顺达物流有限公司", kind="company")
    with scope(manager) as actor:
        found = names(actor, "zhou")
        assert set(found[:3]) == {"周敏", "周一鸣", "洲际"}
        assert set(found) == {"周敏", "周一鸣", "洲际", "刘舟", "李洲", "舟山顺达物流有限公司"}
        assert set(names(actor, "zho")[:4]) == {"周敏", "周一鸣", "洲际", "仲和"}
        assert set(names(actor, "周")) == {"周敏", "周一鸣"}


def test_of_one_or_two_letters_people_come_before_plates(people: Store, store: Store, manager: Actor) -> None:
    with scope(manager) as actor:
        shan = selectors.visible(actor).get(name="单丽").pk
        rows = [(shan, "vehicle:7", token) for token in ("w12345", "wj1234")]
        search.replace(actor=actor, rows=rows)
        assert names(actor, "w") == ["王建国", "王小国", "芜湖顺达物流有限公司", "单丽"]
        assert names(actor, "wj")[0] == "王建国"
        assert names(actor, "w1") == ["单丽"]


def test_apps_add_tokens_and_say_what_matched(people: Store, manager: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_words", {})
    listing.add_match_words("vehicle", lambda actor, ids: {pk: f"皖B·{pk}" for pk in ids})
    with scope(manager) as actor:
        wang = selectors.visible(actor).get(name="王建国").pk
        rows = [(wang, "vehicle:7", token) for token in ("皖b12345", "b12345", "12345", "2345")]
        search.replace(actor=actor, rows=rows)
        assert [(f.name, f.matched) for f in selectors.search(actor, "皖B·123")] == [("王建国", "皖B·7")]
        assert names(actor, "皖B 王") == names(actor, "wang 12345") == ["王建国"]
        search.replace(actor=actor, rows=[(wang, "vehicle:7", "皖b99999")])
        assert names(actor, "皖B123") == []
        search.replace(actor=actor, rows=[], cleared=[(wang, "vehicle:7")])
        assert names(actor, "皖B999") == []
        assert names(actor, "王建国") == ["王建国"]


def test_the_tokens_in_the_table_are_those_of_the_rule(people: Store, manager: Actor) -> None:
    with scope(manager) as actor:
        wang = selectors.visible(actor).get(name="王建国")
        kept = set(SearchToken.objects.filter(customer=wang).values_list("source", "token"))
        assert kept == customer_tokens("王建国", [fingerprints.phone_print("15412345678")])
        SearchToken.objects.all().delete()
        search.refresh(actor=actor, customer_ids=[wang.pk])
        assert set(SearchToken.objects.values_list("source", "token")) == kept


def test_tokens_never_hold_a_number(people: Store, manager: Actor) -> None:
    with scope(manager):
        assert not SearchToken.objects.filter(token__contains="5678").exists()


def test_hashes_cannot_be_typed() -> None:
    tokens = {token for _source, token in customer_tokens("", [PhonePrint(b"\x01" * 16, b"\x02" * 16)])}
    assert all(token.startswith("#") for token in tokens)
    assert [term.prefix for term in read_query("#p:0101")] == ["p0101"]


def test_a_search_costs_few_queries(people: Store, manager: Actor, django_assert_max_num_queries) -> None:
    with scope(manager) as actor, django_assert_max_num_queries(5):
        selectors.search(actor, "王 5678")
