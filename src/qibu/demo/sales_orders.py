"""Orders, cars in stock and deliveries of a store of the demo: by the product's own services, when they happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from qibu.catalog.models import CarModel
from qibu.deliveries.models import WarrantyTerm
from qibu.deliveries.services import appointments, checking, recording
from qibu.deliveries.services.recording import HandOver
from qibu.demo import brand, names, vin
from qibu.demo.clockwork import told
from qibu.demo.records import Energy, Model, Role
from qibu.demo.shop import Shop, at
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.leads.services import receiving
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.orders.models import Order, StockCar
from qibu.orders.services import cancelling, cars, orders, payments, stock
from qibu.tasks.selectors.calendars import calendar_of

FIRST_NUMBER = 9_500_000  # of people whom no sheet knows
PLACES = ("展厅", "一号库", "二号库", "室外停车场")
BAYS = ("一号交车位", "二号交车位")
ENERGIES = {
    Energy.PETROL: CarModel.Energy.PETROL, Energy.HYBRID: CarModel.Energy.PLUG_IN,
    Energy.ELECTRIC: CarModel.Energy.ELECTRIC,
}  # fmt: skip
SOLD = tuple(model for model in brand.MODELS if model.code != "QH15M")
IN_STOCK, COMING = 22, 5


@dataclass(frozen=True)
class Story:
    """`ago`: days since the order; `goes` as far as it got, `delivered` days ago."""

    ago: int
    goes: str
    delivered: int = 0


STORIES = (
    Story(38, "delivered", 29), Story(24, "delivered", 12), Story(16, "delivered", 6), Story(9, "delivered", 1),
    Story(11, "planned"), Story(8, "planned"), Story(7, "planned"), Story(6, "allocated"), Story(5, "allocated"),
    Story(4, "signed"), Story(3, "signed"), Story(2, "waiting"), Story(1, "waiting"), Story(1, "draft"),
    Story(20, "refund"), Story(9, "asked"), Story(14, "cancelled"),
)  # fmt: skip


def define(manufacturer: Organisation, year: int) -> None:
    """What the manufacturer sells, where nobody has said so yet, and how long it stands for its cars."""
    with scope(actors.system(manufacturer)):
        if not CarModel.objects.filter(organisation=manufacturer).exists():
            CarModel.objects.bulk_create(_catalogued(manufacturer, model, year) for model in SOLD)
        WarrantyTerm.objects.bulk_create(
            WarrantyTerm(
                organisation=manufacturer, brand="朔川", series=series.name, months=72, km=150_000,
                battery_months=None if series.energy is Energy.PETROL else 96,
                battery_km=None if series.energy is Energy.PETROL else 160_000,
            )
            for series in brand.SERIES
        )  # fmt: skip


def _catalogued(manufacturer: Organisation, model: Model, year: int) -> CarModel:
    return CarModel(
        organisation=manufacturer, code=model.code, brand="朔川", series=model.series.name, year=year,
        name=model.name.removeprefix(model.series.name).strip(), energy=ENERGIES[model.series.energy],
        price=model.price, on_sale=True,
    )  # fmt: skip


def plant(shop: Shop, now: datetime) -> None:
    """Before the store's last day is planned, so that who got a car yesterday is called today."""
    with scope(shop.system):
        _stock(shop, now)
        for number, story in enumerate(STORIES):
            _Sale(shop, story, number, now).tell()


def _stock(shop: Shop, now: datetime) -> None:
    dice, today = shop.dice("stock"), times.day_of(now)
    manager = shop.one(Role.SALES_MANAGER)
    with told(at(today - timedelta(days=60), 17)):
        for number in range(IN_STOCK):
            model = SOLD[number % len(SOLD)]
            arrived = today - timedelta(days=dice.choice((61, 64, 70, 82, 95, 118, 163)))
            _car(manager, shop, model, 600 + number, dice, arrived=arrived)
    with told(at(today - timedelta(days=1), 17)):
        for number in range(COMING):
            expected = today + timedelta(days=dice.randint(2, 20))
            _car(manager, shop, dice.choice(SOLD), 700 + number, dice, expected=expected)


def _car(
    actor: Actor, shop: Shop, model: Model, serial: int, dice: Random, *, arrived: date | None = None,
    expected: date | None = None,
) -> StockCar:  # fmt: skip
    """A serial number that no customer's car has."""
    number = vin.vin(model.descriptor, times.today().year, "9", 900_000 + serial + 1_000 * _index(shop))
    return stock.add(
        actor=actor, vin=number, model_code=model.code, colour=dice.choice(brand.COLOURS), interior="黑色",
        place=dice.choice(PLACES), cost_centre="新车销售", arrived_on=arrived, expected_on=expected,
    )  # fmt: skip


def _index(shop: Shop) -> int:
    return shop.world.stores.index(shop.described) + 1


class _Sale:
    """One order from the day it was drawn up to where it stands."""

    def __init__(self, shop: Shop, story: Story, number: int, now: datetime) -> None:
        self.shop, self.story, self.number, self.now = shop, story, number, now
        self.dice, self.today = shop.dice("order", number), times.day_of(now)
        sellers = shop.of(Role.SALES_CONSULTANT)
        self.seller, self.manager = sellers[number % len(sellers)], shop.one(Role.SALES_MANAGER)
        self.till = next((one for one in shop.of(Role.FINANCE)), shop.one(Role.STORE_MANAGER))
        self.model = SOLD[(number * 5 + 3) % len(SOLD)]
        self.began = self.today - timedelta(days=story.ago)

    def tell(self) -> None:
        goes = self.story.goes
        with told(at(self.began - timedelta(days=6), 10, 20)):
            lead = self._lead()
        with told(min(at(self.began, 15, 40), self.now)):
            order = self._drawn_up(lead, beyond=goes == "waiting")
            if goes == "draft":
                return
            identity = names.identity_number("3402", date(1988, 3, 12), 400 + self.number, "男")
            order = orders.submit(actor=self.seller, order_id=order.pk, identity=identity)
        if goes == "waiting":
            return
        with told(min(at(self.began, 16, 5), self.now)):
            self._pay(order, order.deposit, "deposit")
        self._goes_on(order)

    def _goes_on(self, order: Order) -> None:
        goes = self.story.goes
        if goes in {"refund", "asked", "cancelled"}:
            self._ends(order, goes)
        if goes in {"allocated", "planned", "delivered"}:
            with told(at(self.began + timedelta(days=1), 9, 30)):
                car = _car(self.manager, self.shop, self.model, self.number, self.dice, arrived=self.began)
                cars.allocate(actor=self.seller, order_id=order.pk, car_id=car.pk)
        if goes in {"planned", "delivered"}:
            self._hands_over(order, car)

    def _lead(self) -> Lead:
        desk, person = _index(self.shop), FIRST_NUMBER + self.number
        name = names.surname(self.dice) + names.given_name(self.dice, "男", 1988)
        who = Person(name=name, phones=(names.phone((desk * 10_000_000 + person) * 2),))
        wish = {"brand": "朔川", "series": self.model.series.name, "model_code": self.model.code, "payment": "full"}
        receipt = receiving.receive(
            actor=self.seller,
            received=Received(
                door=Door.SHOWROOM, source="walk-in", person=who, at=times.now(), wish=wish,
                consultant_id=self.seller.staff_id,
            ),
        )  # fmt: skip
        return receipt.lead

    def _drawn_up(self, lead: Lead, *, beyond: bool) -> Order:
        price = Decimal(self.model.price)
        share = Decimal("0.06") if beyond else Decimal("0.02")
        return orders.draw_up(
            actor=self.seller, lead_id=lead.pk, model_code=self.model.code, colour=self.dice.choice(brand.COLOURS),
            price=price, discount=(price * share).quantize(Decimal(100)), extras=Decimal(6800),
            extras_note="交强险、商业险、上牌", deposit=Decimal(5000),
            deposit_kind="earnest" if self.number % 3 else "advance",
            expected_on=self.began + timedelta(days=14), payment="full",
        )  # fmt: skip

    def _pay(self, order: Order, amount: Decimal, kind: str) -> None:
        payments.record(
            actor=self.till, order_id=order.pk, kind=kind, way=self.dice.choice(("card", "transfer", "wechat")),
            amount=amount, on=times.today(), receipt=f"SJ{times.today():%y%m%d}{order.pk:04}{kind[0].upper()}", note="",
        )  # fmt: skip

    def _ends(self, order: Order, goes: str) -> None:
        with told(min(at(self.began + timedelta(days=5), 11), self.now)):
            asked = cancelling.ask(
                actor=self.seller, order_id=order.pk, cause="nobody" if goes != "cancelled" else "buyer",
                reason="loan" if goes != "cancelled" else "other_car",
                refund=Decimal(5000) if goes != "cancelled" else Decimal(0), note="客户来店说明过情况",
            )  # fmt: skip
        if goes != "asked" and asked.granted is None:
            with told(min(at(self.began + timedelta(days=6), 9, 10), self.now)):
                cancelling.decide(actor=self.manager, order_id=order.pk, granted=True)

    def _hands_over(self, order: Order, car: StockCar) -> None:
        done = self.story.goes == "delivered"
        day = self._open_day(self.today - timedelta(days=self.story.delivered), -1) if done else self._coming()
        advisors = self.shop.of(Role.SERVICE_ADVISOR)
        advisor = advisors[self.number % len(advisors)]
        with told(at(min(day - timedelta(days=2), self.today - timedelta(days=1)), 10, 15)):
            delivery = appointments.plan(
                actor=self.seller, order_id=order.pk, at=at(day, 10 + self.number % 5), bay=BAYS[self.number % 2],
                advisor_id=advisor.staff_id,
            )  # fmt: skip
        ready = delivery.ticks.all() if done else delivery.ticks.filter(part="preparation")[: 2 + self.number % 4]
        with told(min(at(day, 9, 20), self.now)):
            if done or self.number % 2:
                self._pay(order, order.total - order.deposit, "balance")
            for tick in ready:
                checking.tick(actor=self.seller, delivery_id=delivery.pk, tick_id=tick.pk, done=True)
        if done:
            self._recorded(order, delivery.pk, advisor, day)

    def _coming(self) -> date:
        """Today, tomorrow and the days after."""
        return self._open_day(self.today + timedelta(days=self.number % 3), 1)

    def _open_day(self, day: date, step: int) -> date:
        """That one, or the next in that direction on which the store is open: holidays are closed."""
        calendar = calendar_of(self.seller.organisation_id)
        while not calendar.is_working_day(day):
            day += timedelta(days=step)
        return day

    def _recorded(self, order: Order, delivery_id: int, advisor: Actor, day: date) -> None:
        year = timedelta(days=364)
        cover = {"starts_on": day, "ends_on": day + year, "insurer": "江淮财险", "number": ""}
        with told(at(day, 11, 50)):
            what = HandOver(
                on=day, km=self.dice.randint(6, 40), advisor_id=advisor.staff_id, on_paper=True,
                covers=({"kind": "compulsory", **cover}, {"kind": "commercial", **cover}),  # type: ignore[typeddict-item]  # a Cover
            )  # fmt: skip
            recording.record(actor=self.seller, delivery_id=delivery_id, what=what)
            orders.invoice(actor=self.till, order_id=order.pk, number=f"FP{order.pk:08}", on=day)
