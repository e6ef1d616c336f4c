"""Stages, reasons of loss and the pace by grade among the content that is inherited."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.leads import inheriting_sharing, selectors, words
from qibu.leads.addresses import line_page, loss_page
from qibu.leads.models import LossReason
from qibu.leads.rules import Grade
from qibu.leads.selectors.pace import sourced
from qibu.leads.services import setting_up
from qibu.network.inheritance import lineage, resolve
from qibu.network.inherited import Content, Difference, Kind, differing, register, told_by
from qibu.network.rules import Capability

__all__ = ["inheriting_sharing"]  # found at start-up with this module
BELOW = "leads_overridden_below"


# Stages -----------------------------------------------------------------------------------------
def of_stages(actor: Actor) -> list[Content]:
    book = selectors.StageBook(actor.organisation_id)
    found = []
    for brand, series in book.lines():
        stages = book.of(brand, series)
        own = bool(stages) and (stages[0].organisation_id, stages[0].brand, stages[0].series) == (
            actor.organisation_id, brand, series,
        )  # fmt: skip
        own_line = (actor.organisation_id, brand, series)
        above = selectors.StageBook(actor.organisation_id, own_line).of(brand, series)
        here, there = (" → ".join(map(str, rows)) for rows in (stages, above))
        differences = (Difference(_("阶段"), here, there),) if own and here != there else ()
        found.append(
            Content(
                f"{brand}/{series}", words.line(brand, series), line_page(brand, series),
                stages[0].organisation_id if stages else None, differences, restorable=own,
            )
        )  # fmt: skip
    return found


def restore_stages(actor: Actor, key: str) -> None:
    brand, _slash, series = key.partition("/")
    setting_up.inherit_stages(actor=actor, brand=brand, series=series)


def effect_of_stages(actor: Actor, key: str) -> list[str]:
    return [_("线索留在原来的阶段；停在上级没有的阶段的，要先移走。")]


# Reasons ----------------------------------------------------------------------------------------
def of_losses(actor: Actor) -> list[Content]:
    line, rows = lineage(actor.organisation_id), list(LossReason.objects.order_by("parent", "order"))
    above = resolve(rows, line[1:], lambda row: (row.parent, row.code))
    found = []
    for key, one in resolve(rows, line, lambda row: (row.parent, row.code)).items():
        replaced = above[key].row if one.own and key in above else None
        found.append(
            Content(
                "/".join(key), str(one.row), loss_page(*key), one.source_id,
                differing(one.row, replaced, REASON) if replaced else (), restorable=replaced is not None,
            )
        )  # fmt: skip
    return found


REASON = {"name": gettext_lazy("名称"), "name_en": gettext_lazy("英文名称"), "active": gettext_lazy("可以选")}


def restore_loss(actor: Actor, key: str) -> None:
    parent, _slash, code = key.partition("/")
    setting_up.inherit_reason(actor=actor, parent=parent, code=code)


def effect_of_losses(actor: Actor, key: str) -> list[str]:
    return [_("已经结束的线索不变，只是换个叫法。")]


# Pace -------------------------------------------------------------------------------------------
def of_pace(actor: Actor) -> list[Content]:
    line = lineage(actor.organisation_id)
    above = sourced(line[1:])
    found = []
    for grade, (pace, source) in sourced(line).items():
        own = source == actor.organisation_id
        there = above[grade][0]
        both = (words.pace(pace), words.pace(there))
        said = (Difference(_("最长多久联系一次"), *both),) if own and pace != there else ()
        label = str(_("{grade} 级").format(grade=grade.value))
        found.append(Content(grade.value, label, reverse("leads:pace"), source, said, restorable=own))
    return found


def restore_pace(actor: Actor, key: str) -> None:
    setting_up.inherit_pace(actor=actor, grade=Grade(key).value)


def effect_of_pace(actor: Actor, key: str) -> list[str]:
    return [_("已经安排的下一步不变，以后的按上级的节奏。")]


for order, (name, label, contents, restore, effect) in enumerate(
    (
        ("stages", gettext_lazy("销售阶段"), of_stages, restore_stages, effect_of_stages),
        ("loss", gettext_lazy("战败原因"), of_losses, restore_loss, effect_of_losses),
        ("pace", gettext_lazy("级别和跟进频率"), of_pace, restore_pace, effect_of_pace),
    ),
    start=20,
):
    may, below = Capability.SALES_MANAGE, told_by(BELOW, name)
    register(Kind(name, label, may, contents, restore, effect, below, order))
