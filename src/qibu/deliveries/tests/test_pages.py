"""Deliveries through their pages: the appointment, the telephone on the day, the record, the paper."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qibu.deliveries.forms import next_hour
from qibu.deliveries.models import Delivery, DeliveryFile, WarrantyTerm
from qibu.deliveries.services import appointments
from qibu.kernel import times
from qibu.kernel.days import add_months
from qibu.kernel.scoping import scope
from qibu.kernel.tests.pictures import GPS, jpeg, png
from qibu.orders.models import Order
from qibu.orders.tests import world
from qibu.orders.tests.test_pages import Pages
from qibu.orders.tests.world import ready
from qibu.vehicles.models import Policy, Vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages() -> Iterator[Pages]:
    yield Pages(world.shop())


@pytest.fixture
def order(pages: Pages) -> Order:
    with scope(pages.shop.seller):
        return ready(pages.shop)


@pytest.fixture
def delivery(pages: Pages, order: Order) -> Delivery:
    with scope(pages.shop.seller):
        return appointments.plan(
            actor=pages.shop.seller, order_id=order.pk, at=next_hour(), bay="一号",
            advisor_id=pages.shop.advisor.staff_id,
        )  # fmt: skip


@pytest.fixture
def seller(pages: Pages) -> Client:
    return pages.of(pages.shop.seller)


def url(name: str, delivery: Delivery, *more: int) -> str:
    return reverse(f"deliveries:{name}", args=[delivery.pk, *more])


def test_an_appointment_stands_in_the_calendar_and_on_the_order(pages: Pages, order: Order, seller: Client) -> None:
    at = (times.now() + timedelta(days=1)).astimezone(times.ZONE)
    advisor = str(pages.shop.advisor.staff_id)
    typed = {"at": at.strftime("%Y-%m-%dT10:00"), "minutes": "90", "bay": "一号", "advisor": advisor}
    answer = seller.post(f"{reverse('deliveries:new')}?order={order.pk}", typed)
    with scope(pages.shop.seller):
        delivery = Delivery.objects.get()
    assert answer["Location"] == url("detail", delivery)
    week = seller.get(f"{reverse('deliveries:calendar')}?day={at:%Y-%m-%d}").content.decode()
    assert "10:00" in week and "方雅雯" in week
    assert "一号" in seller.get(reverse("orders:detail", args=[order.pk])).content.decode()
    past = {**typed, "at": "2020-01-01T10:00"}
    with scope(pages.shop.seller):
        other = ready(pages.shop, 2)
    again = seller.post(f"{reverse('deliveries:new')}?order={other.pk}", past)
    assert again.status_code == 422 and "这个时间已经过去了" in again.content.decode()
    taken = seller.post(f"{reverse('deliveries:new')}?order={other.pk}", typed)
    assert taken.status_code == 422 and order.number in taken.content.decode()


def test_a_line_is_ticked_from_a_telephone_and_says_who(delivery: Delivery, pages: Pages, seller: Client) -> None:
    with scope(pages.shop.seller):
        tick = delivery.ticks.order_by("pk")[0]
    page = seller.get(url("checklist", delivery)).content.decode()
    assert f'id="tick-{tick.pk}"' in page
    answer = seller.post(url("tick", delivery, tick.pk), {"done": "1"}, headers={"HX-Request": "true"})
    assert "李思远" in answer.content.decode() and "checked" in answer.content.decode()
    answer = seller.post(url("tick", delivery, tick.pk), {}, headers={"HX-Request": "true"})
    assert "李思远" not in answer.content.decode()


def test_a_photo_is_kept_with_consent_and_served_to_those_who_see_the_delivery(
    delivery: Delivery, pages: Pages, seller: Client
) -> None:
    def sent(content: bytes, **more: str) -> str:
        file = SimpleUploadedFile("x.jpg", content)
        return seller.post(url("photo", delivery), {"photo": file, **more}).content.decode()

    assert "客户同意了才能拍照留存" in sent(jpeg())
    assert "只收 JPG 和 PNG" in sent(b"GIF89a", agreed="on")
    assert "请先选一张照片" in seller.post(url("photo", delivery), {"agreed": "on"}).content.decode()
    sent(jpeg(), agreed="on")
    with scope(pages.shop.seller):
        file = DeliveryFile.objects.get()
    answer = seller.get(url("file", delivery, file.pk))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a FileResponse
    assert answer["Content-Type"] == "image/jpeg" and GPS not in content and "no-store" in answer["Cache-Control"]
    stranger = pages.of(world.person(pages.shop.organisation_id, "孙梅", "sales_consultant"))
    assert stranger.get(url("file", delivery, file.pk)).status_code == 404
    seller.post(url("file-removal", delivery, file.pk))
    assert seller.get(url("file", delivery, file.pk)).status_code == 404


def test_a_signature_comes_from_the_frame(delivery: Delivery, pages: Pages, seller: Client) -> None:
    assert "请在框里签名" in seller.post(url("signature", delivery), {"name": "方雅雯"}).content.decode()
    drawn = "data:image/png;base64," + base64.b64encode(png()).decode()
    seller.post(url("signature", delivery), {"name": "方雅雯", "signature": drawn})
    with scope(pages.shop.seller):
        assert DeliveryFile.objects.get().kind == "signature"
    assert "方雅雯" in seller.get(url("sheet", delivery)).content.decode()


def test_the_record_says_what_is_lacking_beside_its_field_and_then_does_it_all(
    delivery: Delivery, pages: Pages, seller: Client
) -> None:
    with scope(pages.shop.manager):
        WarrantyTerm.objects.create(organisation_id=pages.shop.organisation_id, months=36, km=100_000)
    page = seller.get(url("record", delivery)).content.decode()
    assert "交车前还差" not in page and "清单上必做的还没做完" in page and 'value="100000"' in page
    typed = {
        "on": times.today().isoformat(), "km": "15", "advisor": str(pages.shop.advisor.staff_id), "plate": "皖BD12345",
        "compulsory_insurer": "平安",
    }  # fmt: skip
    answer = seller.post(url("record", delivery), typed)
    assert answer.status_code == 422 and "请填保单的最后一天" in answer.content.decode()
    typed["compulsory_ends"] = (times.today() + timedelta(days=364)).isoformat()
    answer = seller.post(url("record", delivery), typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and "客户还没有签名" in text and "皖BD12345" in text
    answer = seller.post(url("record", delivery), {**typed, "on_paper": "on", "left_out": "客户赶时间"})
    assert answer.status_code == 302
    with scope(pages.shop.seller):
        car = Vehicle.objects.get()
        assert (car.plate, Policy.objects.get().insurer) == ("皖BD12345", "平安")
    shown = seller.get(url("detail", delivery)).content.decode()
    assert "车已交给客户" in shown and "客户赶时间" in shown
    assert "新车交付" in seller.get(reverse("vehicles:detail", args=[car.pk])).content.decode()
    late = seller.post(url("record", delivery), {**typed, "on_paper": "on", "left_out": "客户赶时间"})
    assert late.status_code == 422 and "已经完成或取消" in late.content.decode()


def test_what_the_maker_grants_counts_from_the_day_of_the_handing_over(
    delivery: Delivery, pages: Pages, seller: Client
) -> None:
    with scope(pages.shop.manager):
        WarrantyTerm.objects.create(organisation_id=pages.shop.organisation_id, months=36, battery_months=96)
    proposed = seller.get(url("record", delivery)).context["form"].initial
    yesterday = times.today() - timedelta(days=1)
    typed = {
        "on": yesterday.isoformat(), "km": "15", "advisor": str(pages.shop.advisor.staff_id), "on_paper": "on",
        "left_out": "客户赶时间", "warranty_until": proposed["warranty_until"].isoformat(),
        "battery_warranty_until": "2040-01-01",
    }  # fmt: skip
    assert seller.post(url("record", delivery), typed).status_code == 302
    with scope(pages.shop.seller):
        car = Vehicle.objects.get()
    assert car.warranty_until == add_months(yesterday, 36) - timedelta(days=1)
    assert car.battery_warranty_until == date(2040, 1, 1)


def test_a_store_changes_its_lists_and_what_is_granted(pages: Pages) -> None:
    manager, address = pages.of(pages.shop.manager), reverse("deliveries:list-of", args=["handover"])
    assert pages.of(pages.shop.seller).get(address).status_code == 403
    manager.post(address, {"name-0": "送一束花", "must-0": "on", "active-0": "on", "place-0": "1"})
    assert "送一束花" in manager.get(address).content.decode()
    manager.post(reverse("deliveries:list-inherit", args=["handover"]))
    assert "送一束花" not in manager.get(address).content.decode()
    terms = reverse("deliveries:warranties")
    assert "请至少填一个期限" in manager.post(terms, {"brand": "星辰"}).content.decode()
    manager.post(terms, {"brand": "星辰", "months": "48"})
    assert "48" in manager.get(terms).content.decode()
    manager.post(reverse("deliveries:warranty-withdrawal"), {"brand": "星辰", "series": ""})
    with scope(pages.shop.manager):
        assert not WarrantyTerm.objects.filter(organisation_id=pages.shop.organisation_id).exists()


def test_of_two_who_change_a_list_the_second_is_told_and_loses_nothing(pages: Pages) -> None:
    manager, address = pages.of(pages.shop.manager), reverse("deliveries:list-of", args=["handover"])
    opened = manager.get(address).context["seen"]
    mine = {"name-0": "送一束花", "must-0": "on", "active-0": "on", "place-0": "1", "seen": opened}
    assert manager.post(address, {**mine, "name-0": "倒一杯茶"}).status_code == 302
    told = manager.post(address, mine)
    assert told.status_code == 422
    page = told.content.decode()
    assert "清单刚被同事改过" in page and "送一束花" in page and "倒一杯茶" not in page
    assert manager.post(address, {**mine, "seen": told.context["seen"]}).status_code == 302
    assert "送一束花" in manager.get(address).content.decode()


def test_a_list_of_nothing_is_refused_and_what_was_typed_stays(pages: Pages) -> None:
    manager, address = pages.of(pages.shop.manager), reverse("deliveries:list-of", args=["handover"])
    told = manager.post(address, {"name-0": "送一束花", "place-0": "1"})
    assert told.status_code == 422
    assert "清单里至少留一项" in told.content.decode() and "送一束花" in told.content.decode()


def test_a_list_that_nobody_set_up_and_an_odd_day_are_no_trouble(pages: Pages, seller: Client) -> None:
    assert pages.of(pages.shop.manager).get(reverse("deliveries:list-of", args=["x"])).status_code == 404
    for day in ("nonsense", "9999-12-31", "0001-01-01"):
        assert seller.get(f"{reverse('deliveries:calendar')}?day={day}").status_code == 200
