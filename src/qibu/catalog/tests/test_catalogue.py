"""What is sold and reckoned by: said here, inherited, taken back, taken over from a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from qibu.catalog import selectors
from qibu.catalog.forms import TableForm
from qibu.catalog.models import CarModel, Extra, RateTable
from qibu.catalog.rules.tables import TABLES, Fault, Wrong, faults
from qibu.catalog.services import cars, content, saying, tables
from qibu.catalog.services.cars import Taken
from qibu.catalog.services.saying import CodeTaken
from qibu.catalog.services.tables import Broken
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.meanwhile import Disputed
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

pytestmark = pytest.mark.django_db
CAR = {
    "brand": "星辰", "series": "追光", "name": "Pro", "year": 2026, "energy": "petrol", "seats": 5,
    "displacement": 1498, "electric_range": None, "price": Decimal(159_800), "on_sale": True,
}  # fmt: skip


@pytest.fixture
def maker() -> Organisation:
    return Organisation.objects.create(code="XC", name="星辰汽车", kind="manufacturer")


@pytest.fixture
def here(maker: Organisation) -> Iterator[Actor]:
    with scope(actors.system(maker)) as above:
        saying.add(actor=above, kind=saying.CAR, code="zg", values=CAR)
    store = Organisation.objects.create(code="S1", name="S1", kind="dealer", parent=maker)
    with scope(actors.system(store)) as actor:
        yield actor


def test_a_store_changes_what_it_inherits_and_takes_it_back(here: Actor) -> None:
    values = {**CAR, "price": Decimal(155_800)}
    saying.change(actor=here, kind=saying.CAR, code="zg", values=values, seen={"price": "159800.00"})
    found = selectors.resolved(here)["zg"]
    assert (found.own, found.overrides, found.row.price, found.row.name) == (True, True, Decimal(155_800), "Pro")
    saying.inherit_again(actor=here, kind=saying.CAR, code="zg")
    assert not selectors.resolved(here)["zg"].own
    told = [entry.data["changes"] for entry in Entry.objects.filter(type="catalog.CatalogueChanged").order_by("pk")]
    assert told[-2:] == [["price"], ["inherited"]]


def test_saying_the_same_again_makes_no_word_of_ones_own(here: Actor) -> None:
    saying.change(actor=here, kind=saying.CAR, code="zg", values=CAR)
    assert not selectors.resolved(here)["zg"].own


def test_two_who_change_the_same_price_are_told(here: Actor) -> None:
    saying.change(actor=here, kind=saying.CAR, code="zg", values={**CAR, "price": Decimal(150_000)})
    with pytest.raises(Disputed) as disputed:
        values = {**CAR, "price": Decimal(149_000)}
        saying.change(actor=here, kind=saying.CAR, code="zg", values=values, seen={"price": "159800.00"})
    assert disputed.value.theirs == {"price": Decimal(150_000)}


def test_a_code_is_given_once(here: Actor) -> None:
    with pytest.raises(CodeTaken):
        saying.add(actor=here, kind=saying.CAR, code="zg", values=CAR)


def test_a_price_list_is_taken_over_and_a_second_load_changes_nothing(here: Actor) -> None:
    listed: dict[str, dict[str, Any]] = {
        "zg": {**CAR, "price": Decimal(157_800)}, "yh": {**CAR, "series": "远航"}, "same": CAR,
    }  # fmt: skip
    saying.add(actor=here, kind=saying.CAR, code="same", values=CAR)
    assert cars.take_list(actor=here, cars=listed, name="价格表.xlsx") == Taken(new=1, changed=1, same=1)
    assert cars.take_list(actor=here, cars=listed, name="价格表.xlsx") == Taken(new=0, changed=0, same=3)
    assert selectors.resolved(here)["zg"].row.price == Decimal(157_800)
    assert Entry.objects.filter(type="catalog.PricesTaken").count() == 1


def test_a_list_that_names_a_price_alone_leaves_the_rest_of_a_car(here: Actor) -> None:
    cars.take_list(actor=here, cars={"zg": {"price": Decimal(149_800)}})
    row = selectors.resolved(here)["zg"].row
    assert (row.price, row.series, row.displacement) == (Decimal(149_800), "追光", 1498)
    assert CarModel.objects.filter(code="zg").count() == 2


def test_only_who_manages_says_what_is_sold(here: Actor) -> None:
    seller = Actor(organisation_id=here.organisation_id)
    for act in (
        lambda: saying.change(actor=seller, kind=saying.CAR, code="zg", values=CAR),
        lambda: saying.add(actor=seller, kind=saying.EXTRA, code="x", values={}),
        lambda: tables.change(actor=seller, code="vessel", rows=[]),
    ):
        with pytest.raises(PermissionRefused):
            act()


def test_extras_without_a_price_are_not_offered_until_a_store_gives_one(here: Actor) -> None:
    assert {one.code for one in selectors.extras(here)} == {"plates"}
    saying.change(actor=here, kind=saying.EXTRA, code="film", values={"price": Decimal(2680)})
    film = next(one for one in selectors.extras(here) if one.code == "film")
    assert (film.name, film.kind, film.organisation_id) == ("全车隔热膜", "accessory", here.organisation_id)
    saying.inherit_again(actor=here, kind=saying.EXTRA, code="film")
    assert not Extra.objects.filter(organisation_id=here.organisation_id).exists()


def test_a_table_is_said_as_a_whole_and_taken_back(here: Actor) -> None:
    shipped = selectors.tables(here)["vessel"]
    raised = [{**row, "yearly": str(Decimal(row["yearly"]) * 2)} for row in shipped]
    tables.change(actor=here, code="vessel", rows=raised)
    assert selectors.tables(here)["vessel"][0] == {"up_to": "1000", "yearly": "120"}
    saying.inherit_again(actor=here, kind=saying.TABLE, code="vessel")
    assert selectors.tables(here)["vessel"] == shipped
    with pytest.raises(Broken):
        tables.change(actor=here, code="liability", rows=[{"sum": "", "seats": "", "premium": "12 元"}])


def test_two_who_change_the_same_table_are_told(here: Actor) -> None:
    opened = selectors.tables(here)["vessel"]
    first, second = ([{**row, "yearly": sum_} for row in opened] for sum_ in ("120", "130"))
    tables.change(actor=here, code="vessel", rows=first, seen=opened)
    form = TableForm(TABLES["vessel"], first, _sent(second, seen=opened))
    with pytest.raises(Disputed) as disputed:
        tables.change(actor=here, code="vessel", rows=form.rows, seen=form.opened)
    form.dispute(disputed.value.theirs["rows"])
    assert "「120」" in form.errors[0, "yearly"]
    assert [row["yearly"] for row in form.rows] == ["130"] * len(opened), "what was typed stays"

    again = TableForm(TABLES["vessel"], first, _sent(second, seen=json.loads(form.seen)))
    tables.change(actor=here, code="vessel", rows=again.rows, seen=again.opened)
    assert selectors.tables(here)["vessel"][0]["yearly"] == "130"
    tables.change(actor=here, code="vessel", rows=first, seen=first)
    assert selectors.tables(here)["vessel"][0]["yearly"] == "130", "who changed nothing takes nothing back"


def _sent(rows: Sequence[Mapping[str, str]], seen: Any) -> dict[str, str]:
    """What the page of a table sends."""
    cells = {f"r{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    return {**cells, "rows": str(len(rows)), "seen": json.dumps(seen)}


@pytest.mark.django_db(databases=["default", "owner"])
def test_shipped_content_is_well_formed_and_loads_twice() -> None:
    content.load("owner")
    content.load("owner")
    shipped = list(RateTable.objects.filter(organisation=None))
    assert {one.code for one in shipped} == TABLES.keys()
    assert [wrong for one in shipped for wrong in faults(TABLES[one.code], one.rows)] == []
    assert Extra.objects.filter(organisation=None, usual=True).get().price == 125


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([{"sum": "500000", "seats": "5", "premium": "1721"}], []),
        ([{"sum": "", "seats": "", "premium": "1"}], [Wrong(1, "sum", Fault.MISSING)]),
        ([{"sum": "5e5x", "seats": "", "premium": "1"}], [Wrong(1, "sum", Fault.NO_NUMBER)]),
        ([{"sum": "5.5", "seats": "", "premium": "-1"}],
         [Wrong(1, "sum", Fault.NO_NUMBER), Wrong(1, "premium", Fault.NO_NUMBER)]),
        ([{"sum": "NaN", "seats": "5", "premium": "1"}], [Wrong(1, "sum", Fault.NO_NUMBER)]),
        ([{"sum": "5", "seats": "5", "premium": "1"}] * 2, [Wrong(2, "sum", Fault.REPEATED)]),
    ],
)  # fmt: skip
def test_a_row_that_can_not_be_reckoned_by_is_named(rows: list[dict[str, str]], wrong: list[Wrong]) -> None:
    assert faults(TABLES["liability"], rows) == wrong
