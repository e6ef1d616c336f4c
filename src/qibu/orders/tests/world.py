"""A store that sells cars, for the tests of orders and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from qibu.catalog.models import CarModel
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, receiving
from qibu.leads.tests.world import CALLER, caller, person, received, store
from qibu.network.services import actors
from qibu.orders.models import Order, StockCar
from qibu.orders.services import cars, orders, payments, stock

__all__ = ["CALLER", "Shop", "again", "caller", "ordered", "person", "received", "shop", "store", "vin"]
IDENTITY = "110101199003077715"
CODE = "zg-pro"


@dataclass(frozen=True)
class Shop:
    """A store with those who sell, agree and keep the till."""

    organisation_id: int
    seller: Actor
    manager: Actor
    till: Actor
    advisor: Actor


def shop(code: str = "S1") -> Shop:
    number = store(code)
    found = Shop(
        number, person(number, "李思远", "sales_consultant"), person(number, "郭亮", "sales_manager"),
        person(number, "钱静", "finance"), person(number, "陈晓燕", "service_advisor"),
    )  # fmt: skip
    with scope(actors.system(number)):
        CarModel.objects.create(
            organisation_id=number, code=CODE, brand="星辰", series="追光", name="Pro 四驱版", energy="electric",
            price=Decimal("200000"),
        )  # fmt: skip
    return found


def lead_of(shop: Shop, name: str = "方雅雯", phone: str = CALLER) -> Lead:
    """Within a scope of the seller's."""
    lead = receiving.receive(actor=shop.seller, received=received(caller(name, phone))).lead
    allocating.move(shop.seller, lead, shop.seller.staff_id, Reason.GIVEN)
    found: Lead = Lead.objects.get(pk=lead.pk)
    return found


def terms(**facts: Any) -> dict[str, Any]:
    return {
        "model_code": CODE, "price": Decimal("200000"), "discount": Decimal("4000"), "extras": Decimal("3000"),
        "deposit": Decimal("5000"), "deposit_kind": "earnest", "expected_on": times.today() + timedelta(days=14),
        "colour": "曜石黑", **facts,
    }  # fmt: skip


def ordered(shop: Shop, lead: Lead | None = None, *, another: bool = True, **facts: Any) -> Order:
    """A contract that counts."""
    lead = lead or lead_of(shop)
    order = orders.draw_up(actor=shop.seller, lead_id=lead.pk, another=another, **terms(**facts))
    return orders.submit(actor=shop.seller, order_id=order.pk, identity=IDENTITY)


def vin(number: int) -> str:
    return f"LXCZG5A1{number % 10}RD{number:06}"


def in_stock(shop: Shop, number: int = 1, **facts: Any) -> StockCar:
    """Within a scope of the manager's or seller's: the gate is asked of who is handed in."""
    values = {"model_code": CODE, "colour": "曜石黑", "arrived_on": times.today() - timedelta(days=40), **facts}
    return stock.add(actor=shop.manager, vin=vin(number), **values)


def pay(shop: Shop, order: Order, amount: Decimal | int, kind: str = "balance", receipt: str = "") -> None:
    payments.record(
        actor=shop.till, order_id=order.pk, kind=kind, way="card", amount=Decimal(amount), on=times.today(),
        receipt=receipt, note="",
    )  # fmt: skip


def ready(shop: Shop, number: int = 1, **facts: Any) -> Order:
    """Paid, with its car: it may be handed over."""
    order = ordered(shop, **facts)
    cars.allocate(actor=shop.seller, order_id=order.pk, car_id=in_stock(shop, number).pk)
    pay(shop, order, order.total)
    return Order.objects.get(pk=order.pk)


def again(order: Order) -> Order:
    """As it stands now."""
    found: Order = Order.objects.get(pk=order.pk)
    return found
