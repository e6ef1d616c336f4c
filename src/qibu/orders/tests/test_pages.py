"""Orders and cars in stock through their pages: what is typed stays, what is refused stands beside the field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.models import User
from qibu.orders import words
from qibu.orders.errors import OrderedAlready
from qibu.orders.models import Cancellation, Order, Payment, StockCar
from qibu.orders.services import orders
from qibu.orders.tests import world
from qibu.orders.tests.world import CODE, IDENTITY, Shop, in_stock, lead_of, ordered, pay, vin
from qibu.ui import formats

pytestmark = pytest.mark.django_db


@dataclass
class Pages:
    shop: Shop

    def of(self, who: Actor) -> Client:
        client = Client(headers={"accept-language": "zh-hans"})
        client.force_login(User.objects.get(username=f"{who.name}{who.organisation_id}"))
        session = client.session
        session["organisation"] = who.organisation_id
        session.save()
        return client


@pytest.fixture
def pages() -> Iterator[Pages]:
    yield Pages(world.shop())


def form(**more: str) -> dict[str, str]:
    return {
        "model_code": CODE, "colour": "黑", "deposit": "5000", "deposit_kind": "earnest", "payment": "full",
        "expected_on": (times.today() + timedelta(days=9)).isoformat(), **more,
    }  # fmt: skip


def test_an_order_is_drawn_up_signed_allocated_and_paid(pages: Pages) -> None:
    shop, seller, till = pages.shop, pages.of(pages.shop.seller), pages.of(pages.shop.till)
    with scope(shop.seller):
        lead, car = lead_of(shop), in_stock(shop)
    answer = seller.post(f"{reverse('orders:new')}?lead={lead.pk}", form())
    with scope(shop.seller):
        order = Order.objects.get()
    page = reverse("orders:detail", args=[order.pk])
    assert answer["Location"] == page and order.price == 200000  # the catalogue's price, where none was typed
    seller.post(reverse("orders:submit", args=[order.pk]), {"identity": IDENTITY})
    seller.post(reverse("orders:allocate", args=[order.pk]), {"car": str(car.pk)})
    money = {"kind": "balance", "way": "card", "amount": "200000", "on": times.today().isoformat()}
    till.post(reverse("orders:pay", args=[order.pk]), money)
    with scope(shop.seller):
        assert Order.objects.get().state == "paid"
    text = till.get(page).content.decode()
    assert "¥200,000" in text and car.vin in text and reverse("orders:stock-car", args=[car.pk]) not in text


def test_what_is_refused_stands_at_its_field_and_nothing_typed_is_lost(pages: Pages) -> None:
    with scope(pages.shop.seller):
        lead = lead_of(pages.shop)
    typed = form(deposit="50000", remark="客户要加装行李架")
    answer = pages.of(pages.shop.seller).post(f"{reverse('orders:new')}?lead={lead.pk}", typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "定金不能超过车款的两成" in text and "客户要加装行李架" in text and "¥40,000" in text


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("price", "-1", "金额不会是负数"), ("price", "很多", "请填金额"), ("expected_on", "2026-02-30", "没有这一天"),
    ("payment", "loan", "请填贷款金额"), ("discount", "1.234", "金额最多写到分"),
    ("discount", "300000", "优惠不能到车价那么多"),
])  # fmt: skip
def test_odd_input_gets_a_sentence(pages: Pages, field: str, value: str, sentence: str) -> None:
    with scope(pages.shop.seller):
        lead = lead_of(pages.shop)
    answer = pages.of(pages.shop.seller).post(f"{reverse('orders:new')}?lead={lead.pk}", form(**{field: value}))
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_a_taken_car_is_refused_with_the_order_that_has_it(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        first, second = ordered(shop), ordered(shop, lead_of(shop, "王一", "13855530002"))
        car = in_stock(shop)
    seller = pages.of(shop.seller)
    seller.post(reverse("orders:allocate", args=[first.pk]), {"car": str(car.pk)})
    answer = seller.post(reverse("orders:allocate", args=[second.pk]), {"car": str(car.pk)})
    assert answer.status_code == 422
    assert "这台车已经不在可配的车里" in answer.content.decode()


def test_an_empty_refund_is_what_the_law_grants(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        order = ordered(shop)
        pay(shop, order, 5000, "deposit")
    seller = pages.of(shop.seller)
    page = seller.get(reverse("orders:cancel", args=[order.pk])).content.decode()
    assert "客户不买了" in page and "¥10,000" in page
    seller.post(reverse("orders:cancel", args=[order.pk]), {"cause": "store", "reason": "no_car", "refund": ""})
    with scope(shop.seller):
        assert Cancellation.objects.get().refund == 10000
    manager = pages.of(shop.manager)
    assert order.number in manager.get(f"{reverse('orders:list')}?view=decision").content.decode()
    assert "等您批的订单" in manager.get("/").content.decode()
    manager.post(reverse("orders:cancel-decision", args=[order.pk]), {"granted": "yes"})
    assert order.number in pages.of(shop.till).get(f"{reverse('orders:list')}?view=refund").content.decode()


def test_a_payment_is_struck_out_with_its_reason(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        order = ordered(shop)
        pay(shop, order, 5000, "deposit")
        payment = Payment.objects.get()
    till, address = pages.of(shop.till), reverse("orders:strike", args=[order.pk, payment.pk])
    assert "请写明原因" in till.post(address, {"why": ""}).content.decode()
    till.post(address, {"why": "录错了"})
    assert "录错了" in till.get(reverse("orders:detail", args=[order.pk])).content.decode()


def test_changes_are_told_with_what_stood_there_before(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        order = ordered(shop)
    seller, address = pages.of(shop.seller), reverse("orders:edit", args=[order.pk])
    typed = form(
        price="200000", discount="4000", extras="3000", number=order.number, version=str(order.version),
        expected_on=order.expected_on.isoformat() if order.expected_on else "",
    )  # fmt: skip
    assert "请写明原因" in seller.post(address, typed).content.decode()
    seller.post(address, {**typed, "why": "太太喜欢"})
    text = seller.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "曜石黑 → 黑" in text and "太太喜欢" in text


def test_the_history_of_an_order_speaks_of_money_and_days(pages: Pages) -> None:
    assert words.value("price", "200000.00") == formats.money(Decimal("200000.00"))
    assert words.value("expected_on", "2026-12-01") == formats.day(date(2026, 12, 1))
    assert words.value("remark", "200000.00") == "200000.00"
    assert [words.value(name, None) for name in ("price", "expected_on")] == ["空", "空"]


def test_stock_is_added_narrowed_and_corrected(pages: Pages) -> None:
    shop, manager = pages.shop, pages.of(pages.shop.manager)
    old = (times.today() - timedelta(days=70)).isoformat()
    new = {"vin": vin(1), "model_code": CODE, "colour": "黑", "arrived_on": old, "place": "二号库"}
    manager.post(reverse("orders:stock-new"), new)
    assert "请对照行驶证" in manager.post(reverse("orders:stock-new"), {**new, "vin": "LXC"}).content.decode()
    assert "库里已有这个 VIN" in manager.post(reverse("orders:stock-new"), new).content.decode()
    with scope(shop.manager):
        car = StockCar.objects.get()
    listed = reverse("orders:stock")
    assert vin(1) in manager.get(f"{listed}?view=all&age=60").content.decode()
    assert vin(1) not in manager.get(f"{listed}?view=all&age=90").content.decode()
    change = {**new, "vin": car.vin, "place": "展厅", "version": "1"}
    manager.post(reverse("orders:stock-edit", args=[car.pk]), change)
    assert "展厅" in manager.get(reverse("orders:stock-car", args=[car.pk])).content.decode()
    seller = pages.of(shop.seller)
    assert reverse("orders:stock-new") not in seller.get(listed).content.decode()


def test_a_consultant_sets_no_rules(pages: Pages) -> None:
    address = reverse("orders:policy")
    assert pages.of(pages.shop.seller).get(address).status_code == 403
    manager = pages.of(pages.shop.manager)
    assert manager.post(address, {"discount_percent": "120", "least_deposit": "0"}).status_code == 422
    manager.post(address, {"discount_percent": "5", "least_deposit": "1000"})
    assert "恢复成上级的" in manager.get(address).content.decode()
    manager.post(reverse("orders:policy-inherit"))
    assert "恢复成上级的" not in manager.get(address).content.decode()


def test_who_sets_the_rules_second_is_told_what_the_first_set(pages: Pages) -> None:
    address, manager = reverse("orders:policy"), pages.of(pages.shop.manager)
    seen = manager.get(address).context["form"]["seen"].value()
    manager.post(address, {"discount_percent": "5", "least_deposit": "1000", "seen": seen})
    answer = manager.post(address, {"discount_percent": "7", "least_deposit": "1000", "seen": seen})
    assert answer.status_code == 422 and "刚被别人改成「5.00」" in answer.content.decode()
    again = answer.context["form"]["seen"].value()
    assert manager.post(address, {"discount_percent": "7", "least_deposit": "1000", "seen": again}).status_code == 302


def test_nothing_is_promised_for_a_day_that_has_gone_by(pages: Pages) -> None:
    shop, past = pages.shop, (times.today() - timedelta(days=1)).isoformat()
    with scope(shop.seller):
        lead, order = lead_of(shop), ordered(shop, lead_of(shop, "吴凡", "13855530002"))
    seller, address = pages.of(shop.seller), reverse("orders:edit", args=[order.pk])
    answer = seller.post(f"{reverse('orders:new')}?lead={lead.pk}", form(expected_on=past))
    assert answer.status_code == 422 and "约定交车日期不能早于今天" in answer.content.decode()
    again = form(number=order.number, why="客户想早些", price="200000", discount="4000", extras="3000")
    again["version"] = str(order.version)
    answer = seller.post(address, {**again, "expected_on": past})
    assert answer.status_code == 422 and "约定交车日期不能早于今天" in answer.content.decode()
    with scope(shop.seller):
        assert Order.objects.get().expected_on == order.expected_on
        Order.objects.update(expected_on=past)
    assert seller.post(address, {**again, "expected_on": past}).status_code == 302  # promised before: it stays
    with scope(shop.seller):
        assert Order.objects.get().colour == "黑"


def test_a_draft_whose_day_has_gone_by_is_not_signed(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        order = orders.draw_up(actor=shop.seller, lead_id=lead_of(shop).pk, **world.terms())
        Order.objects.update(expected_on=times.today() - timedelta(days=1))
    answer = pages.of(shop.seller).post(reverse("orders:submit", args=[order.pk]), {"identity": IDENTITY})
    assert answer.status_code == 422 and "约定交车日期不能早于今天" in answer.content.decode()


def test_a_second_order_of_a_lead_is_asked_for_in_so_many_words(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        lead = lead_of(shop)
        first = ordered(shop, lead)
    seller, address = pages.of(shop.seller), f"{reverse('orders:new')}?lead={lead.pk}"
    assert 'name="another"' not in seller.get(address).content.decode()
    answer = seller.post(address, form())
    text = answer.content.decode()
    assert answer.status_code == 422 and f"已有未完成的订单 {first.number}" in text and 'name="another"' in text
    with scope(shop.seller):
        assert Order.objects.count() == 1
    assert seller.post(address, form(another="on")).status_code == 302
    with scope(shop.seller):
        assert Order.objects.count() == 2


def test_a_lead_that_asks_for_two_cars_gets_two_orders_unasked(pages: Pages) -> None:
    shop = pages.shop
    with scope(shop.seller):
        lead = lead_of(shop)
        Lead.objects.filter(pk=lead.pk).update(quantity=2)
        for _each in range(2):
            ordered(shop, lead, another=False)
        with pytest.raises(OrderedAlready):
            ordered(shop, lead, another=False)
