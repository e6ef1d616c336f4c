"""How far consultants may go with an order, among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.network.inherited import Content, Kind, differing, register, told_by
from qibu.network.rules import Capability
from qibu.orders import selectors
from qibu.orders.forms import PolicyForm
from qibu.orders.services import policies
from qibu.ui.labels import labels

POLICY = "policy"


def contents(actor: Actor) -> list[Content]:
    found, above = selectors.policy(actor), selectors.policy(actor, above=True).row
    said = differing(found.row, above, labels(PolicyForm)) if found.own else ()
    return [Content(POLICY, _("下单规则"), reverse("orders:policy"), found.source_id, said, restorable=found.own)]


def restore(actor: Actor, key: str) -> None:
    policies.inherit_again(actor=actor)


def effect(actor: Actor, key: str) -> list[str]:
    return [_("已经签约和送审的订单不变，以后的按上级的规则。")]


register(
    Kind(
        "order_policy", gettext_lazy("下单规则"), Capability.SALES_MANAGE, contents, restore, effect,
        told_by("orders_overridden_below", "order_policy"), order=68,
    )
)  # fmt: skip
