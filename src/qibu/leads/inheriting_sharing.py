"""How leads are shared out, among the content that is inherited: the rules as a list, the numbers one by one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.leads.forms_sharing import LABELS
from qibu.leads.selectors import policies
from qibu.leads.services import sharing
from qibu.network.inheritance import lineage
from qibu.network.inherited import Content, Difference, Kind, register, told_by
from qibu.network.rules import Capability

RULES, POLICY = "rules", "policy"


def contents(actor: Actor) -> list[Content]:
    line = lineage(actor.organisation_id)
    return [_rules(line), _policy(line)]


def _rules(line: list[int]) -> Content:
    here, above = policies.rules_along(line), policies.rules_along(line[1:])
    names = [_("、").join(row.name for row in found.rows) or _("无") for found in (here, above)]
    differences = (Difference(_("规则"), *names),) if here.own else ()
    return Content(
        RULES, _("线索分配规则"), reverse("leads:rules"), here.source, differences, restorable=here.own
    )


def _policy(line: list[int]) -> Content:
    own, above = policies.policy_along(line), policies.policy_along(line[1:])
    said = {name: one[0].source for name, one in policies.sayings(line).items()}
    differences = tuple(
        Difference(str(LABELS[name][0]), str(getattr(own, name)), str(getattr(above, name)))
        for name, source in said.items()
        if source == line[0]
    )
    nearest = next((number for number in line if number in said.values()), None)
    return Content(
        POLICY, _("线索时限和限额"), reverse("leads:policy"), nearest, differences, restorable=bool(differences)
    )


def restore(actor: Actor, key: str) -> None:
    (sharing.inherit_rules_again if key == RULES else sharing.inherit_policy_again)(actor=actor)


def effect(actor: Actor, key: str) -> list[str]:
    return [_("已经分出去的线索不动，以后来的按上级的分。")]


register(
    Kind(
        "allocation", gettext_lazy("线索分配"), Capability.SALES_MANAGE, contents, restore, effect,
        told_by("leads_sharing_below", "allocation"), order=70
    )
)
