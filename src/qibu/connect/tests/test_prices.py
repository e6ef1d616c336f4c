"""Price lists: read as they come, rejected row by row with the reason, and a second load changes nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qibu.catalog import selectors as catalog
from qibu.connect import prices
from qibu.connect.prices import Line, read_displacement, read_price
from qibu.connect.small_sheets import NoHeading
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.network.tests.test_pages import enter, found, join

HEAD = ["车型编码", "品牌", "车系", "配置", "年款", "能源类型", "排量", "官方指导价"]
ZG = ["ZG-Pro 26", "星辰", "追光", "Pro", "2026款", "汽油", "1.5T", "15.98万"]


def read(*rows: list[Any]) -> list[Line]:
    return prices.read(list(enumerate(rows, 1)))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("159800", "159800.00"), ("159,800.00", "159800.00"), ("¥159800 元", "159800.00"), ("15.98万", "159800.00")],
)
def test_a_price_is_read_as_people_write_it(text: str, amount: str) -> None:
    assert read_price(text) == Decimal(amount)


@pytest.mark.parametrize(("text", "cc"), [("1498", 1498), ("1498mL", 1498), ("1.5T", 1498), ("2.0L", 1998)])
def test_a_displacement_is_read_as_people_write_it(text: str, cc: int) -> None:
    assert read_displacement(text) == cc


def test_the_heading_is_found_below_titles_and_each_car_read() -> None:
    (line,) = read(["星辰汽车 2026 年价格表"], [], HEAD, ZG, [])
    assert (line.row, line.code, line.faults) == (4, "zg-pro-26", ())
    assert line.values == {
        "brand": "星辰", "series": "追光", "name": "Pro", "year": 2026, "energy": "petrol", "displacement": 1498,
        "price": Decimal("159800.00"),
    }  # fmt: skip


def test_what_can_not_be_read_is_named_row_by_row() -> None:
    lines = read(
        HEAD, ["", *ZG[1:]], ["追光", *ZG[1:]], ZG, ZG, ["a", *ZG[1:5], "核聚变", "0.0T", "面议"],
        ["b", "=cmd", *ZG[2:7], "-1"],
    )  # fmt: skip
    assert [line.faults for line in lines] == [
        ("no_code",), ("bad_code",), (), ("repeated",), ("energy", "displacement", "price"), ("price", "odd_text"),
    ]  # fmt: skip


def test_a_sheet_without_codes_is_no_price_list() -> None:
    with pytest.raises(NoHeading):
        read(["品牌", "车系"], ["星辰", "追光"])


@pytest.fixture
def client(db: None) -> Client:
    return enter(Client(), join(found("A"), "郭亮", "sales_manager"))


def sheet(*rows: list[str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("价格表.csv", "\n".join(",".join(row) for row in [HEAD, *rows]).encode())


def previewed(client: Client, *rows: list[str]) -> Any:
    return client.post(reverse("connect:prices"), {"file": sheet(*rows)})


def test_a_list_is_looked_over_taken_over_and_a_second_load_changes_nothing(client: Client) -> None:
    shown = previewed(client, ZG, ["yh", "星辰", "", "650", "2026", "纯电", "", "209800"])
    text = shown.content.decode()
    assert "新车型还要写车系" in text
    taken = client.post(reverse("connect:prices-take"), {"payload": shown.context["payload"]}, follow=True)
    assert "新增 1 款，改动 0 款，0 款没有变。" in taken.content.decode()
    again = previewed(client, ZG)
    assert "没有要改的" in again.content.decode()
    other = previewed(client, [*ZG[:7], "155800"])
    assert "有变动" in other.content.decode() and "指导价" in other.content.decode()
    client.post(reverse("connect:prices-take"), {"payload": other.context["payload"]})
    with scope(actors.system(Organisation.objects.get(code="A"))) as actor:
        assert catalog.resolved(actor)["zg-pro-26"].row.price == Decimal(155_800)


def test_a_preview_of_another_store_or_none_is_not_taken(client: Client) -> None:
    answer = client.post(reverse("connect:prices-take"), {"payload": "made up"}, follow=True)
    assert "请重新上传价格表" in answer.content.decode()


def test_a_file_that_is_no_sheet_is_said_at_its_field(client: Client) -> None:
    answer = client.post(reverse("connect:prices"), {"file": SimpleUploadedFile("a.xlsx", b"\x00\x01nothing")})
    assert answer.status_code == 422
