"""What a contract takes from the quotation that it follows: car, price and discount, what comes along, the loan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.orders.models import Order
from qibu.quotes import selectors as quotes
from qibu.quotes.models import Quote, Variant
from qibu.quotes.rules.pricing import DEDUCTED, Kind
from qibu.quotes.services.book import read_terms
from qibu.quotes.words import part as called

OF_THE_CAR = frozenset({Kind.VEHICLE, Kind.DISCOUNT})


def chosen(actor: Actor, lead_id: int, number: str = "") -> Quote | None:
    """Of the quotations of a lead the one of that number, as far as the reader sees it; without a number the one that
    the customer took, so that nobody types it a second time."""
    rows = quotes.visible(actor).filter(lead_id=lead_id).order_by("-pk")
    if not number:
        return rows.filter(state=Quote.State.ACCEPTED).first()
    return next((one for one in rows if one.number == number), None)


def facts(quote: Quote) -> dict[str, Any]:
    """Of the variant that the customer took, else the first one. What is given in payment is a remark: it comes in
    with the money; so is what was promised for nothing."""
    variants = list(Variant.objects.filter(quote=quote).order_by("order"))
    chosen = next((one for one in variants if one.order == quote.accepted), variants[0])
    parts = [one for one in chosen.read_parts if one.kind not in OF_THE_CAR]
    charged = [one for one in parts if one.kind not in DEDUCTED and one.amount]
    taken = [f"{called(one)} {-one.amount}" for one in parts if one.kind in DEDUCTED]
    gifts = [called(one) for one in parts if one.note == "gift"]
    promised = [_("赠送：{names}").format(names=_("、").join(gifts))] if gifts else []
    loan = read_terms(chosen.loan)
    return {
        "model_code": chosen.car_code, "colour": chosen.colour, "price": chosen.price, "discount": chosen.discount,
        "extras": sum((one.amount for one in charged), Decimal(0)),
        "extras_note": "、".join(dict.fromkeys(called(one) for one in charged))[:200],
        "remark": _("；").join([*taken, *promised]),
        "payment": Order.Payment.LOAN if loan else Order.Payment.FULL, "loan": loan.amount if loan else None,
        "quote": quote.number,
    }  # fmt: skip
