"""How drives are planned, and what is signed before them, among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.drives import selectors
from qibu.drives.forms import AgreementForm, PolicyForm
from qibu.drives.services import policies
from qibu.kernel.actors import Actor
from qibu.network.inherited import Content, Kind, differing, register, told_by
from qibu.network.rules import Capability
from qibu.ui.labels import labels

POLICY, AGREEMENT = "policy", "agreement"
BELOW = "drives_overridden_below"


def of_policy(actor: Actor) -> list[Content]:
    found, called = selectors.policy_resolved(actor), labels(PolicyForm)
    above = selectors.policy_resolved(actor, above=True).row
    said = differing(found.row, above, {name: called[name] for name in policies.FIELDS}) if found.own else ()
    address = reverse("drives:policy")
    return [Content(POLICY, _("试驾怎么安排"), address, found.source_id, said, restorable=found.own)]


def of_agreement(actor: Actor) -> list[Content]:
    found, called = selectors.agreement(actor), labels(AgreementForm)
    above = selectors.agreement(actor, above=True).row
    said = differing(found.row, above, {name: called[name] for name in ("title", "body")}) if found.own else ()
    address = reverse("drives:agreement-text")
    return [Content(AGREEMENT, _("试驾协议"), address, found.source_id, said, restorable=found.own)]


def restore_policy(actor: Actor, key: str) -> None:
    policies.inherit_policy_again(actor=actor)


def restore_agreement(actor: Actor, key: str) -> None:
    policies.inherit_agreement_again(actor=actor)


def effect_of_policy(actor: Actor, key: str) -> list[str]:
    return [_("已经约好的试驾不变，以后约的按上级的安排。")]


def effect_of_agreement(actor: Actor, key: str) -> list[str]:
    return [_("已经签过的不变，下一次签字用上级的协议。")]


for order, (name, label, contents, restore, effect) in enumerate(
    (
        ("drive_policy", gettext_lazy("试驾安排"), of_policy, restore_policy, effect_of_policy),
        ("drive_agreement", gettext_lazy("试驾协议"), of_agreement, restore_agreement, effect_of_agreement),
    ),
    start=66,
):
    may, below = Capability.SALES_MANAGE, told_by(BELOW, name)
    register(Kind(name, label, may, contents, restore, effect, below, order))
