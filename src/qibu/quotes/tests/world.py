"""A store with cars, limits and people who sell, for the tests of this app."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from qibu.catalog.models import CarModel, Extra
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, receiving
from qibu.leads.tests.world import person, received, store
from qibu.quotes.models import LoanPlan, Quote, Variant
from qibu.quotes.services import drafts
from qibu.quotes.services.appraisals import Looked
from qibu.quotes.services.book import Header, Offer

__all__ = [
    "again", "header", "lead_of", "looked", "manager_of", "offer", "person", "stocked", "store", "variants", "written",
]  # fmt: skip
PRICE = Decimal(159_800)


def stocked(actor: Actor) -> None:
    """What the store sells: a petrol car and an electric one, an accessory, a subsidy, two loans."""
    own = {"organisation_id": actor.organisation_id}
    car = {**own, "brand": "星辰", "year": 2026}
    CarModel.objects.create(**car, code="zg", series="追光", name="Pro", displacement=1498, price=PRICE)
    CarModel.objects.create(
        **car, code="yh", series="远航", name="650", energy="electric", electric_range=650, price=Decimal(209_800)
    )
    Extra.objects.create(**own, code="mats-x", kind="accessory", name="脚垫", price=Decimal(480))
    Extra.objects.create(**own, code="swap-x", kind="subsidy", name="置换补贴", price=Decimal(3000))
    Extra.objects.create(**own, code="box-x", kind="accessory", name="充电桩", price=Decimal(3000), series="远航")
    loan = {**own, "rate": Decimal("3.99"), "months": 36}
    LoanPlan.objects.create(**loan, code="bank-36", name="银行 36 期", lender="银行")
    LoanPlan.objects.create(**loan, code="ev-36", name="电车专享", series="远航")


def lead_of(seller: Actor) -> Lead:
    found = receiving.receive(actor=seller, received=received()).lead
    allocating.move(seller, found, seller.staff_id, Reason.GIVEN)
    lead: Lead = Lead.objects.get(pk=found.pk)
    return lead


def header(**facts: Any) -> Header:
    today = times.today()
    return Header(**{"bought_on": today, "valid_until": today + timedelta(days=7), **facts})


def offer(**facts: Any) -> Offer:
    return Offer(**{"car_code": "zg", **facts})


def manager_of(seller: Actor, role: str = "sales_manager", name: str = "郭亮") -> Actor:
    return person(seller.organisation_id, name, role)


def written(seller: Actor, lead: Lead, *offers: Any, **facts: Any) -> Quote:
    return drafts.write(actor=seller, lead_id=lead.pk, header=header(**facts), offers=offers or [offer()])


def again(quote: Quote) -> Quote:
    found: Quote = Quote.objects.select_related("lead").get(pk=quote.pk)
    return found


def variants(quote: Quote) -> list[Variant]:
    return list(Variant.objects.filter(quote=quote).order_by("order"))


def looked(**facts: Any) -> Looked:
    until = times.today() + timedelta(days=7)
    return Looked(**{"car": "旧款轿车", "plate": "皖B12345", "value": Decimal(42_000), "valid_until": until, **facts})
