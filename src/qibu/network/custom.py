"""Fields that an organisation adds to its files, inherited store ← region ← manufacturer (A7, B1).

An app with such files registers them in its `slots.py`, with how many of them carry a value:

    custom.register_record("customer", _("客户"), used=count)
    custom.reserve(labels)  # what its forms, lists and sheets call their own columns

and keeps the values in a JSON column `custom` under the field's code, as `kernel.custom` spells them. In forms, changes
and lists a field is called "custom.<code>".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from qibu.kernel.actors import Actor
from qibu.kernel.custom import NO, YES, FieldKind, UnreadableValue, ValueFault, read_value
from qibu.network.inheritance import lineage, resolve
from qibu.network.models import CustomField
from qibu.ui import formats

PREFIX = "custom."
_IN_A_KEY = re.compile(r"(?:^|\.)custom\.([0-9a-f]{12})(?:_from|_to)?$")
FAULTS: dict[ValueFault, Any] = {
    ValueFault.TOO_LONG: gettext_lazy("最多 200 个字，请写短一些。"),
    ValueFault.NOT_A_NUMBER: gettext_lazy("「{text}」不是数字，请填 12 或 3.5 这样的数。"),
    ValueFault.NOT_A_DAY: gettext_lazy("「{text}」不是日期，请写成 2026-03-12。"),
    ValueFault.UNKNOWN_OPTION: gettext_lazy("选项里没有「{text}」，可以选：{options}。"),
    ValueFault.NOT_YES_OR_NO: gettext_lazy("「{text}」看不出是「是」还是「否」。"),
}
Used = Callable[[Actor, str], int]


@dataclass(frozen=True)
class Record:
    """A kind of file that takes further fields. `used` counts those with a value under a code; `examples` are what
    stores write down of such a file, for who has no field yet."""

    key: str
    label: Any
    used: Used
    examples: Any = ""


RECORDS: dict[str, Record] = {}
_reserved: list[Callable[[], Iterable[Any]]] = []


def register_record(key: str, label: Any, *, used: Used, examples: Any = "") -> None:
    RECORDS[key] = Record(key, label, used, examples)


def reserve(labels: Callable[[], Iterable[Any]]) -> None:
    """What the product itself calls things in forms, lists and sheets: a field of the same name would make two
    columns that nobody tells apart, and the import would fill the wrong one."""
    _reserved.append(labels)


def is_reserved(label: str) -> bool:
    """In either language, whatever the case."""
    return label.strip().casefold() in _reserved_names()


def _reserved_names() -> set[str]:
    names: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            names |= {str(label).strip().casefold() for labels in _reserved for label in labels() if label}
    return names


@dataclass(frozen=True)
class Field:
    """A field as it counts here. `own`: the organisation's; `overrides`: instead of one from above."""

    row: CustomField
    own: bool
    overrides: bool

    @property
    def name(self) -> str:
        """What it is called in forms, changes and lists."""
        return PREFIX + self.row.code

    @property
    def label(self) -> str:
        return self.row.label if formats.chinese() else self.row.label_en or self.row.label

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """Key and word of each option on offer; of a yes-or-no field its two words."""
        if self.row.kind == CustomField.Kind.YES_NO:
            return [(YES, _("是")), (NO, _("否"))]
        return [(one["key"], _word(one)) for one in self.offered]

    @property
    def offered(self) -> list[dict[str, str]]:
        return [one for one in self.row.options if not one.get("gone")]

    @cached_property
    def _readings(self) -> Mapping[str, str]:
        """Every way in which an option may be written → its key; a key never hides a word."""
        keys = {one["key"]: one["key"] for one in self.row.options}
        words = {one[name]: one["key"] for one in self.offered for name in ("label_en", "label") if one.get(name)}
        return keys | words

    def read(self, cell: object) -> str:
        """The value that a typed text or a cell means; raises `UnreadableValue`."""
        return read_value(FieldKind(self.row.kind), cell, self._readings)

    def words(self, value: str) -> str:
        """A stored value as people read it."""
        if not value:
            return ""
        if self.row.kind == CustomField.Kind.YES_NO:
            return dict(self.choices).get(value, value)
        if self.row.kind == CustomField.Kind.CHOICE:
            return next((_word(one) for one in self.row.options if one["key"] == value), value)
        if self.row.kind == CustomField.Kind.DAY:
            return formats.day(date.fromisoformat(value))
        return f"{value} {self.row.unit}".strip()


def _word(option: Mapping[str, str]) -> str:
    return option["label"] if formats.chinese() else option.get("label_en") or option["label"]


def complaint(field: Field, refused: UnreadableValue) -> str:
    """Why a value was refused, and what to write instead."""
    options = _("、").join(word for _key, word in field.choices)
    return str(FAULTS[refused.fault]).format(text=refused.text, options=options)


def all_fields(organisation_id: int, record: str) -> list[Field]:
    """Those that count here in their order, those switched off among them; two queries, one where there are none."""
    rows = list(CustomField.objects.filter(record=record))
    if not rows:
        return []
    found = resolve(rows, lineage(organisation_id), lambda row: row.code)
    fields = [Field(one.row, one.own, one.overrides) for one in found.values()]
    return sorted(fields, key=lambda field: (field.row.place, field.row.code))


def fields_of(organisation_id: int, record: str) -> list[Field]:
    """The fields that files of this kind have."""
    return [field for field in all_fields(organisation_id, record) if field.row.active]


def switched_off(organisation_id: int, keys: Sequence[str]) -> list[tuple[str, str]]:
    """Of keys of a list's address those that name a field which is not there for filters, with its label; a removed
    one has none."""
    named = {key: found[1] for key in keys if (found := _IN_A_KEY.search(key))}
    if not named:
        return []
    known = [field for record in RECORDS for field in all_fields(organisation_id, record)]
    labels = {field.row.code: field.label for field in known}
    return [(key, labels.get(code, "")) for key, code in named.items()]


def shown(fields: list[Field], values: Mapping[str, str]) -> list[tuple[Field, str]]:
    """What a file says in its further fields, in words; fields without a value have an empty one."""
    return [(field, field.words(values.get(field.row.code, ""))) for field in fields]


class Filed(Protocol):
    """A file with further fields."""

    custom: dict[str, str]


def value_of(file: Filed, name: str) -> str:
    return file.custom.get(name.removeprefix(PREFIX), "")


def values_of(given: Mapping[str, str]) -> dict[str, str]:
    """From names to what a new file keeps."""
    return {name.removeprefix(PREFIX): value for name, value in given.items() if value != ""}


def write(file: Filed, values: Mapping[str, Any]) -> list[str]:
    """Set those of `values` that are further fields and differ; gives their names. Empty ones are taken out."""
    given = {name: value for name, value in values.items() if name.startswith(PREFIX)}
    changed = [name for name, value in given.items() if value_of(file, name) != value]
    if changed:
        kept = {**file.custom, **{name.removeprefix(PREFIX): given[name] for name in changed}}
        file.custom = {code: value for code, value in kept.items() if value != ""}
    return changed


def called(organisation_id: int, record: str, names: Sequence[str]) -> list[str]:
    """Further fields as an event names them: by their label, which is what was read on the day of the change."""
    if not names:
        return []
    labels = {field.name: field.row.label for field in all_fields(organisation_id, record)}
    return sorted(PREFIX + labels.get(name, name.removeprefix(PREFIX)) for name in names)
