"""What the demo network sells, and quotations in every state for those who think of buying."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from qibu.catalog.services import saying, tables
from qibu.customers.models import Customer
from qibu.demo import sales_cars
from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.shop import Shop
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.leads.services import receiving
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.quotes import selectors
from qibu.quotes.models import Quote
from qibu.quotes.rules.insurance import Cover
from qibu.quotes.services import appraisals, approvals, drafts, links, sending, terms
from qibu.quotes.services.appraisals import Looked
from qibu.quotes.services.book import Header, Offer

BRAND, SOME = "朔川", 9
PRICED = {
    "film": 2680, "mats": 480, "camera": 699, "wallbox": 3200, "registering": 500, "maintenance-package": 2999,
    "warranty-extension": 3880,
}  # fmt: skip
SUBSIDY = {"kind": "subsidy", "name": "厂家置换补贴", "name_en": "Maker's trade-in subsidy", "price": Decimal(5000)}
PLANS: dict[str, dict[str, Any]] = {
    "equal-36": {"active": True, "lender": "江淮之滨银行", "rate": Decimal("3.85")},
    "balloon-36": {"active": True, "lender": "朔川汽车金融"},
    "free-24": {"active": True, "lender": "朔川汽车金融"},
}
SOLD = tuple(sales_cars.on_sale())
# 安徽省车船税税目税额表: what the region's stores reckon with.
ANHUI = ("180", "300", "360", "660", "1200", "2400", "3600")


def stock(maker: Organisation, region: Organisation, stores: Iterable[Organisation]) -> None:
    """The maker says on which loans its cars are sold, the region what the province takes, stores their own prices."""
    with scope(actors.system(maker)) as above:
        saying.add(actor=above, kind=saying.EXTRA, code="swap", values=SUBSIDY)
        for code, values in PLANS.items():
            saying.change(actor=above, kind=terms.PLAN, code=code, values=values)
    with scope(actors.system(region)) as above:
        bands = ("1000", "1600", "2000", "2500", "3000", "4000", "")
        rows = [{"up_to": top, "yearly": yearly} for top, yearly in zip(bands, ANHUI, strict=True)]
        tables.change(actor=above, code="vessel", rows=rows)
    for store in stores:
        with scope(actors.system(store)) as here:
            for code, price in PRICED.items():
                values = {"price": Decimal(price), "usual": code == "registering"}
                saying.change(actor=here, kind=saying.EXTRA, code=code, values=values)


def quote(shop: Shop, now: datetime) -> None:
    """One lead after the other comes a step further than the one before."""
    with scope(shop.system):
        leads = _leads(shop, now)
    for place, lead in enumerate(leads):
        seller = next(one for one in shop.people.values() if one.staff_id == lead.consultant_id)
        with told(now - timedelta(hours=5 + 19 * place)):
            _quote(shop, seller, lead, place)


def _leads(shop: Shop, now: datetime) -> list[Lead]:
    """Those of consultants; where the store has none yet, of people who think of buying."""
    rows = Lead.objects.filter(state=Lead.State.OPEN, consultant__in=[one.staff_id for one in _sellers(shop)])
    found = list(rows.order_by("-received_at", "pk")[:SOME])
    return found or [_received(shop, person, place, now) for place, person in enumerate(_thinking(shop))]


def _sellers(shop: Shop) -> list[Actor]:
    return shop.of(Role.SALES_CONSULTANT)


def _thinking(shop: Shop) -> list[Customer]:
    return list(Customer.objects.filter(stage="intending", erased_at=None).order_by("pk")[:SOME])


def _received(shop: Shop, person: Customer, place: int, now: datetime) -> Lead:
    seller, model = _sellers(shop)[place % len(_sellers(shop))], SOLD[place * 3 % len(SOLD)]
    wish = {"brand": BRAND, "series": model.series.name, "model_code": model.code}
    moment = now - timedelta(days=9, hours=3 * place)
    with told(moment):
        received = Received(
            door=Door.SHOWROOM, source="walk-in", person=Person(), at=moment, wish=wish, customer_id=person.pk,
            consultant_id=seller.staff_id,
        )  # fmt: skip
        return receiving.receive(actor=shop.system, received=received).lead


def _quote(shop: Shop, seller: Actor, lead: Lead, place: int) -> None:
    today = times.today()
    with scope(seller):
        used = _appraised(seller, lead) if place % 3 == 1 else None
        header = Header(
            bought_on=today, valid_until=today + timedelta(days=1 if place == 8 else 7), appraisal_id=used,
            remark="本月订车，送三年基础保养。" if place % 2 else "",
        )  # fmt: skip
        offers = _offers(lead, place, used is not None)
        quote = drafts.write(actor=seller, lead_id=lead.pk, header=header, offers=offers)
    _go_on(shop, seller, quote, place)


def _offers(lead: Lead, place: int, trade_in: bool) -> list[Offer]:
    code = lead.model_code or SOLD[place * 3 % len(SOLD)].code
    price = next((one.price for one in SOLD if one.code == code), SOLD[0].price)
    cover = Cover(2_000_000, damage=True, people=10_000)
    chosen = ("plates", "registering", "film") + (("swap",) if trade_in else ())
    asked = Decimal(price) * 3 // 100 // 100 * 100  # more than a consultant may give, less than the manager
    discount = asked if place in {1, 2} else Decimal(500)
    common = {"car_code": code, "cover": cover, "extras": chosen, "trade_in": trade_in, "discount": discount}
    found = [Offer(name="全款", **common)]  # type: ignore[arg-type]  # values of several kinds
    if place % 2 == 0:
        found.append(Offer(name="36 期", plan="equal-36", **common))  # type: ignore[arg-type]
        found.append(Offer(name="低月供", plan="balloon-36", **common))  # type: ignore[arg-type]
    return found


def _appraised(seller: Actor, lead: Lead) -> int:
    looked = Looked(
        car="2017 款 1.6L 手动", value=Decimal(38_000), valid_until=times.today() + timedelta(days=10), mileage=86_400,
        note="右后门补过漆，轮胎七成新。",
    )  # fmt: skip
    return appraisals.appraise(actor=seller, lead_id=lead.pk, looked=looked).pk


def _go_on(shop: Shop, seller: Actor, quote: Quote, place: int) -> None:
    """The first is a draft, the second waits, the third was agreed to, the others were sent and looked at."""
    if place == 0:
        return
    if place in {1, 2}:
        with scope(seller):
            approvals.ask(actor=seller, quote_id=quote.pk, why="客户拿着同城的报价来，差几千就订。")
    if place == 2:
        with scope(shop.one(Role.SALES_MANAGER)) as manager:
            approvals.decide(actor=manager, quote_id=quote.pk, agreed=True, why="月底，可以。")
    if place in {1, 2}:
        return
    with scope(seller):
        sending.send(actor=seller, quote_id=quote.pk)
    with scope(shop.system):
        _looked_at(shop.system, quote, place)
    if place == 5:
        with scope(seller):
            sending.accept(actor=seller, quote_id=quote.pk, variant=1)


def _looked_at(system: Actor, quote: Quote, place: int) -> None:
    link = selectors.link_of(quote)
    for _time in range(place % 4):
        known = links.living(link.pk) if link else None
        if known is not None:
            links.opened(actor=system, link=known)
    if place == 3 and link:
        links.answer(actor=system, link_id=link.pk, kind="question", text="三责险 300 万的话要加多少？")
    if place == 4 and link:
        links.answer(actor=system, link_id=link.pk, kind="interested", variant=2)
