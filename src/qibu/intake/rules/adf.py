"""ADF and drafts: what an element means for a lead, and how a lead is said in ADF.

For China: names in one part, CNY, kilometres, country CN; what the grammar has no element for (WeChat, the code of a
model) stands in an `<id source="x-…">`, so that strict readers survive it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qibu.intake.adf import grammar as adf
from qibu.intake.rules.drafts import CONDITIONS, USED, Draft

PRIVATE = "x-"
WECHAT, CODE, QUANTITY = "x-wechat", "x-model-code", "x-quantity"
COMPETITORS, LANGUAGE, INTEREST = "x-competitors", "x-language", "x-interest"
DRIVE, PLATE, REGISTERED, WORDS = "x-test-drive-at", "x-plate", "x-registered", "x-words"
TO_LEAD = {"buy": "buy", "lease": "lease", "test-drive": "test_drive", "trade-in": "trade_in", "sell": "sell"}
TO_ADF = {value: key for key, value in TO_LEAD.items()}
METHODS = {
    "cash": "full", "full": "full", "全款": "full", "finance": "loan", "loan": "loan", "贷款": "loan", "按揭": "loan",
}  # fmt: skip
JOINT = "、"
_YEAR = re.compile(r"((?:19|20)\d{2})款\s*")
OLDEST, AHEAD = 1980, 2  # model years that there are: from when people bought cars of their own, to those announced
_CHINESE = re.compile(r"[\u3400-\u9fff]")
WEIGHT = ("test-drive", "buy", "lease", "sell")  # of several interests in one car what asks for most


def keys_of(prospect: adf.Prospect) -> tuple[tuple[str, str], ...]:
    """How the sender calls it: `id` and its `source`. Ids of our own kind are facts, not names."""
    found = ((one.source[:80], one.text[:120]) for one in prospect.ids if one.text)
    return tuple(dict.fromkeys((source or "adf", text) for source, text in found if not source.startswith(PRIVATE)))


def provider_of(prospect: adf.Prospect) -> str:
    """Who sent it, in their own words: the channel of the lead."""
    return prospect.provider.name.text or prospect.provider.service if prospect.provider else ""


# From ADF ---------------------------------------------------------------------------------------
def draft_of(prospect: adf.Prospect, this_year: int) -> Draft:
    """What can't be the year of a model is no part of what the car is called; it stays in the remark as it was sent."""
    prospect = replace(prospect, vehicles=tuple(_dated(one, this_year) for one in prospect.vehicles))
    customer, contact = prospect.customer, prospect.customer.contact
    wanted = [one for one in prospect.vehicles if one.interest != "trade-in"]
    given = [one for one in prospect.vehicles if one.interest == "trade-in"]
    car = next((one for one in wanted if one.interest != "sell"), wanted[0] if wanted else adf.Vehicle())
    drive, frame = _drive(prospect, wanted)
    return Draft.of({
        "name": _name(contact.names),
        "phone": JOINT.join(dict.fromkeys(_by_preference(contact.phones))),
        "email": contact.email.address if contact.email else "",
        "wechat": _said(customer.ids, WECHAT),
        "city": contact.address.city if contact.address else "",
        "interest": _said(prospect.ids, INTEREST) or _interest(wanted, car, given),
        "brand": car.make, "series": car.model, "model": _model(car),
        "model_code": _said(car.ids, CODE), "quantity": _said(car.ids, QUANTITY), "colour": _colour(car),
        "buys_by": _buys_by(frame), "budget": _budget(car), "payment": _payment(car),
        **_given(given), "drive": drive,
        "competitors": _said(customer.ids, COMPETITORS), "language": _said(customer.ids, LANGUAGE),
        "remark": "\n".join(dict.fromkeys(filter(None, _remarks(prospect, car, wanted)))),
    })  # fmt: skip


def _dated(car: adf.Vehicle, this_year: int) -> adf.Vehicle:
    year = car.year.strip()
    if not year or (year.isdecimal() and OLDEST <= int(year) <= this_year + AHEAD):
        return car
    return replace(car, year="", comments="\n".join(filter(None, (car.comments, f"year {year}"))))


def _said(ids: Iterable[adf.Id], source: str) -> str:
    return next((one.text for one in ids if one.source == source), "")


def _name(names: Sequence[adf.Name]) -> str:
    by_part = {one.part: one.text for one in names if one.text}
    if full := by_part.get("full"):
        return full
    family = by_part.get("surname") or by_part.get("last") or ""
    given = [by_part[part] for part in ("first", "middle") if part in by_part]
    if _CHINESE.search(family + "".join(given)):
        return family + "".join(given)
    return " ".join(filter(None, [*given, family, by_part.get("suffix", "")]))


def _by_preference(phones: Sequence[adf.Phone]) -> list[str]:
    usable = [one for one in phones if one.number and one.type not in {"fax", "pager"}]
    ranked = sorted(usable, key=lambda one: (one.preferred != "1", one.type != "cellphone"))
    return [one.number for one in ranked]


def _interest(wanted: Sequence[adf.Vehicle], car: adf.Vehicle, given: Sequence[adf.Vehicle]) -> str:
    if not wanted:
        return "trade_in" if given else "buy"
    same = {one.interest for one in wanted if (one.make, one.model) == (car.make, car.model)}
    return TO_LEAD[next(one for one in WEIGHT if one in same)]


def _drive(prospect: adf.Prospect, wanted: Sequence[adf.Vehicle]) -> tuple[str, adf.Timeframe | None]:
    """When they would like to drive, and what is left that says when they buy: who asks for nothing but a test drive
    means that by the earliest day."""
    frame = prospect.customer.timeframe
    if said := _said(prospect.ids, DRIVE):
        return said, frame
    if frame and frame.earliest and wanted and all(one.interest == "test-drive" for one in wanted):
        return frame.earliest, replace(frame, earliest="")
    return "", frame


def _model(car: adf.Vehicle) -> str:
    return " ".join(filter(None, (f"{car.year}款" if car.year else "", car.trim)))


def _colour(car: adf.Vehicle) -> str:
    ranked = sorted(car.colours, key=lambda one: (len(one.preference), one.preference))
    return next((one.exterior or one.interior for one in ranked if one.exterior or one.interior), "")


def _buys_by(timeframe: adf.Timeframe | None) -> str:
    return (timeframe.latest or timeframe.description or timeframe.earliest) if timeframe else ""


def _budget(car: adf.Vehicle) -> str:
    """What they say they spend in all; a price that others say is none of theirs."""
    if car.finance:
        total = next((one.text for one in car.finance.amounts if one.type == "total" and one.text), "")
        if total:
            return total
    return car.price.text if car.price and car.price.type == "offer" else ""


def _payment(car: adf.Vehicle) -> str:
    return METHODS.get(car.finance.method.lower(), "") if car.finance else ""


def _remarks(prospect: adf.Prospect, car: adf.Vehicle, wanted: Sequence[adf.Vehicle]) -> Iterable[str]:
    yield prospect.customer.comments
    if (frame := prospect.customer.timeframe) and frame.latest:
        yield frame.description
    for one in wanted:
        if one is not car and (one.make, one.model) != (car.make, car.model):
            yield _car_in_words(one)
        yield one.comments
        yield one.price_comments
        yield from (option.name for option in one.options)
        yield " ".join(filter(None, (one.vin, one.stock)))


def _car_in_words(car: adf.Vehicle) -> str:
    run = f"{car.odometer.text} {car.odometer.units}" if car.odometer and car.odometer.text else ""
    return " ".join(filter(None, (car.year, car.make, car.model, car.trim, run, car.vin)))


def _given(cars: Sequence[adf.Vehicle]) -> dict[str, str]:
    """The cars in words, and of the first one what its appraisal asks for."""
    if not cars:
        return {}
    car = cars[0]
    condition = car.condition if car.condition.lower() in CONDITIONS else ""
    run = f"{car.odometer.text} {'mi' if car.odometer.units == 'mi' else ''}".strip() if car.odometer else ""
    notes = [car.comments, car.price_comments, "" if condition else car.condition]
    return {
        "trade_in": _said(car.ids, WORDS) or JOINT.join(map(_car_in_words, cars)),
        "trade_in_plate": _said(car.ids, PLATE),
        "trade_in_registered": _said(car.ids, REGISTERED), "trade_in_vin": car.vin, "trade_in_km": run,
        "trade_in_condition": condition, "trade_in_note": " ".join(filter(None, notes)),
    }  # fmt: skip


# To ADF -----------------------------------------------------------------------------------------
def prospect_of(
    draft: Draft, *, phones: Sequence[str], requested: str, ids: Sequence[adf.Id] = (), again: bool = False,
    vendor: adf.Vendor | None = None, provider: adf.Provider | None = None,
) -> adf.Prospect:  # fmt: skip
    """The other way round: `draft_of` gives the same draft again. `requested` is a moment as ISO 8601 writes it."""
    interest = draft.interest if draft.interest == "trade_in" else ""
    facts = ((INTEREST, interest), (DRIVE, draft.drive))
    return adf.Prospect(
        status="resend" if again else "new", ids=(*ids, *_ids(facts)), requested=requested,
        vehicles=tuple(_vehicles(draft, int(requested[:4]))), customer=_customer(draft, phones),
        vendor=vendor or adf.Vendor(), provider=provider,
    )  # fmt: skip


def _vehicles(draft: Draft, this_year: int) -> Iterable[adf.Vehicle]:
    year = _YEAR.match(draft.model)
    year = year if year and OLDEST <= int(year[1]) <= this_year + AHEAD else None
    facts = ((CODE, draft.model_code), (QUANTITY, draft.quantity))
    yield adf.Vehicle(
        interest=TO_ADF[draft.interest] if draft.interest in TO_ADF and draft.interest != "trade_in" else "buy",
        status="used" if draft.interest == "sell" else "new",
        ids=_ids(facts), year=year[1] if year else "", make=draft.brand, model=draft.series,
        trim=draft.model[year.end() :] if year else draft.model,
        colours=(adf.Colours(exterior=draft.colour, preference="1"),) if draft.colour else (),
        finance=_finance(draft),
    )  # fmt: skip
    if draft.trade_in or any(getattr(draft, name) for name in USED):
        yield _used(draft)


def _used(draft: Draft) -> adf.Vehicle:
    """The words stand in the model; they are said again where reading would put mileage and VIN behind them."""
    words = draft.trade_in if draft.trade_in_vin or draft.trade_in_km else ""
    facts = ((WORDS, words), (PLATE, draft.trade_in_plate), (REGISTERED, draft.trade_in_registered))
    return adf.Vehicle(
        interest="trade-in", status="used", ids=_ids(facts), model=draft.trade_in, vin=draft.trade_in_vin,
        odometer=adf.Odometer(text=draft.trade_in_km) if draft.trade_in_km else None,
        condition=draft.trade_in_condition, comments=draft.trade_in_note,
    )  # fmt: skip


def _finance(draft: Draft) -> adf.Finance | None:
    if not draft.budget and not draft.payment:
        return None
    method = {"full": "cash", "loan": "finance"}.get(draft.payment, "")
    amount = (adf.Amount(currency="CNY", text=draft.budget),) if draft.budget else ()
    return adf.Finance(method=method, amounts=amount)


def _customer(draft: Draft, phones: Sequence[str]) -> adf.Customer:
    contact = adf.Contact(
        names=(adf.Name(text=draft.name),) if draft.name else (),
        email=adf.Email(address=draft.email) if draft.email else None,
        phones=tuple(adf.Phone(type="cellphone" if _mobile(one) else "voice", number=one) for one in phones),
        address=adf.Address(city=draft.city, country="CN") if draft.city else None,
    )
    facts = ((WECHAT, draft.wechat), (COMPETITORS, draft.competitors), (LANGUAGE, draft.language))
    return adf.Customer(
        contact=contact, ids=_ids(facts),
        timeframe=adf.Timeframe(latest=draft.buys_by) if draft.buys_by else None, comments=draft.remark,
    )  # fmt: skip


def _mobile(number: str) -> bool:
    return re.fullmatch(r"1[3-9]\d{9}", number) is not None


def _ids(facts: Iterable[tuple[str, str]]) -> tuple[adf.Id, ...]:
    return tuple(adf.Id(source=source, text=text) for source, text in facts if text)
