"""Cars, extras and tables among the content that is inherited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors
from qibu.catalog.forms import NAMES
from qibu.catalog.models import CarModel
from qibu.catalog.services import saying
from qibu.kernel.actors import Actor
from qibu.network.inherited import Content, Difference, Kind, by_code, register, told_by
from qibu.network.rules import Capability
from qibu.ui import formats

CAR, EXTRA, TABLE = "car_model", "extra", "rate_table"
BELOW = "catalog_overridden_below"


def of_cars(actor: Actor) -> list[Content]:
    found = selectors.resolved(actor)
    above = {row.code: row for row in CarModel.objects.exclude(organisation_id=actor.organisation_id)}
    rows = by_code(found, "catalog:car", lambda car: f"{car.brand} {car}")
    prices = {code: _price(one.row, above.get(code)) if one.own else () for code, one in found.items()}
    return [replace(row, differences=prices[row.key]) for row in rows]


def _price(here: CarModel, above: CarModel | None) -> tuple[Difference, ...]:
    """What people look for first; the rest is on its page."""
    if above is None or above.price == here.price:
        return ()
    return (Difference(_("指导价"), formats.money(here.price), formats.money(above.price)),)


def of_extras(actor: Actor) -> list[Content]:
    return by_code(selectors.resolved_extras(actor), "catalog:extra")


def of_tables(actor: Actor) -> list[Content]:
    return by_code(selectors.resolved_tables(actor), "catalog:table", lambda table: NAMES[table.code])


def restoring(kind: saying.Kind) -> Callable[[Actor, str], None]:
    return lambda actor, key: saying.inherit_again(actor=actor, kind=kind, code=key)


def effect(actor: Actor, key: str) -> list[str]:
    return [_("新写的报价按上级的来；已经写好和发出的报价不变。")]


for order, (name, label, contents, kind) in enumerate(
    (
        (CAR, gettext_lazy("车型和价格"), of_cars, saying.CAR),
        (EXTRA, gettext_lazy("精品、服务和费用"), of_extras, saying.EXTRA),
        (TABLE, gettext_lazy("保险和税费表"), of_tables, saying.TABLE),
    ),
    start=61,
):
    may, below = Capability.SALES_MANAGE, told_by(BELOW, name)
    register(Kind(name, label, may, contents, restoring(kind), effect, below, order))
