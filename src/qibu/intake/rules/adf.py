"""ADF and drafts: what an element means for a lead, and how a lead is said in ADF.

For China: names in one part, CNY, kilometres, country CN; what the grammar has no element for (WeChat, the code of a
model) stands in an `<id source="x-…">`, so that strict readers survive it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qibu.intake.adf import grammar as adf
from qibu.intake.rules.drafts import Draft

PRIVATE = "x-"
WECHAT, CODE, QUANTITY = "x-wechat", "x-model-code", "x-quantity"
COMPETITORS, LANGUAGE, INTEREST = "x-competitors", "x-language", "x-interest"
TO_LEAD = {"buy": "buy", "lease": "lease", "test-drive": "test_drive", "trade-in": "trade_in", "sell": "sell"}
TO_ADF = {value: key for key, value in TO_LEAD.items()}
METHODS = {
    "cash": "full", "full": "full", "全款": "full", "finance": "loan", "loan": "loan", "贷款": "loan", "按揭": "loan",
}  # fmt: skip
JOINT = "、"
_YEAR = re.compile(r"((?:19|20)\d{2})款\s*")
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
def draft_of(prospect: adf.Prospect) -> Draft:
    customer, contact = prospect.customer, prospect.customer.contact
    wanted = [one for one in prospect.vehicles if one.interest != "trade-in"]
    given = [one for one in prospect.vehicles if one.interest == "trade-in"]
    car = next((one for one in wanted if one.interest != "sell"), wanted[0] if wanted else adf.Vehicle())
    return Draft.of({
        "name": _name(contact.names),
        "phone": JOINT.join(dict.fromkeys(_by_preference(contact.phones))),
        "email": contact.email.address if contact.email else "",
        "wechat": _said(customer.ids, WECHAT),
        "city": contact.address.city if contact.address else "",
        "interest": _said(prospect.ids, INTEREST) or _interest(wanted, car, given),
        "brand": car.make, "series": car.model, "model": _model(car),
        "model_code": _said(car.ids, CODE), "quantity": _said(car.ids, QUANTITY), "colour": _colour(car),
        "buys_by": _buys_by(customer.timeframe), "budget": _budget(car), "payment": _payment(car),
        "trade_in": JOINT.join(map(_car_in_words, given)),
        "competitors": _said(customer.ids, COMPETITORS), "language": _said(customer.ids, LANGUAGE),
        "remark": "\n".join(dict.fromkeys(filter(None, _remarks(prospect, car, wanted)))),
    })  # fmt: skip


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


def _model(car: adf.Vehicle) -> str:
    year = f"{car.year}款" if re.fullmatch(r"(19|20)\d{2}", car.year) else car.year
    return " ".join(filter(None, (year, car.trim)))


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


# To ADF -----------------------------------------------------------------------------------------
def prospect_of(
    draft: Draft, *, phones: Sequence[str], requested: str, ids: Sequence[adf.Id] = (), again: bool = False,
    vendor: adf.Vendor | None = None, provider: adf.Provider | None = None,
) -> adf.Prospect:  # fmt: skip
    """The other way round: `draft_of` gives the same draft again."""
    interest = (adf.Id(source=INTEREST, text=draft.interest),) if draft.interest == "trade_in" else ()
    return adf.Prospect(
        status="resend" if again else "new", ids=(*ids, *interest), requested=requested,
        vehicles=tuple(_vehicles(draft)), customer=_customer(draft, phones), vendor=vendor or adf.Vendor(),
        provider=provider,
    )  # fmt: skip


def _vehicles(draft: Draft) -> Iterable[adf.Vehicle]:
    year = _YEAR.match(draft.model)
    facts = ((CODE, draft.model_code), (QUANTITY, draft.quantity))
    yield adf.Vehicle(
        interest=TO_ADF[draft.interest] if draft.interest in TO_ADF and draft.interest != "trade_in" else "buy",
        status="used" if draft.interest == "sell" else "new",
        ids=_ids(facts), year=year[1] if year else "", make=draft.brand, model=draft.series,
        trim=draft.model[year.end() :] if year else draft.model,
        colours=(adf.Colours(exterior=draft.colour, preference="1"),) if draft.colour else (),
        finance=_finance(draft),
    )  # fmt: skip
    if draft.trade_in:
        yield adf.Vehicle(interest="trade-in", status="used", model=draft.trade_in)


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
