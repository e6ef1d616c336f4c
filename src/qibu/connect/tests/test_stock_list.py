"""A list of cars in stock: rows are read or rejected by name, a second load changes nothing, a newer list corrects."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qibu.connect import sheet_lists, stock_list
from qibu.connect.small_sheets import NoHeading
from qibu.connect.stock_views import STOCK
from qibu.connect.tests.loads import sheet
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.orders.models import StockCar

TODAY = date(2026, 11, 26)
HEADS = ("车架号", "车系", "车型", "外观颜色", "入库日期", "库位")
ONE, TWO = "LXCZG5A10RD000001", "LXCZG5A10RD000002"


def read(*rows: tuple[object, ...]) -> list[stock_list.Line]:
    return stock_list.read(enumerate([["库存明细"], list(HEADS), *map(list, rows)], 1), TODAY)  # type: ignore[arg-type]


def test_the_heading_is_found_below_a_title_and_columns_by_their_words() -> None:
    (line,) = read((ONE.lower(), "追光", "Pro", "曜石黑", "2026/10/01", "A-12"))
    assert (line.row, line.vin, line.faults) == (3, ONE, ())
    assert line.said() == {
        "vin": ONE, "series": "追光", "model": "Pro", "colour": "曜石黑", "place": "A-12",
        "arrived_on": date(2026, 10, 1),
    }  # fmt: skip


@pytest.mark.parametrize(("row", "faults"), [
    (("", "追光"), ("no_vin",)), (("LXCZG5A1", "追光"), ("vin_length",)),
    (("OXCZG5A10RD000001", "追光"), ("vin_letters",)),
    ((ONE, "追光", "", "", "某天"), ("bad_day",)), ((ONE, "追光", "", "", "2027-01-01"), ("arrived_ahead",)),
])  # fmt: skip
def test_a_row_that_cant_be_loaded_says_why(row: tuple[str, ...], faults: tuple[str, ...]) -> None:
    assert read(row)[0].faults == faults


def test_of_a_car_that_stands_there_twice_the_first_row_counts_and_totals_are_no_cars() -> None:
    lines = read((ONE, "追光"), (ONE, "远航"), ("合计", "2"), HEADS, (TWO, "远航"))
    assert [(line.vin, line.faults) for line in lines] == [(ONE, ()), (ONE, ("repeated",)), (TWO, ())]


def test_a_sheet_without_vins_is_no_list_of_stock() -> None:
    with pytest.raises(NoHeading):
        stock_list.read([(1, ["姓名", "电话"])], TODAY)


# Through the pages ------------------------------------------------------------------------------
def uploaded(page: Client, *rows: tuple[str, ...]) -> str:
    answer = page.post("/imports/stock/", {"file": SimpleUploadedFile("库存.csv", sheet(HEADS, *rows))})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def loaded(page: Client, preview: str) -> None:
    payload = re.search(r'name="payload" value="([^"]+)"', preview)
    assert payload
    assert page.post("/imports/stock/cars/", {"payload": payload[1]}).status_code == 302


@pytest.mark.django_db
def test_a_list_is_looked_over_loaded_repeated_and_corrected(page: Client, manager: Actor) -> None:
    arrived = (times.today() - timedelta(days=9)).isoformat()
    rows = ((ONE, "追光", "Pro", "黑", arrived, "A-1"), ("坏的", "追光", "", "", "", ""))
    preview = uploaded(page, *rows)
    assert "VIN 不是 17 位" in preview and ONE in preview
    loaded(page, preview)
    assert "没有要新增或更正的车" in uploaded(page, *rows)
    loaded(page, uploaded(page, (ONE, "追光", "Pro", "白", "", "")))
    with scope(manager):
        car = StockCar.objects.get()
        assert (car.colour, car.place, car.days) == ("白", "A-1", 9)


@pytest.mark.django_db
def test_what_was_read_for_one_store_is_loaded_by_none_other(page: Client, manager: Actor) -> None:
    other = Actor(organisation_id=manager.organisation_id + 1)
    assert sheet_lists.salt_of(manager, STOCK) != sheet_lists.salt_of(other, STOCK)
    assert page.post("/imports/stock/cars/", {"payload": "forged"}).status_code == 302
    with scope(manager):
        assert not StockCar.objects.exists()


@pytest.mark.django_db
def test_a_sheet_of_something_else_gets_a_sentence_at_the_field(page: Client) -> None:
    answer = page.post("/imports/stock/", {"file": SimpleUploadedFile("人.csv", sheet(("姓名",), ("王",)))})
    assert answer.status_code == 422
    assert "没有找到「VIN」" in answer.content.decode()
