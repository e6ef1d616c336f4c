"""Fields that a store added, and tags, come with its sheets as its other columns do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qibu.connect import selectors
from qibu.connect.mapping import Mapping, guess
from qibu.connect.models import Difference, Import
from qibu.connect.services import imports, undo
from qibu.connect.tests.loads import OWNER_HEADS, VIN, VIN2, State, begin, drop_temporary, sheet, step, store
from qibu.customers.models import Customer, Tag, Tagging
from qibu.customers.services import customers, tags
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.services import custom_fields
from qibu.network.services.custom_fields import Draft
from qibu.vehicles.models import Vehicle

pytestmark = pytest.mark.django_db
HEADS = (*OWNER_HEADS, "车友会", "家里几口人", "装潢套餐", "客户标签")
LI = ("李敏", "13955300001", VIN, "皖B12345", "瑞虎8", "2022-03-12", "中山路 1 号", "", "", "")
WANG = ("王建国", "13955300002", VIN2, "皖B54321", "艾瑞泽5", "2020-05-01", "", "", "", "")
CLUB = Draft(
    "车友会", "Club", kind="choice",
    options=({"label": "长江骑士", "label_en": "Yangtze Riders"}, {"label": "周末营地", "label_en": ""}),
)  # fmt: skip


class Shop:
    def __init__(self) -> None:
        self.actor: Actor = store()
        with scope(self.actor):
            self.club = self._define("customer", CLUB)
            self.family = self._define("customer", Draft("家里几口人", kind="number"))
            self.trim = self._define("vehicle", Draft("装潢套餐", kind="text"))

    def _define(self, record: str, draft: Draft) -> Any:
        return custom_fields.define(actor=self.actor, record=record, draft=draft)

    def load(self, *rows: Any) -> Import:
        one = begin(self.actor, sheet(HEADS, *rows))
        one = step(self.actor, one, State.READING)
        with scope(self.actor):
            imports.understand(actor=self.actor, import_id=one.pk, mapping=Mapping.from_json(one.mapping))
        return step(self.actor, one, State.LOADING)

    def undo(self, one: Import) -> None:
        with scope(self.actor):
            undo.undo(actor=self.actor, import_id=one.pk)
        drop_temporary()

    def customer(self, name: str) -> Customer:
        with scope(self.actor):
            return Customer.objects.get(name=name)

    def words(self, name: str) -> dict[str, str]:
        """What a customer's own fields say, by their labels."""
        labels = {self.club.code: "车友会", self.family.code: "家里几口人"}
        return {labels[code]: value for code, value in self.customer(name).custom.items()}

    def tags(self, name: str) -> set[str]:
        with scope(self.actor):
            return set(Tagging.objects.filter(customer__name=name).values_list("tag__name", flat=True))

    def edit(self, name: str, **values: str) -> None:
        one = self.customer(name)
        with scope(self.actor):
            new = {f"custom.{getattr(self, field).code}": value for field, value in values.items()}
            seen = {name: one.custom.get(name.removeprefix("custom."), "") for name in new}
            customers.change(actor=self.actor, customer_id=one.pk, version=one.version, values=new, seen=seen)

    def key(self, label: str) -> str:
        return next(one["key"] for one in self.club.options if one["label"] == label)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_heading_that_says_what_the_field_is_called_means_it(shop: Shop) -> None:
    one = step(shop.actor, begin(shop.actor, sheet(HEADS, (*LI, "长江骑士", "3", "", ""))), State.READING)
    targets = Mapping.from_json(one.mapping).targets
    own = {f"custom.{shop.club.code}", f"custom.{shop.family.code}", f"vehicle.custom.{shop.trim.code}"}
    assert own | {"tags"} <= set(targets)
    with scope(shop.actor):
        assert ("车友会", f"custom.{shop.club.code}") in [
            (label, key) for key, label in selectors.choices(Mapping.from_json(one.mapping))
        ]


def test_the_english_name_is_understood_too() -> None:
    found = guess([["姓名", "手机", "Club"], ["李敏", "13955300001", "x"]], own={"custom.c": ("车友会", "Club")})
    assert found.targets["custom.c"] == 2


def test_a_known_word_that_is_no_own_field_stays_what_it_was() -> None:
    found = guess([["姓名", "手机", "来源"], ["李敏", "13955300001", "展厅"]], own={"custom.c": ("车友会",)})
    assert found.targets["source"] == 2


def test_values_are_read_as_the_form_reads_them(shop: Shop) -> None:
    shop.load((*LI, "长江骑士", "3.0", "星空顶", "老客户、爱钓鱼"), (*WANG, "Yangtze Riders", "", "", ""))
    assert shop.words("李敏") == {"车友会": shop.key("长江骑士"), "家里几口人": "3"}
    assert shop.words("王建国") == {"车友会": shop.key("长江骑士")}
    assert shop.tags("李敏") == {"老客户", "爱钓鱼"}
    with scope(shop.actor):
        assert Vehicle.objects.get(vin=VIN).custom == {shop.trim.code: "星空顶"}


def test_what_is_no_value_of_the_field_is_named_and_the_row_loads(shop: Shop) -> None:
    one = shop.load((*LI, "深海潜水", "很多", "", ""))
    assert shop.words("李敏") == {}
    assert one.counts["codes"]["warn"]["own_unreadable"] == 2
    said = [shown.sentence for shown in selectors.problems(one).rows]
    assert any("车友会「深海潜水」：选项里没有它" in sentence for sentence in said)
    assert any("家里几口人「很多」：这里要填数字" in sentence for sentence in said)


def test_the_same_sheet_twice_changes_nothing(shop: Shop) -> None:
    rows = ((*LI, "长江骑士", "3", "星空顶", "老客户"), (*WANG, "周末营地", "2", "", "老客户"))
    shop.load(*rows)
    before = shop.customer("李敏")
    again = shop.load(*rows)
    assert shop.customer("李敏").version == before.version
    assert (again.counts["differences"], shop.tags("李敏")) == (0, {"老客户"})


def test_a_newer_sheet_corrects_and_a_hand_edit_stays(shop: Shop) -> None:
    shop.load((*LI, "长江骑士", "3", "星空顶", ""))
    shop.edit("李敏", family="4")
    one = shop.load((*LI, "周末营地", "5", "脚垫", ""))
    assert shop.words("李敏") == {"车友会": shop.key("周末营地"), "家里几口人": "4"}
    with scope(shop.actor):
        assert Vehicle.objects.get(vin=VIN).custom == {shop.trim.code: "脚垫"}
        listed = [(row.field, row.ours, row.theirs) for row in selectors.differences(shop.actor, one)]
        assert listed == [("家里几口人", "4", "5")]
        assert Difference.objects.filter(source_id=one.pk).count() == 1


def test_the_journal_calls_the_field_by_its_name(shop: Shop) -> None:
    shop.load((*LI, "长江骑士", "", "", ""))
    shop.load((*LI, "周末营地", "", "", ""))
    with scope(shop.actor):
        told = Entry.objects.filter(type="customers.CustomerChanged").latest("id")
        assert told.data["changes"] == ["custom.车友会"]


def test_undo_of_the_newer_sheet_brings_the_older_values_back(shop: Shop) -> None:
    shop.load((*LI, "长江骑士", "3", "星空顶", "老客户"))
    newer = shop.load((*LI, "周末营地", "", "脚垫", "爱钓鱼"))
    assert shop.tags("李敏") == {"老客户", "爱钓鱼"}
    shop.undo(newer)
    assert shop.words("李敏") == {"车友会": shop.key("长江骑士"), "家里几口人": "3"}
    assert shop.tags("李敏") == {"老客户"}
    with scope(shop.actor):
        assert Vehicle.objects.get(vin=VIN).custom == {shop.trim.code: "星空顶"}
        assert not Tag.objects.filter(name="爱钓鱼").exists()


def test_undo_of_a_field_that_was_empty_takes_it_out(shop: Shop) -> None:
    shop.load((*LI, "", "3", "", ""))
    shop.undo(shop.load((*LI, "周末营地", "3", "", "")))
    assert shop.words("李敏") == {"家里几口人": "3"}


def test_undo_leaves_what_was_changed_by_hand_since(shop: Shop) -> None:
    shop.load((*LI, "长江骑士", "3", "", ""))
    newer = shop.load((*LI, "周末营地", "4", "", ""))
    shop.edit("李敏", family="9")
    shop.undo(newer)
    assert shop.words("李敏") == {"车友会": shop.key("长江骑士"), "家里几口人": "9"}


def test_undo_of_the_first_load_leaves_nothing(shop: Shop) -> None:
    shop.undo(shop.load((*LI, "长江骑士", "3", "星空顶", "老客户")))
    with scope(shop.actor):
        assert (Customer.objects.count(), Tagging.objects.count(), Tag.objects.count()) == (0, 0, 0)


def test_a_tag_that_others_carry_stays_a_word(shop: Shop) -> None:
    first = shop.load((*LI, "", "", "", "老客户"))
    shop.load((*WANG, "", "", "", ""))
    with scope(shop.actor):
        tags.put(actor=shop.actor, customer_ids=[shop.customer("王建国").pk], names=["老客户"])
    shop.undo(first)
    assert shop.tags("王建国") == {"老客户"}


def test_a_customer_tagged_by_hand_is_not_taken_away(shop: Shop) -> None:
    one = shop.load((*LI, "", "", "", ""))
    with scope(shop.actor):
        tags.put(actor=shop.actor, customer_ids=[shop.customer("李敏").pk], names=["别打扰"])
    shop.undo(one)
    assert shop.tags("李敏") == {"别打扰"}


def test_a_field_switched_off_after_reading_is_left_out(shop: Shop) -> None:
    one = step(shop.actor, begin(shop.actor, sheet(HEADS, (*LI, "长江骑士", "3", "", ""))), State.READING)
    with scope(shop.actor):
        type(shop.club).objects.filter(pk=shop.club.pk).update(active=False)
        imports.understand(actor=shop.actor, import_id=one.pk, mapping=Mapping.from_json(one.mapping))
    step(shop.actor, one, State.LOADING)
    assert shop.words("李敏") == {"家里几口人": "3"}


def test_another_stores_fields_mean_nothing_here(shop: Shop) -> None:
    other = store("WH02")
    one = step(other, begin(other, sheet(HEADS, (*LI, "长江骑士", "3", "", ""))), State.READING)
    assert not [target for target in Mapping.from_json(one.mapping).targets if "custom." in target]
    assert json.loads(json.dumps(one.mapping))["own"] == {}
