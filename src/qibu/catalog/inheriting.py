"""Cars, extras and tables among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors
from qibu.catalog.forms import NAMES
from qibu.catalog.models import CarModel
from qibu.catalog.services import cars, extras, tables
from qibu.kernel.actors import Actor
from qibu.network.inherited import Below, Content, Difference, Kind, register, said_below
from qibu.network.rules import Capability
from qibu.ui import formats

CAR, EXTRA, TABLE = "car_model", "extra", "rate_table"
BELOW = "catalog_overridden_below"


def of_cars(actor: Actor) -> list[Content]:
    above = {row.code: row for row in CarModel.objects.exclude(organisation_id=actor.organisation_id)}
    return [
        Content(
            code, f"{one.row.brand} {one.row}", reverse("catalog:car", args=[code]), one.source_id,
            _price(one.row, above.get(code)) if one.own else (), one.own and one.overrides,
        )
        for code, one in selectors.resolved(actor).items()
    ]  # fmt: skip


def _price(here: CarModel, above: CarModel | None) -> tuple[Difference, ...]:
    """What people look for first; the rest is on its page."""
    if above is None or above.price == here.price:
        return ()
    return (Difference(_("指导价"), formats.money(here.price), formats.money(above.price)),)


def of_extras(actor: Actor) -> list[Content]:
    return [
        Content(code, str(one.row), reverse("catalog:extra", args=[code]), one.source_id, (), one.own and one.overrides)
        for code, one in selectors.resolved_extras(actor).items()
    ]


def of_tables(actor: Actor) -> list[Content]:
    return [
        Content(
            code, str(NAMES[code]), reverse("catalog:table", args=[code]), one.source_id, (), one.own and one.overrides
        )
        for code, one in selectors.resolved_tables(actor).items()
    ]


def restore_car(actor: Actor, key: str) -> None:
    cars.inherit_again(actor=actor, code=key)


def restore_extra(actor: Actor, key: str) -> None:
    extras.inherit_again(actor=actor, code=key)


def restore_table(actor: Actor, key: str) -> None:
    tables.inherit_again(actor=actor, code=key)


def effect(actor: Actor, key: str) -> list[str]:
    return [_("新写的报价按上级的来；已经写好和发出的报价不变。")]


def cars_below(actor: Actor) -> Below:
    return said_below(BELOW, CAR)


def extras_below(actor: Actor) -> Below:
    return said_below(BELOW, EXTRA)


def tables_below(actor: Actor) -> Below:
    return said_below(BELOW, TABLE)


MAY = Capability.SALES_MANAGE
register(Kind(CAR, gettext_lazy("车型和价格"), MAY, of_cars, restore_car, effect, cars_below, order=61))
register(Kind(EXTRA, gettext_lazy("精品、服务和费用"), MAY, of_extras, restore_extra, effect, extras_below, order=62))
register(Kind(TABLE, gettext_lazy("保险和税费表"), MAY, of_tables, restore_table, effect, tables_below, order=63))
