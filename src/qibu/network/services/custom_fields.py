"""An organisation adds fields to its files, changes those it inherits, and goes back to what it inherits (A7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

from django.http import Http404

from qibu.contracts.network import CustomFieldChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.plain_cells import plain_cell
from qibu.network.custom import RECORDS, Field, all_fields, is_reserved
from qibu.network.inheritance import hold
from qibu.network.models import CustomField
from qibu.network.rules import Capability

MOST_FIELDS = 40
Option = dict[str, str]


@dataclass(frozen=True)
class Draft:
    """What a person says of a field. Options without a key are new ones."""

    label: str
    label_en: str = ""
    kind: str = CustomField.Kind.TEXT
    options: Sequence[Option] = field(default_factory=tuple)
    unit: str = ""
    hint: str = ""
    place: int = 1
    listed: bool = False
    active: bool = True


class ChangedMeanwhile(Exception):
    """Somebody else has changed the field since the form was opened; `version` is the present one."""

    def __init__(self, version: int) -> None:
        super().__init__(str(version))
        self.version = version


class LabelTaken(ValueError):
    """Another field of the record is called so."""


class Unusable(ValueError):
    """The product has a column of that name, or a spreadsheet would take it for a formula; `english`: it is the
    English name."""

    def __init__(self, label: str, *, formula: bool, english: bool) -> None:
        super().__init__(label)
        self.formula, self.english = formula, english


class TooMany(ValueError):
    """More fields than anybody fills in."""


class StillUsed(ValueError):
    """Files carry values of the field: it can be switched off, not removed."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


def define(*, actor: Actor, record: str, draft: Draft) -> CustomField:
    """A new field for all files of a kind, here and in the organisations below."""
    actor.require(Capability.ORGANISATION_MANAGE)
    known = _known(actor, record)
    if len(known) >= MOST_FIELDS:
        raise TooMany
    _refuse_taken(known, draft.label, "")
    _refuse_unusable(draft, "", "")
    values = _values(draft)
    row: CustomField = CustomField.objects.create(
        organisation_id=actor.organisation_id, record=record, code=uuid4().hex[:12], **values
    )
    _tell(actor, row, ["created"])
    return row


def change(*, actor: Actor, record: str, code: str, version: int, draft: Draft) -> CustomField:
    """The organisation's own version from now on. The kind of a field stays: its values could not be read otherwise."""
    actor.require(Capability.ORGANISATION_MANAGE)
    known = _known(actor, record)
    living = _living(known, code)
    _refuse_taken(known, draft.label, code)
    _refuse_unusable(draft, living.row.label, living.row.label_en)
    if living.row.version != version:
        raise ChangedMeanwhile(living.row.version)
    values = {**_values(draft), "kind": living.row.kind}
    values["options"] += _gone(living.row, values["options"])
    changes = [name for name, value in values.items() if getattr(living.row, name) != value]
    if not changes:
        return living.row
    row = living.row if living.own else _adopted(actor, living.row)
    for name in changes:
        setattr(row, name, values[name])
    row.version += 1
    row.save()
    _tell(actor, row, changes)
    return row


def inherit_again(*, actor: Actor, record: str, code: str) -> None:
    """The organisation's own version goes, the one above it counts again. Without one above nothing happens."""
    actor.require(Capability.ORGANISATION_MANAGE)
    living = _living(_known(actor, record), code)
    if living.own and living.overrides:
        _tell(actor, living.row, ["inherited"])
        living.row.delete()


def remove(*, actor: Actor, record: str, code: str) -> None:
    """A field of one's own that no file uses; one that was removed already is removed."""
    actor.require(Capability.ORGANISATION_MANAGE)
    living = next((one for one in _known(actor, record) if one.row.code == code), None)
    if living is None or not living.own or living.overrides:
        return
    if used := RECORDS[record].used(actor, code):
        raise StillUsed(used)
    _tell(actor, living.row, ["removed"])
    living.row.delete()


def _known(actor: Actor, record: str) -> list[Field]:
    if record not in RECORDS:
        raise Http404
    hold(actor)
    return all_fields(actor.organisation_id, record)


def _living(known: Sequence[Field], code: str) -> Field:
    found = next((one for one in known if one.row.code == code), None)
    if found is None:
        raise Http404
    return found


def _refuse_taken(known: Sequence[Field], label: str, code: str) -> None:
    if any(one.row.label == label.strip() and one.row.code != code for one in known):
        raise LabelTaken(label)


def _refuse_unusable(draft: Draft, label: str, label_en: str) -> None:
    """A name that a field has already may stay."""
    for name, had, english in ((draft.label, label, False), (draft.label_en, label_en, True)):
        wanted = name.strip()
        if wanted and wanted != had and (plain_cell(wanted) != wanted or is_reserved(wanted)):
            raise Unusable(wanted, formula=plain_cell(wanted) != wanted, english=english)


def _values(draft: Draft) -> dict[str, Any]:
    values = asdict(draft)
    choice = draft.kind == CustomField.Kind.CHOICE
    values["options"] = [{**one, "key": one.get("key") or uuid4().hex[:8]} for one in draft.options] if choice else []
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _gone(row: CustomField, kept: Sequence[Option]) -> list[Option]:
    """Options that are no longer offered; files that carry them still say so in words."""
    keys = {one["key"] for one in kept}
    return [{**one, "gone": "1"} for one in row.options if one["key"] not in keys]


def _adopted(actor: Actor, row: CustomField) -> CustomField:
    """A copy of what is inherited that belongs to the organisation."""
    copied = {f.attname: getattr(row, f.attname) for f in row._meta.local_concrete_fields if not f.primary_key}
    return CustomField(**copied | {"organisation_id": actor.organisation_id})


def _tell(actor: Actor, row: CustomField, changes: Sequence[str]) -> None:
    event = CustomFieldChanged(subject_id=row.pk, record=row.record, label=row.label, changes=tuple(changes))
    journal.record(event, actor=actor)
