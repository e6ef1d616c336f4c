"""Fields of one's own among the content that is inherited."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.actors import Actor
from qibu.network import custom
from qibu.network.inheritance import lineage, resolve
from qibu.network.inherited import Below, Content, Difference, Kind, register, said_below
from qibu.network.models import CustomField
from qibu.network.rules import Capability
from qibu.network.services import custom_fields

SHOWN = {
    "label": gettext_lazy("名称"), "label_en": gettext_lazy("英文名称"), "options": gettext_lazy("选项"),
    "unit": gettext_lazy("数字的单位"), "hint": gettext_lazy("填写说明"), "place": gettext_lazy("排在第几"),
    "listed": gettext_lazy("在列表里显示"), "active": gettext_lazy("启用"),
}  # fmt: skip


def contents(actor: Actor) -> list[Content]:
    above = _above(actor)
    return [
        _content(record, field, above.get((record.key, field.row.code)))
        for record in custom.RECORDS.values()
        for field in custom.all_fields(actor.organisation_id, record.key)
    ]


def _above(actor: Actor) -> dict[tuple[str, str], CustomField]:
    """The fields as they would count without the organisation's own versions."""
    line = lineage(actor.organisation_id)[1:]
    found = resolve(CustomField.objects.all(), line, lambda row: (row.record, row.code))
    return {key: one.row for key, one in found.items()}


def _content(record: custom.Record, field: custom.Field, above: CustomField | None) -> Content:
    replaced = above if field.own else None
    return Content(
        f"{record.key}/{field.row.code}", f"{record.label}：{field.label}",
        reverse("network:custom-field", args=[record.key, field.row.code]), field.row.organisation_id,
        _differences(field.row, replaced) if replaced else (), restorable=replaced is not None,
    )  # fmt: skip


def _differences(row: CustomField, above: CustomField) -> tuple[Difference, ...]:
    return tuple(
        Difference(str(label), _words(getattr(row, name)), _words(getattr(above, name)))
        for name, label in SHOWN.items()
        if getattr(row, name) != getattr(above, name)
    )


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("、").join(one["label"] for one in value if not one.get("gone"))
    return str(value) or _("空")


def restore(actor: Actor, key: str) -> None:
    record, _slash, code = key.partition("/")
    custom_fields.inherit_again(actor=actor, record=record, code=code)


def effect(actor: Actor, key: str) -> list[str]:
    return [_("档案里填的内容不变。")]


def below(actor: Actor) -> Below:
    return said_below("network_overridden_below", "field")


MAY = Capability.ORGANISATION_MANAGE
register(Kind("field", gettext_lazy("自定义字段"), MAY, contents, restore, effect, below, order=60))
