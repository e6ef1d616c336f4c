"""What a quotation is reckoned from, read once: cars, extras, tables, loan plans; and the reckoning of one variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from qibu.catalog import selectors as catalog
from qibu.catalog.models import CarModel, Extra
from qibu.kernel.actors import Actor
from qibu.quotes.errors import BadOffer
from qibu.quotes.models import Appraisal, LoanPlan, Variant
from qibu.quotes.rules import loans, pricing
from qibu.quotes.rules.insurance import Cover
from qibu.quotes.rules.loans import NOTHING, Repayment, Terms, cents
from qibu.quotes.rules.pricing import Part, Tables, Wish
from qibu.quotes.rules.taxes import Car
from qibu.quotes.selectors import plans


@dataclass(frozen=True, kw_only=True)
class Header:
    """What holds for all variants. `remark` is for the customer."""

    bought_on: date
    valid_until: date
    company: bool = False
    remark: str = ""
    appraisal_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A variant as somebody wants it. Without a price the suggested one counts; `extras` are paid, `gifts` are not;
    `trade_in`: the appraised car is given in payment; without `down` the plan's least is paid at once."""

    car_code: str
    name: str = ""
    colour: str = ""
    price: Decimal | None = None
    discount: Decimal = NOTHING
    cover: Cover = field(default_factory=Cover)
    insured_for: Decimal | None = None
    extras: tuple[str, ...] = ()
    gifts: tuple[str, ...] = ()
    trade_in: bool = False
    plan: str = ""
    down: Decimal | None = None

    def wishes(self) -> dict[str, Any]:
        """As a variant keeps them; `offer_of` reads them."""
        return {
            "cover": asdict(self.cover), "insured_for": None if self.insured_for is None else str(self.insured_for),
            "extras": list(self.extras), "gifts": list(self.gifts), "trade_in": self.trade_in,
            "down": None if self.down is None else str(self.down),
        }  # fmt: skip


def offer_of(variant: Variant) -> Offer:
    wishes = variant.wishes
    return Offer(
        car_code=variant.car_code, name=variant.name, colour=variant.colour, price=variant.price,
        discount=variant.discount, cover=Cover(**wishes["cover"]), insured_for=_amount(wishes["insured_for"]),
        extras=tuple(wishes["extras"]), gifts=tuple(wishes["gifts"]), trade_in=wishes["trade_in"],
        plan=variant.plan_code, down=_amount(wishes["down"]),
    )  # fmt: skip


def _amount(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)


@dataclass(frozen=True)
class Reckoned:
    offer: Offer
    car: CarModel
    price: Decimal
    parts: list[Part]
    plan: LoanPlan | None = None
    terms: Terms | None = None

    @property
    def total(self) -> Decimal:
        return pricing.total(self.parts)


class Book:
    """Everything that counts for an organisation at this moment: four queries, however many variants."""

    def __init__(self, actor: Actor) -> None:
        self.cars: Mapping[str, CarModel] = {code: one.row for code, one in catalog.resolved(actor).items()}
        self.extras: Mapping[str, Extra] = {one.code: one for one in catalog.extras(actor)}
        self.plans: Mapping[str, LoanPlan] = {one.code: one for one in plans(actor)}
        self.rows = catalog.tables(actor)

    @property
    def tables(self) -> Tables:
        vessel = [Decimal(row["yearly"]) for row in self.rows.get("vessel", ())]
        named = {name: self.rows.get(name, ()) for name in ("compulsory", "liability", "damage", "people")}
        return Tables(**named, vessel=vessel)

    def usual_extras(self, brand: str, series: str) -> tuple[str, ...]:
        return tuple(code for code, one in self.extras.items() if one.usual and one.fits(brand, series))

    def reckon(self, number: int, offer: Offer, header: Header, appraisal: Appraisal | None) -> Reckoned:
        """Raises `BadOffer`, which names the variant."""
        car = self.cars.get(offer.car_code)
        if car is None:
            raise BadOffer(number, "car")
        price = car.price if offer.price is None else offer.price
        if price < car.price:
            raise BadOffer(number, "below_list", car.price)
        if offer.discount > price:
            raise BadOffer(number, "discount", price)
        parts = pricing.parts_of(self._wish(number, offer, header, car, price, appraisal), self.tables)
        plan, terms = self._financed(number, offer, car, parts)
        return Reckoned(offer, car, price, parts, plan, terms)

    def _wish(
        self, number: int, offer: Offer, header: Header, car: CarModel, price: Decimal, appraisal: Appraisal | None
    ) -> Wish:
        if offer.trade_in and appraisal is None:
            raise BadOffer(number, "trade_in")
        chosen = (*self._named(number, car, offer.extras), *self._named(number, car, offer.gifts, gift=True))
        return Wish(
            car=Car(car.energy, car.seats, car.displacement, car.electric_range), price=price,
            bought_on=header.bought_on, discount=offer.discount, company=header.company, cover=offer.cover,
            insured_for=offer.insured_for, extras=chosen,
            trade_in=appraisal.value if offer.trade_in and appraisal else NOTHING,
        )  # fmt: skip

    def _named(
        self, number: int, car: CarModel, codes: tuple[str, ...], *, gift: bool = False
    ) -> list[pricing.Extra]:
        """What is offered no more is left out; what is for other cars is refused."""
        found = [self.extras[code] for code in codes if code in self.extras]
        for one in found:
            if not one.fits(car.brand, car.series):
                raise BadOffer(number, "extra", name=str(one))
        return [
            pricing.Extra(pricing.Kind(one.kind), one.code, one.name, one.price, one.name_en, gift) for one in found
        ]

    def _financed(
        self, number: int, offer: Offer, car: CarModel, parts: list[Part]
    ) -> tuple[LoanPlan | None, Terms | None]:
        if not offer.plan:
            return None, None
        plan = self.plans.get(offer.plan)
        if plan is None or not plan.fits(car.brand, car.series):
            raise BadOffer(number, "plan")
        paid = pricing.financed(parts)
        least = cents(paid * plan.down_percent / 100)
        down = least if offer.down is None else offer.down
        if not least <= down < paid:
            raise BadOffer(number, "down", least)
        return plan, self._terms(number, plan, paid, paid - down)

    def _terms(self, number: int, plan: LoanPlan, paid: Decimal, amount: Decimal) -> Terms:
        terms = Terms(
            kind=Repayment(plan.repayment), amount=amount, months=plan.months, rate=plan.rate,
            balloon=min(cents(paid * plan.balloon_percent / 100), amount), free_months=plan.free_months,
            fee=cents(amount * plan.fee_percent / 100),
        )  # fmt: skip
        try:
            loans.check(terms)
        except loans.BadTerms:
            raise BadOffer(number, "loan") from None
        return terms


def stored_terms(terms: Terms | None) -> dict[str, Any]:
    if terms is None:
        return {}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in vars(terms).items()}


def read_terms(stored: Mapping[str, Any]) -> Terms | None:
    if not stored:
        return None
    amounts = {name: Decimal(stored[name]) for name in ("amount", "rate", "balloon", "fee")}
    return Terms(
        kind=Repayment(stored["kind"]), months=stored["months"], free_months=stored["free_months"], **amounts
    )
