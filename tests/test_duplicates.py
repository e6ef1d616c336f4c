"""疑似重复: found by what changed, judged by people, worked through one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qibu.customers.models import Customer, Duplicate, Relation
from qibu.customers.rules.sameness import Alike, Named, alike, verdict
from qibu.customers.selectors import pairs
from qibu.customers.services import customers, duplicates, merges, relations
from qibu.kernel import relay
from qibu.kernel.scoping import scope
from qibu.vehicles.services import transfers, vehicles


@pytest.fixture
def actor(world: Any) -> Iterator[Any]:
    with scope(world.a.actor) as found:
        Duplicate.objects.all().delete()
        yield found


def person(actor: Any, name: str, *phones: str, **values: Any) -> Customer:
    return customers.register(actor=actor, values={"name": name, **values}, phones=phones)


def look(actor: Any, *found: Customer) -> list[tuple[int, int, list[str], int, bool]]:
    duplicates.refresh(actor=actor, customer_ids=[one.pk for one in found])
    rows = pairs.open_pairs(actor).order_by("first", "second")
    return list(rows.values_list("first_id", "second_id", "signs", "strength", "related"))


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("王建国", "王建国", Alike.SAME),
        ("王建国", "王建囯", Alike.ALIKE),
        ("王國強", "王国强", Alike.ALIKE),
        ("刘志伟", "刘志玮", Alike.ALIKE),
        ("王先生", "王建国", Alike.UNSAID),
        ("", "王建国", Alike.UNSAID),
        ("王强", "王刚", Alike.DIFFERENT),
        ("李敏", "王建国", Alike.DIFFERENT),
    ],
)
def test_how_alike_names_are(one: str, other: str, level: Alike) -> None:
    assert alike(Named(one, "person"), Named(other, "person")) == level
    assert alike(Named(other, "person"), Named(one, "person")) == level


def test_firms_are_the_same_with_and_without_their_legal_form() -> None:
    short, long = Named("芜湖远大物流", "company"), Named("芜湖远大物流有限公司", "company")
    assert alike(short, long) == Alike.SAME
    assert alike(long, Named("芜湖远大物流有限公司城南分公司", "company")) == Alike.ALIKE


def test_a_shared_number_of_other_people_proposes_a_relation() -> None:
    family = verdict(Named("王建国", "person"), Named("李敏", "person"), {"phone"})
    assert family and (family.strength, family.related) == (1, True)
    assert verdict(Named("王建国", "person"), Named("李敏", "person"), {"car", "birthday"}) is None


def test_each_sign_finds_its_pair(actor: Any) -> None:
    born = {"birthday": date(1985, 4, 3), "city": "芜湖"}
    a, b = person(actor, "赵一鸣", "13700001001"), person(actor, "赵一名", "13700001001")
    c, d = person(actor, "孙立人", **born), person(actor, "孙立人", **born)
    e, f = person(actor, "钱多多"), person(actor, "钱多多")
    firm = person(actor, "芜湖远大物流有限公司", kind="company")
    for one in (e, f):
        relations.add(actor=actor, customer_id=one.pk, other_id=firm.pk, kind="员工")
    g, h = person(actor, "周大福"), person(actor, "周大福")
    for one, vin in ((g, "LVVDB11B8MD001323"), (h, "LVVDC21B8LD001212")):
        vehicles.register(actor=actor, owner_id=one.pk, plate="皖B77777", vin=vin)
    found = {(x, y): (signs, strength) for x, y, signs, strength, _r in look(actor, a, c, e, g)}
    assert found == {
        (a.pk, b.pk): (["phone", "alike"], 3), (c.pk, d.pk): (["birthday", "name"], 2),
        (e.pk, f.pk): (["firm", "name"], 2), (g.pk, h.pk): (["car", "name"], 3),
    }  # fmt: skip


def test_a_car_sold_on_makes_no_pair(actor: Any) -> None:
    a, b = person(actor, "赵一鸣"), person(actor, "李敏")
    car = vehicles.register(actor=actor, owner_id=a.pk, plate="皖B77778")
    transfers.transfer(
        actor=actor, vehicle_id=car.pk, version=car.version, new_owner_id=b.pk, on=date(2026, 1, 2)
    )
    assert look(actor, a, b) == []


def test_a_pair_goes_with_its_reason(actor: Any) -> None:
    born = {"birthday": date(1985, 4, 3), "city": "芜湖"}
    a, b = person(actor, "孙立人", **born), person(actor, "孙立人", **born)
    assert len(look(actor, a)) == 1
    values = {"birthday": date(1985, 4, 4)}
    customers.change(actor=actor, customer_id=b.pk, version=b.version, values=values, seen={})
    assert look(actor, b) == []


def test_not_a_duplicate_is_remembered_also_after_a_merge(actor: Any) -> None:
    a, b, c = (person(actor, "赵一鸣", "13700001001") for _n in range(3))
    look(actor, a, b, c)
    duplicates.judge(actor=actor, duplicate_id=pairs.between(actor, b.pk, c.pk).pk, state="different")
    merges.merge(actor=actor, survivor_id=a.pk, merged_ids=[b.pk])
    assert look(actor, a, b, c) == []


def test_a_family_is_related_with_one_key(actor: Any) -> None:
    a, b = person(actor, "王建国", "13700001001"), person(actor, "李敏", "13700001001")
    look(actor, a)
    pair = pairs.between(actor, a.pk, b.pk)
    duplicates.judge(actor=actor, duplicate_id=pair.pk, state="related", kind="夫妻")
    assert Relation.objects.get(customer=a, other=b).kind == "夫妻"
    assert look(actor, a, b) == []


def test_a_verdict_is_taken_back_with_the_relation_that_came_with_it(actor: Any) -> None:
    a, b = person(actor, "王建国", "13700001001"), person(actor, "李敏", "13700001001")
    relations.add(actor=actor, customer_id=a.pk, other_id=b.pk, kind="同事")
    look(actor, a)
    number = pairs.between(actor, a.pk, b.pk).pk
    duplicates.judge(actor=actor, duplicate_id=number, state="related", kind="夫妻")
    duplicates.judge(actor=actor, duplicate_id=number, state="open")
    assert [one.kind for one in Relation.objects.filter(customer=a)] == ["同事"]
    duplicates.judge(actor=actor, duplicate_id=number, state="related", kind="同事")
    duplicates.judge(actor=actor, duplicate_id=number, state="open")
    assert [one.kind for one in Relation.objects.filter(customer=a)] == ["同事"]
    assert look(actor, a)[0][:2] == (a.pk, b.pk)


def test_what_was_decided_is_listed_and_put_back(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        Duplicate.objects.all().delete()
        a, b = person(actor, "赵一鸣", "13700001001"), person(actor, "赵一鸣", "13700001001")
        look(actor, a)
        number = pairs.between(actor, a.pk, b.pk).pk
    answer = client.post(f"/customers/duplicates/{number}/", {"verdict": "different"}, follow=True)
    assert f'action="/customers/duplicates/{number}/undo/"' in answer.content.decode()
    page = client.get("/customers/duplicates/?decided=1").content.decode()
    assert "赵一鸣" in page and "不是同一位" in page and world.a.manager.actor.name in page
    client.post(f"/customers/duplicates/{number}/", {"verdict": "open"})
    assert "还没有判断过的" in client.get("/customers/duplicates/?decided=1").content.decode()
    client.post(f"/customers/duplicates/{number}/", {"verdict": "different"})
    again = client.post(f"/customers/duplicates/{number}/undo/")
    assert again["Location"].startswith(f"/customers/{a.pk}/merge/?with={b.pk}")
    with scope(world.a.actor) as actor:
        assert pairs.between(actor, a.pk, b.pk).state == "open"


def test_a_switchboards_number_makes_no_pairs(actor: Any) -> None:
    found = [person(actor, "赵一鸣", "13700001001") for _n in range(14)]
    assert look(actor, found[0]) == []


def test_looking_costs_the_same_for_many_as_for_few(actor: Any) -> None:
    few = [person(actor, f"客户{n}", f"1370000{n:04}") for n in range(3)]
    many = [person(actor, f"客户{n}", f"1370001{n:04}") for n in range(40)]
    counts = []
    for wanted in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            duplicates.refresh(actor=actor, customer_ids=[one.pk for one in wanted])
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_pages_lead_from_pair_to_pair(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        Duplicate.objects.all().delete()
        a, b = person(actor, "赵一鸣", "13700001001"), person(actor, "赵一鸣", "13700001001")
        c, d = person(actor, "孙立人", "13700001002"), person(actor, "孙立人", "13700001002")
        look(actor, a, c)
    page = client.get("/customers/duplicates/").content.decode()
    assert "赵一鸣" in page and "电话相同" in page and "13700001001" not in page
    assert (
        f'可能和 <a class="link" href="/customers/{b.pk}/"'
        in client.get(f"/customers/{a.pk}/").content.decode()
    )
    first = client.get("/customers/duplicates/next/")["Location"]
    assert first.startswith(f"/customers/{a.pk}/merge/?with={b.pk}")
    shown = client.get(first).content.decode()
    assert "不是同一位" in shown and "下一对" in shown
    onward = client.post(
        first, {"survivor": a.pk, "file": [a.pk, b.pk], "next": client.get(first).context["next"]}
    )
    second = client.get(onward["Location"])["Location"]
    assert second.startswith(f"/customers/{c.pk}/merge/?with={d.pk}")
    with scope(world.a.actor) as actor:
        pair = pairs.between(actor, c.pk, d.pk)
    client.post(f"/customers/duplicates/{pair.pk}/", {"verdict": "different"})
    assert (
        client.get("/customers/duplicates/next/?strength=3")["Location"]
        == "/customers/duplicates/?strength=3"
    )
    assert "没有疑似重复" in client.get("/customers/duplicates/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_journal_keeps_the_pairs_in_step() -> None:
    from qibu.customers.tests.conftest import open_store

    store = open_store("here")
    store.register("赵一鸣", "13700001001")
    store.register("赵一鸣", "13700001001")
    relay.catch_up(store.system)
    with scope(store.system):
        assert Duplicate.objects.get().signs == ["phone", "name"]
