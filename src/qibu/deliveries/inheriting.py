"""The lists of a delivery, and what makers grant, among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.deliveries import selectors
from qibu.deliveries.forms import TermForm
from qibu.deliveries.models import ListItem, WarrantyTerm
from qibu.deliveries.services import lists
from qibu.kernel.actors import Actor
from qibu.network.inheritance import lineage, resolve
from qibu.network.inherited import Content, Difference, Kind, differing, register, told_by
from qibu.network.rules import Capability
from qibu.ui.labels import labels

BELOW = "deliveries_overridden_below"


# Lists ------------------------------------------------------------------------------------------
def of_lists(actor: Actor) -> list[Content]:
    return [_of_list(actor, part, str(label)) for part, label in ListItem.Part.choices]


def _of_list(actor: Actor, part: str, label: str) -> Content:
    here, above = selectors.items(actor, part), selectors.items(actor, part, above=True)
    own = any(one.own for one in here)
    both = ("\n".join(str(one.row) for one in rows if one.row.active) for rows in (here, above))
    said = (Difference(label, *both),) if own else ()
    source = actor.organisation_id if own else next((one.source_id for one in here), None)
    return Content(part, label, reverse("deliveries:list-of", args=[part]), source, said, restorable=own)


def restore_list(actor: Actor, key: str) -> None:
    lists.inherit_again(actor=actor, part=key)


def effect_of_list(actor: Actor, key: str) -> list[str]:
    return [_("已经约好的交车还用当时的清单，以后约的按上级的。")]


# What makers grant ------------------------------------------------------------------------------
def of_warranties(actor: Actor) -> list[Content]:
    rows, line = list(WarrantyTerm.objects.all()), lineage(actor.organisation_id)
    above = {key: one.row for key, one in resolve(rows, line[1:], lambda row: (row.brand, row.series)).items()}
    called = {name: label for name, label in labels(TermForm).items() if name not in {"brand", "series"}}
    return [
        Content(
            f"{one.row.brand}/{one.row.series}", str(one.row), reverse("deliveries:warranties"), one.source_id,
            differing(one.row, above[line_of], called) if one.own and line_of in above else (),
            restorable=one.own and one.overrides,
        )
        for one in selectors.terms(actor) for line_of in [(one.row.brand, one.row.series)]
    ]  # fmt: skip


def restore_warranty(actor: Actor, key: str) -> None:
    brand, _slash, series = key.partition("/")
    lists.withdraw(actor=actor, brand=brand, series=series)


def effect_of_warranty(actor: Actor, key: str) -> list[str]:
    return [_("已经交的车不变，以后交的车按上级的期限算。")]


for order, (name, label, contents, restore, effect) in enumerate(
    (
        ("delivery_list", gettext_lazy("交车清单"), of_lists, restore_list, effect_of_list),
        ("warranty", gettext_lazy("质保期限"), of_warranties, restore_warranty, effect_of_warranty),
    ),
    start=73,
):
    may, below = Capability.SALES_MANAGE, told_by(BELOW, name)
    register(Kind(name, label, may, contents, restore, effect, below, order))
