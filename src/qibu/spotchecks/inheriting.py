"""How many are called each month, and what they are asked, among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.network.inherited import Content, Difference, Kind, differing, register, told_by
from qibu.network.rules import Capability
from qibu.spotchecks import selectors
from qibu.spotchecks.forms import RuleForm
from qibu.spotchecks.models import SampleRule
from qibu.spotchecks.services import settings
from qibu.ui.labels import labels

RULE, STANDARD = "rule", "standard"
BELOW = "spotchecks_overridden_below"


def of_rule(actor: Actor) -> list[Content]:
    found, above = selectors.rule_resolved(actor), selectors.rule_resolved(actor, above=True).row
    called = labels(RuleForm)
    said = differing(found.row, above, {name: called[name] for name in settings.FIELDS if name != "stages"})
    said += _stages(actor, found.row, above)
    own, address = found.own, reverse("spotchecks:rule")
    return [Content(RULE, _("抽访规则"), address, found.source_id, said if own else (), restorable=own)]


def _stages(actor: Actor, here: SampleRule, above: SampleRule) -> tuple[Difference, ...]:
    called = {row.code: str(row) for row in leads.stages_for(actor)}
    both = [_("、").join(called.get(code, code) for code in rule.stages) for rule in (here, above)]
    return (Difference(_("哪些阶段的线索"), *both),) if both[0] != both[1] else ()


def of_standard(actor: Actor) -> list[Content]:
    here, above = selectors.standard(actor), selectors.standard(actor, above=True)
    source = here[0].organisation_id if here else None
    own = source == actor.organisation_id
    both = ("\n".join(map(str, rows)) for rows in (here, above))
    said = (Difference(_("问题"), *both),) if own else ()
    return [Content(STANDARD, _("接待标准问卷"), reverse("spotchecks:standard"), source, said, restorable=own)]


def restore_rule(actor: Actor, key: str) -> None:
    settings.inherit_rule_again(actor=actor)


def restore_standard(actor: Actor, key: str) -> None:
    settings.inherit_standard_again(actor=actor)


def effect_of_rule(actor: Actor, key: str) -> list[str]:
    return [_("已经抽过的月份不变，从下一次抽访起按上级的来。")]


def effect_of_standard(actor: Actor, key: str) -> list[str]:
    return [_("已经填好的问卷不变，从下一个电话起按上级的问。")]


for order, (name, label, contents, restore, effect) in enumerate(
    (
        ("spotcheck_rule", gettext_lazy("抽访规则"), of_rule, restore_rule, effect_of_rule),
        ("spotcheck_standard", gettext_lazy("接待标准问卷"), of_standard, restore_standard, effect_of_standard),
    ),
    start=71,
):
    may, below = Capability.SALES_MANAGE, told_by(BELOW, name)
    register(Kind(name, label, may, contents, restore, effect, below, order))
