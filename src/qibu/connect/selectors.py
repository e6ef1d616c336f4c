"""What the pages of the import show. Values of sheets are masked where they were written down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qibu.aftersales.models import Visit
from qibu.connect import messages
from qibu.connect.mapping import CAR_OWN, OWN, Mapping
from qibu.connect.models import Difference, Import, SavedMapping
from qibu.connect.services import watching
from qibu.connect.sheets import SheetInfo
from qibu.connect.storage import Folder
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.vehicles.models import Policy, Vehicle

State = Import.State
PAGE = 50


def visible(actor: Actor) -> QuerySet[Import]:
    actor.require(Capability.IMPORT)
    return Import.objects.select_related("by")


def one(actor: Actor, import_id: int) -> Import:
    return visible(actor).get(pk=import_id)


def same_file(actor: Actor, found: Import) -> Import | None:
    """An earlier load of the very same file."""
    others = visible(actor).filter(digest=found.digest, state=State.LOADED).exclude(pk=found.pk)
    return others.order_by("-loaded_at").first() if found.digest else None


# --- Progress ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    label: str
    done: int
    total: int
    note: str
    stuck: bool  # nobody is at work on it: it can be begun anew
    can_stop: bool


def progress(found: Import) -> Progress:
    told = found.progress
    phase = told.get("phase", "queued")
    queued = phase == "queued"
    stuck = not watching.at_work(found.pk) and (not queued or _old(found))
    return Progress(
        label=str(messages.PHASES.get(phase, phase)), done=min(told.get("done", 0), told.get("total", 0)),
        total=told.get("total", 0), note=_note(found, queued, stuck), stuck=stuck,
        can_stop=not found.stop_asked and not stuck,
    )  # fmt: skip


def _old(found: Import) -> bool:
    late = found.progress.get("late", "")
    return bool(late) and times.now() > datetime.fromisoformat(late)


def _note(found: Import, queued: bool, stuck: bool) -> str:
    if stuck and queued:
        return _("后台还没有开始处理，可能没有启动。请确认七步正在运行，再点「重新开始」。")
    if stuck:
        return _("处理中断了（例如电脑重启）。没有留下半截数据，一分钟内会自动重新开始。")
    if found.stop_asked:
        return _("正在停止，做完手上这一步就停。")
    if found.state == State.LOADING:
        return _("全部成功才算数：中途停止或断电，什么都不会载入。")
    return ""


# --- Mapping -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A column of the sheet on the mapping page."""

    index: int
    letter: str
    heading: str
    samples: tuple[str, ...]
    target: str
    why: str
    doubtful: bool


def lines(mapping: Mapping) -> list[Line]:
    return [
        Line(
            index=c.index, letter=messages.column_letter(c.index), heading=c.heading or _("（没有列名）"),
            samples=tuple(_masked(c.target, text) for text in c.samples), target=c.target or "",
            why=str(messages.GUESSED.get(c.reason, "")), doubtful=bool(c.target) and c.confidence < 0.8,
        )
        for c in mapping.columns
    ]  # fmt: skip


def _masked(target: str | None, text: str) -> str:
    if target in ("phone", "phone2", "identity") and len(text) > 7:
        return f"{text[:3]}****{text[-4:]}"
    return text


def choices(mapping: Mapping) -> list[tuple[str, str]]:
    named = [(name, messages.field_name(name, mapping.kind, mapping.own)) for name in mapping.offered]
    return [("", _("不导入")), *named]


def saved_name(actor: Actor, mapping: Mapping) -> str | None:
    """What the saved mapping of this layout is called; none when there is none."""
    actor.require(Capability.IMPORT)
    found = SavedMapping.objects.filter(kind=mapping.kind, signature=mapping.signature)
    return found.values_list("name", flat=True).first()


def sheet_names(found: Import) -> tuple[str, ...]:
    return SheetInfo.from_json(found.sheet).sheets


# --- Problems and preview ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    row: int
    where: str
    value: str
    severity: str
    code: str
    what: str
    sentence: str  # with the place before it


@dataclass(frozen=True)
class Problems:
    rows: list[Shown]
    more: bool
    page: int


def problems(found: Import, *, severity: str = "", code: str = "", page: int = 1) -> Problems:
    """A page of what is wrong, in the order of the file."""
    mapping = Mapping.from_json(found.mapping)
    start = (page - 1) * PAGE
    rows: list[Shown] = []
    for number, told in enumerate(_told(found, severity, code)):
        if number >= start + PAGE:
            return Problems(rows, True, page)
        if number >= start:
            rows.append(_shown(told, mapping))
    return Problems(rows, False, page)


def _told(found: Import, severity: str, code: str) -> Iterator[dict[str, Any]]:
    path = Folder(found.organisation_id, found.pk).problems
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            told = json.loads(line)
            if severity in ("", told["severity"]) and code in ("", told["code"]):
                yield told


def _shown(told: dict[str, Any], mapping: Mapping) -> Shown:
    letter = "" if told["column"] is None else messages.column_letter(told["column"])
    return Shown(
        row=told["row"], where=letter, value=told["value"], severity=told["severity"], code=told["code"],
        what=messages.what(told, mapping), sentence=messages.problem(told, mapping),
    )  # fmt: skip


def codes(found: Import) -> list[tuple[str, str, str, int]]:
    """Severity, code, name and number of each kind of problem, the worst first."""
    listed = found.counts.get("codes", {})
    return [
        (severity, code, messages.code_name(code), number)
        for severity in ("reject", "warn", "repeated")
        for code, number in listed.get(severity, {}).items()
    ]


def preview(found: Import) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The first rows as they will be loaded: names of the fields, and for each row its number and values."""
    path = Folder(found.organisation_id, found.pk).preview
    rows = json.loads(path.read_text("utf-8")) if path.exists() else []
    mapping = Mapping.from_json(found.mapping)
    used = [name for name in mapping.offered if any(name in row["values"] for row in rows)]
    heads = [messages.field_name(name, found.kind, mapping.own) for name in used]
    return heads, [(row["row"], [messages.value(name, row["values"].get(name, "")) for name in used]) for row in rows]


def has_rejects(found: Import) -> bool:
    return bool(found.counts.get("rejected")) and Folder(found.organisation_id, found.pk).rejected.exists()


# --- Result and undo ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Differing:
    kind: str
    row_id: int
    name: str
    field: str
    ours: str
    theirs: str


def differences(actor: Actor, found: Import, *, limit: int = 200) -> list[Differing]:
    """Values that a person entered here and the sheet has otherwise."""
    actor.require(Capability.IMPORT)
    rows = list(Difference.objects.filter(source_id=found.pk).order_by("id")[:limit])
    names = named({(row.table, row.row_id) for row in rows})
    people = _people(rows)
    mapping = Mapping.from_json(found.mapping)
    return [
        Differing(
            row.table, row.row_id, names.get((row.table, row.row_id), ""), _field(row, mapping),
            people.get(row.ours, row.ours) if row.field in STAFF else row.ours,
            people.get(row.theirs, row.theirs) if row.field in STAFF else row.theirs,
        )
        for row in rows
    ]  # fmt: skip


def _field(row: Difference, mapping: Mapping) -> str:
    """A car's own fields are called otherwise in the mapping, since a sheet holds customers and cars."""
    own = CAR_OWN + row.field.removeprefix(OWN) if row.table == "vehicle" else row.field
    return messages.field_name(own if own in mapping.own else row.field, mapping.kind, mapping.own)


STAFF = ("seller_id", "advisor_id")


def _people(rows: Sequence[Difference]) -> dict[str, str]:
    wanted = {text for row in rows if row.field in STAFF for text in (row.ours, row.theirs) if text}
    found = Staff.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else []
    return {str(number): name for number, name in found}


def named(rows: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What rows are called, one query a table."""
    wanted: dict[str, list[int]] = {}
    for kind, number in rows:
        wanted.setdefault(kind, []).append(number)
    found: dict[tuple[str, int], str] = {}
    models = {"customer": Customer, "vehicle": Vehicle, "visit": Visit}
    for kind, numbers in wanted.items():
        if model := models.get(kind):
            found |= {(kind, row.pk): str(row) for row in model.objects.filter(pk__in=numbers)}
    cars = dict(Policy.objects.filter(pk__in=wanted.get("policy", [])).values_list("pk", "vehicle_id"))
    plates = {car.pk: str(car) for car in Vehicle.objects.filter(pk__in=cars.values())}
    return found | {("policy", number): plates[car] for number, car in cars.items()}


def kept(actor: Actor, found: Import) -> list[tuple[str, int, str, str]]:
    """What stayed when the load was taken back: kind, id, name, reason."""
    actor.require(Capability.IMPORT)
    rows = [(kind, number, reason) for kind, number, reason in found.undo_counts.get("kept_rows", [])]
    names = named({(kind, number) for kind, number, _reason in rows})
    return [
        (kind, number, names.get((kind, number), f"#{number}"), str(messages.KEPT[reason]))
        for kind, number, reason in rows
    ]
