"""Two files become one, with nothing lost, and come apart again: across all areas that hold rows of customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.care.models import Due
from qibu.care.services import dues
from qibu.connect.tests import loads
from qibu.customers import merge_parts
from qibu.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    Hold,
    Merge,
    MergeChange,
    Relation,
    SearchToken,
    Tagging,
)
from qibu.customers.selectors import may_approach, search, visible
from qibu.customers.selectors import merges as merges_read
from qibu.customers.services import consents, customers, holds, merges, points, relations, tags
from qibu.customers.services.ledger import references_of_customers
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.tasks.models import Task
from qibu.tasks.services import tasks
from qibu.vehicles.models import Ownership
from qibu.vehicles.services import vehicles


@pytest.fixture
def actor(world: Any) -> Iterator[Any]:
    with scope(world.a.actor) as found:
        yield found


def person(actor: Any, name: str, *phones: str, **values: Any) -> Customer:
    return customers.register(actor=actor, values={"name": name, **values}, phones=phones)


def car(actor: Any, owner: Customer, plate: str) -> Any:
    return vehicles.register(actor=actor, owner_id=owner.pk, plate=plate, purchased_on=date(2024, 3, 1))


def merge(actor: Any, survivor: Customer, *others: Customer, **more: Any) -> Merge:
    found = merges.merge(actor=actor, survivor_id=survivor.pk, merged_ids=[o.pk for o in others], **more)
    return found[-1]


def everything() -> dict[str, list[Any]]:
    """All rows that point at customers, and the customers, as they stand; what searching keeps is told apart."""
    tables = {model._meta.db_table for model, _column in references_of_customers()} | {"customers_customer"}
    tables -= {"customers_searchtoken"}
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT to_jsonb(t.*) - 'updated_at' - 'version' FROM {table} t ORDER BY id")  # noqa: S608
            found[table] = [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT customer_id, token, source FROM customers_searchtoken ORDER BY 1, 2, 3")
        found["tokens"] = cursor.fetchall()
    return found


def well_filled(actor: Any) -> tuple[Customer, Customer]:
    ours = person(actor, "王建国", "13805531001", "13805531002", remark="喜欢喝茶", city="芜湖")
    theirs = person(
        actor, "王建囯", "13805531003", "13805531002",
        remark="周末有空", occupation="教师", birthday=date(1985, 1, 9),
    )  # fmt: skip
    for one, plate in ((ours, "皖B10001"), (theirs, "皖B10002")):
        vehicle = car(actor, one, plate)
        visits.record(actor=actor, number=f"RO-{plate}", vehicle_id=vehicle.pk, opened_on=times.today())
    tags.put(actor=actor, customer_ids=[ours.pk, theirs.pk], names=["常客"])
    tags.put(actor=actor, customer_ids=[theirs.pk], names=["钓鱼"])
    family = person(actor, "王小明")
    relations.add(actor=actor, customer_id=ours.pk, other_id=family.pk, kind="父子")
    relations.add(actor=actor, customer_id=family.pk, other_id=theirs.pk, kind="父子")
    relations.add(actor=actor, customer_id=ours.pk, other_id=theirs.pk, kind="同事")
    holds.place(actor=actor, customer_id=theirs.pk, reach="marketing", reason="太多短信")
    dues.refresh(actor=actor, vehicle_ids=Ownership.objects.values_list("vehicle_id", flat=True))
    dues.refresh_people(actor=actor, customer_ids=[ours.pk, theirs.pk])
    tasks.create_todo(
        actor=actor, title="送合格证", due_at=times.now() + timedelta(days=1), customer_id=theirs.pk
    )
    return ours, theirs


def test_every_row_of_the_other_is_the_survivors(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    before = {model: model.objects.count() for model in (Visit, Hold, Task, Ownership)}
    one = merge(actor, ours, theirs)
    assert MergeChange.objects.filter(merge=one, table="tasks_task", column="customer_id").count() == 1
    for model, column in references_of_customers():
        if model is not Customer:
            assert not model._default_manager.filter(**{column: theirs.pk}).exists(), (model, column)
    assert before == {model: model.objects.filter().count() for model in before}
    assert set(ContactPoint.objects.filter(customer=ours).values_list("masked", flat=True)) == {
        "138****1001", "138****1002", "138****1003",
    }  # fmt: skip
    assert {one.tag.name for one in Tagging.objects.filter(customer=ours)} == {"常客", "钓鱼"}
    assert ContactPoint.objects.filter(customer=ours, kind="phone", primary=True).count() == 1


def test_fields_of_ones_own_fill_what_the_survivor_leaves_empty(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    Customer.objects.filter(pk=ours.pk).update(custom={"c1": "太平猴魁"})
    Customer.objects.filter(pk=theirs.pk).update(custom={"c1": "毛峰", "c2": "靠窗"})
    one = merge(actor, ours, theirs)
    assert Customer.objects.get(pk=ours.pk).custom == {"c1": "太平猴魁", "c2": "靠窗"}
    merges.undo(actor=actor, merge_id=one.pk)
    assert Customer.objects.get(pk=ours.pk).custom == {"c1": "太平猴魁"}


def test_a_birthday_is_kept_once_by_the_one_they_became(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    merge(actor, ours, theirs)
    birthdays = Due.objects.filter(trigger="birthday", over=False)
    assert [due.customer_id for due in birthdays] == [ours.pk]
    dues.refresh_people(actor=actor, customer_ids=[ours.pk, theirs.pk])
    assert [due.customer_id for due in birthdays.all()] == [ours.pk]


def test_taken_back_at_once_everything_stands_as_before(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    before = everything()
    one = merge(actor, ours, theirs)
    assert everything() != before
    undone = merges.undo(actor=actor, merge_id=one.pk)
    assert undone.kept == []
    assert everything() == before


def test_a_second_click_changes_nothing(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    first = merge(actor, ours, theirs)
    after = everything()
    assert merge(actor, ours, theirs) == first
    merges.undo(actor=actor, merge_id=first.pk)
    apart = everything()
    merges.undo(actor=actor, merge_id=first.pk)
    assert everything() == apart != after


def test_the_merged_is_shown_nowhere_and_found_as_the_survivor(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    merge(actor, ours, theirs)
    assert not visible(actor).filter(pk=theirs.pk).exists()
    for text in ("13805531003", "10002", "王建囯"):
        assert ours.pk in [one.id for one in search(actor, text)]
    assert not SearchToken.objects.filter(customer=theirs).exists()


def test_values_are_chosen_by_the_rules_or_by_hand(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    merge(actor, ours, theirs, chosen={"name": theirs.pk})
    ours.refresh_from_db()
    assert (ours.name, ours.city, ours.occupation) == ("王建囯", "芜湖", "教师")
    assert ours.remark == "喜欢喝茶；周末有空"


def test_a_no_stays_a_no_whenever_the_other_said_yes(actor: Any) -> None:
    ours, theirs = person(actor, "李梅"), person(actor, "李梅")
    said = {"actor": actor, "purpose": "marketing"}
    consents.record(**said, customer_id=ours.pk, channel="any", state="refused")
    consents.record(**said, customer_id=theirs.pk, channel="sms", state="given", evidence="展会签名")
    one = merge(actor, ours, theirs)
    for channel in ("sms", "phone", "wechat"):
        assert may_approach([ours.pk], purpose="marketing", channel=channel) == set()
    merges.undo(actor=actor, merge_id=one.pk)
    assert may_approach([theirs.pk], purpose="marketing", channel="sms") == {theirs.pk}
    assert Consent.objects.filter(customer=ours).count() == 1


def test_a_yes_of_one_survives_where_the_other_said_nothing(actor: Any) -> None:
    ours, theirs = person(actor, "李梅"), person(actor, "李梅")
    consents.record(
        actor=actor, customer_id=theirs.pk, purpose="marketing", channel="sms", state="given", evidence="签名"
    )
    merge(actor, ours, theirs)
    assert may_approach([ours.pk], purpose="marketing", channel="sms") == {ours.pk}
    assert may_approach([ours.pk], purpose="marketing", channel="phone") == set()


def test_what_was_changed_since_stays_and_is_listed(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    one = merge(actor, ours, theirs)
    ours.refresh_from_db()
    customers.change(
        actor=actor, customer_id=ours.pk, version=ours.version, values={"occupation": "医生"}, seen={}
    )
    undone = merges.undo(actor=actor, merge_id=one.pk)
    assert [(each["column"], each["was"]) for each in undone.kept] == [("occupation", "")]
    ours.refresh_from_db()
    assert (ours.occupation, ours.remark) == ("医生", "喜欢喝茶")
    assert merges.put_back(actor=actor, merge_id=one.pk, lines=["occupation"]) == 1
    ours.refresh_from_db()
    assert ours.occupation == ""


def test_after_weeks_a_car_takes_its_visits_and_open_work_along(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    mine, his = (Ownership.objects.get(customer=who).vehicle for who in (ours, theirs))
    one = merge(actor, ours, theirs)
    for number, vehicle in (("RO-X1", mine), ("RO-X2", his)):
        visits.record(actor=actor, number=number, vehicle_id=vehicle.pk, opened_on=times.today())
    due = times.now() + timedelta(days=2)
    about_car = tasks.create_todo(
        actor=actor, title="配件到了", due_at=due, customer_id=ours.pk, vehicle_id=his.pk
    )
    general = tasks.create_todo(actor=actor, title="寄发票", due_at=due, customer_id=ours.pk)
    new_point = points.add(actor=actor, customer_id=ours.pk, kind="phone", value="13805531009")
    new_car = car(actor, ours, "皖B10003")
    merges.undo(actor=actor, merge_id=one.pk)
    assert Visit.objects.get(number="RO-X1").customer_id == ours.pk
    assert Visit.objects.get(number="RO-X2").customer_id == theirs.pk
    about_car.refresh_from_db(), general.refresh_from_db(), new_point.refresh_from_db()
    assert (about_car.customer_id, general.customer_id, new_point.customer_id) == (
        theirs.pk,
        ours.pk,
        ours.pk,
    )
    assert Ownership.objects.get(vehicle=new_car).customer_id == ours.pk
    assert theirs.pk in [one.id for one in search(actor, "10002")]
    assert ours.pk not in [one.id for one in search(actor, "10002")]


def test_a_no_said_while_they_were_one_holds_for_both(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    one = merge(actor, ours, theirs)
    holds.place(actor=actor, customer_id=ours.pk, reach="everything", reason="请勿打扰")
    merges.undo(actor=actor, merge_id=one.pk)
    for who in (ours, theirs):
        assert Hold.objects.filter(customer=who, reach="everything", lifted_at__isnull=True).count() == 1


def test_a_tag_removed_meanwhile_does_not_come_back(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    one = merge(actor, ours, theirs)
    tags.discard(actor=actor, tag_id=Tagging.objects.get(customer=ours, tag__name="常客").tag_id)
    merges.undo(actor=actor, merge_id=one.pk)
    assert {row.tag.name for row in Tagging.objects.filter(customer=theirs)} == {"钓鱼"}


def test_a_later_merge_is_taken_back_first(actor: Any) -> None:
    a, b, c = (person(actor, name, f"1380553200{n}") for n, name in enumerate(("甲一", "乙二", "丙三")))
    before = everything()
    first, second = merge(actor, a, b), merge(actor, c, a)
    assert Customer.objects.get(pk=b.pk).merged_into_id == c.pk
    with pytest.raises(merges.LaterFirst) as refused:
        merges.undo(actor=actor, merge_id=first.pk)
    assert refused.value.later == second
    merges.undo(actor=actor, merge_id=second.pk)
    assert Customer.objects.get(pk=b.pk).merged_into_id == a.pk
    merges.undo(actor=actor, merge_id=first.pk)
    assert everything() == before


def test_entries_are_read_with_the_survivor_and_never_rewritten(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    numbers = list(Entry.objects.filter(customer_id=theirs.pk).values_list("pk", flat=True))
    one = merge(actor, ours, theirs)
    assert list(Entry.objects.filter(customer_id=theirs.pk).values_list("pk", flat=True)) == numbers
    from qibu.customers.selectors.customers import told_as

    assert set(told_as(ours.pk).values_list("pk", flat=True)) == {ours.pk, theirs.pk}
    merges.undo(actor=actor, merge_id=one.pk)
    assert set(told_as(ours.pk).values_list("pk", flat=True)) == {ours.pk}
    assert Relation.objects.filter(customer=ours, other=theirs).exists()


def test_a_merged_address_leads_to_the_survivor(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        ours, theirs = well_filled(actor)
        merge(actor, ours, theirs)
    for tail in ("", "edit/", "?tab=file"):
        answer = client.get(f"/customers/{theirs.pk}/{tail}")
        assert (answer.status_code, answer["Location"]) == (302, f"/customers/{ours.pk}/{tail}")


def test_the_page_merges_and_its_toast_takes_it_back(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        ours, theirs = well_filled(actor)
    address = f"/customers/{ours.pk}/merge/?with={theirs.pk}"
    page = client.get(address).content.decode()
    assert "喜欢喝茶；周末有空" in page and "138****1003" in page and "13805531003" not in page
    sent = {"survivor": theirs.pk, "file": [ours.pk, theirs.pk], "line-name": ours.pk, "line-remark": "both"}
    answer = client.post(address, sent)
    assert answer["Location"] == f"/customers/{theirs.pk}/"
    assert client.post(address, sent).status_code == 302  # a second click
    with scope(world.a.actor):
        theirs.refresh_from_db()
        assert theirs.name == "王建国"
        one = Merge.objects.get(survivor=theirs)
    record = client.get(f"/customers/merges/{one.pk}/").content.decode()
    assert "王建国 合并到 王建国" in record and "撤销合并" in record
    assert client.post(f"/customers/merges/{one.pk}/undo/").status_code == 302
    assert client.get(f"/customers/{ours.pk}/").status_code == 200


def test_a_page_opened_before_a_colleague_changed_a_file_is_shown_again(world: Any) -> None:
    client = world.a.manager.client()
    with scope(world.a.actor) as actor:
        ours, theirs = well_filled(actor)
        tags.put(actor=actor, customer_ids=[theirs.pk], names=["新标签"])
    versions = [f"{ours.pk}:{ours.version}", f"{theirs.pk}:{theirs.version}"]
    sent = {"survivor": ours.pk, "file": [ours.pk, theirs.pk], "version": versions}
    answer = client.post(f"/customers/{ours.pk}/merge/?with={theirs.pk}", sent)
    assert answer.status_code == 422 and "刚被同事改过" in answer.content.decode()


def test_whoever_may_not_see_one_of_them_may_not_merge(world: Any) -> None:
    seller = world.a.people[Role.SALES_CONSULTANT]
    with scope(world.a.actor) as actor:
        ours = person(actor, "公共客户")
        hidden = Customer.objects.get(pk=world.a.ids["other_customer"])
    assert seller.client().get(f"/customers/{ours.pk}/merge/?with={hidden.pk}").status_code == 404
    with scope(seller.actor) as actor, pytest.raises(Http404):
        merge(actor, ours, hidden)


def test_while_a_sheet_is_loaded_nothing_is_merged(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(actor: Any, customer_ids: list[int]) -> None:
        raise merge_parts.Busy("店里正在导入")

    monkeypatch.setitem(merge_parts.PARTS.locks, "connect.loads", busy)
    with scope(world.a.actor) as actor:
        ours, theirs = well_filled(actor)
    answer = world.a.manager.client().post(
        f"/customers/{ours.pk}/merge/?with={theirs.pk}", {"survivor": ours.pk}
    )
    assert answer.status_code == 422 and "店里正在导入" in answer.content.decode()
    with scope(world.a.actor):
        assert not Merge.objects.filter(survivor=ours).exists()


def test_the_next_weekly_sheet_finds_the_survivor(db: None) -> None:
    """Both rows of the old list come again: nobody new, and what was chosen stays."""
    store = loads.store()
    twin = ("王建囯", "13955300002", loads.VIN2, *loads.WANG[3:])
    sheet = loads.owners(("王建国", "13955300007", *loads.LI[2:]), twin)
    loads.load(store, sheet)
    with scope(store) as actor:
        ours, theirs = (Customer.objects.get(name=name) for name in ("王建国", "王建囯"))
        merge(actor, ours, theirs, chosen={"name": ours.pk})
    for _week in range(2):
        again = loads.load(store, sheet)
        assert again.counts["customers_created"] == 0
        with scope(store) as actor:
            assert [(one.pk, one.name) for one in visible(actor)] == [(ours.pk, "王建国")]
            assert Ownership.objects.filter(customer=ours, until__isnull=True).count() == 2
            assert not ContactPoint.objects.exclude(customer=ours).exists()


def page_of(world: Any, *files: Customer) -> tuple[Any, str]:
    first, *others = files
    return world.a.manager.client(), f"/customers/{first.pk}/merge/?" + "&".join(f"with={one.pk}" for one in others)


def test_plainly_different_people_need_a_second_word(world: Any) -> None:
    with scope(world.a.actor) as actor:
        ours = person(actor, "王建国", gender="male", birthday=date(1980, 3, 1))
        theirs = person(actor, "李敏", gender="female", birthday=date(1991, 7, 9))
    client, address = page_of(world, ours, theirs)
    page = client.get(address).content.decode()
    assert "看着不是同一位" in page and 'name="sure"' in page
    sent = {"survivor": theirs.pk, "file": [ours.pk, theirs.pk], "line-name": str(theirs.pk)}
    refused = client.post(address, sent)
    assert refused.status_code == 422 and "勾上" in refused.content.decode()
    found = refused.context["found"]
    assert found.survivor_id == theirs.pk
    chosen = {row.line: cell.customer_id for row in found.rows for cell in row.cells if cell.chosen}
    assert chosen["name"] == theirs.pk
    assert refused.content.decode().count("mg-odd") == len(found.clashes) == 3
    with scope(world.a.actor):
        assert not Customer.objects.filter(pk=ours.pk, merged_into=theirs).exists()
    assert client.post(address, {**sent, "sure": "1"}).status_code == 302
    with scope(world.a.actor):
        assert Customer.objects.filter(pk=ours.pk, merged_into=theirs).exists()


def test_files_that_contradict_nothing_merge_with_one_word(world: Any) -> None:
    with scope(world.a.actor) as actor:
        ours = person(actor, "王建国", birthday=date(1980, 3, 1))
        theirs = person(actor, "王先生", birthday=date(1980, 1, 15), birthday_lunar=True, gender="male")
    client, address = page_of(world, ours, theirs)
    assert "看着不是同一位" not in client.get(address).content.decode()
    assert client.post(address, {"survivor": ours.pk, "file": [ours.pk, theirs.pk]}).status_code == 302


@pytest.mark.parametrize("touched", [0, 1])
def test_who_somebody_is_comes_from_one_file_whichever_was_touched_last(actor: Any, touched: int) -> None:
    fuller = person(actor, "王建国", gender="male", birthday=date(1980, 3, 1))
    barer = person(actor, "李敏", gender="female", city="芜湖市")
    Customer.objects.filter(pk=(fuller, barer)[touched].pk).update(updated_at=times.now() + timedelta(hours=1))
    for files in ((fuller, barer), (barer, fuller)):
        found = merges_read.compare(actor, [one.pk for one in files])
        chosen = {row.line: cell.customer_id for row in found.rows for cell in row.cells if cell.chosen}
        assert {chosen[line] for line in ("name", "gender", "birthday", "kind")} == {fuller.pk}


def test_beside_each_other_the_files_show_cars_visits_and_open_work(actor: Any) -> None:
    ours, theirs = well_filled(actor)
    told = {str(label): sides for label, sides in merges_read.compare(actor, [ours.pk, theirs.pk]).evidence}
    assert [len(side) for side in told["车辆"]] == [1, 1] and "10002" in told["车辆"][1][0]
    assert "送合格证" in told["没做完的事"][1]


def test_the_record_tells_whole_addresses(actor: Any) -> None:
    where = {"province": "安徽省", "city": "芜湖市"}
    ours = person(actor, "王建国", **where, district="南陵县", address="籍山镇 3 号")
    theirs = person(actor, "王建国", **where, district="弋江区")
    one = merge(actor, ours, theirs, chosen={"city": theirs.pk})
    value = next(each for each in merges_read.record_of(actor, one).values if each.line == "city")
    assert (value.was, value.now) == ("安徽省 芜湖市 南陵县 籍山镇 3 号", "安徽省 芜湖市 弋江区")
