"""Sheets that no key leads to are searched for somebody who is erased: uploaded and not loaded, or loaded without
changing anything about them, or with their row among the rejected ones.

It may take minutes, so it is done in the background after the erasure; a sheet in which they are found goes as a whole,
and so does one that nobody can read. What has been searched is written down sheet by sheet: who is killed goes on.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from qibu.connect import sheets
from qibu.connect.models import Import, SavedMapping, SheetSearch
from qibu.connect.storage import Folder
from qibu.customers.erase_parts import Whom
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import once_each
from qibu.kernel.scoping import scope
from qibu.vehicles.models import Vehicle

State = Import.State
WORK = "qibu.connect.jobs.search_sheets"
NOT_LOADED = (State.READ, State.CHECKED, State.STOPPED, State.FAILED)
MOVING = (State.UPLOADED, *Import.RUNNING)  # somebody is at it: searched when it stands still
BETWEEN = str.maketrans("", "", " \t\u00a0\u3000-－‐‑–—·•.()（）")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Marks:
    """By what a row is theirs: a number that is theirs alone, or their name beside their car."""

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    cars: tuple[str, ...]

    def of_row(self, cells: sheets.Row) -> bool:
        text = "\n".join(_plain(cell) for cell in cells if cell is not None)
        if any(number in text for number in self.numbers):
            return True
        named = any(name in text for name in self.names)
        return named and (any(car in text for car in self.cars) if self.numbers or self.cars else True)


def _plain(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return _flat(str(int(cell)) if whole else str(cell))


def _flat(text: str) -> str:
    """As it is compared: without what people write between signs."""
    return text.translate(BETWEEN).upper()


def marks_of(whom: Whom) -> Marks:
    identities = Customer.objects.filter(pk__in=whom.ids, identity__isnull=False).values_list("identity", flat=True)
    cars = Vehicle.objects.filter(ownerships__customer_id__in=whom.ids).values_list("vin", "plate")
    return Marks(
        numbers=_several([*whom.phones, *map(str, identities)]), names=_several(whom.words),
        cars=_several(str(mark or "") for car in cars for mark in car),
    )  # fmt: skip


def _several(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({_flat(word) for word in words if len(word) > 1}))


def begin(actor: Actor, whom: Whom, others: Collection[int]) -> None:
    """In the erasure's transaction; `others` went with it."""
    left = [one.pk for one in to_search(others)]
    if not left:
        return
    SheetSearch.objects.create(
        organisation_id=actor.organisation_id, customer_id=whom.ids[0], left=left, total=len(left),
        marks=json.dumps(asdict(marks_of(whom)), ensure_ascii=False),
    )  # fmt: skip
    once_each(WORK, [actor.organisation_id])


def to_search(others: Collection[int]) -> list[Import]:
    """All sheets that still lie here."""
    rows = Import.objects.exclude(pk__in=others).order_by("-pk")
    return [one for one in rows if Folder(one.organisation_id, one.pk).original.exists()]


def unfinished() -> QuerySet[SheetSearch]:
    return SheetSearch.objects.filter(ended_at=None).order_by("pk")


def work(*, actor: Actor) -> None:
    """Everything that stands still. Not in a scope."""
    with scope(actor):
        found = list(unfinished())
    for one in found:
        marks = Marks(**{name: tuple(words) for name, words in json.loads(one.marks or "{}").items()})
        for import_id in one.left:
            _search(actor, one, import_id, marks)


def _search(actor: Actor, search: SheetSearch, import_id: int, marks: Marks) -> None:
    with scope(actor):
        one = Import.objects.filter(pk=import_id).first()
    if one is not None and one.state in MOVING:
        return
    there = one is not None and _holds(one, marks)
    with scope(actor):
        if one is not None and there and not _remove(one):
            return  # somebody took it up meanwhile
        mine = SheetSearch.objects.select_for_update().get(pk=search.pk)
        mine.left = [number for number in mine.left if number != import_id]
        mine.removed += there
        if not mine.left:
            mine.marks, mine.ended_at = None, times.now()
        mine.save(update_fields=["left", "removed", "marks", "ended_at"])


def _holds(one: Import, marks: Marks) -> bool:
    """Whether any row of any of its sheets is theirs; of one that nobody can read it is not known, so it counts."""
    folder = Folder(one.organisation_id, one.pk)
    if not folder.original.exists():
        return False
    looked = folder.path / f"search-{secrets.token_hex(4)}.jsonl"  # two may look at the same time
    try:
        for name in one.sheet.get("sheets") or [""]:
            sheets.convert(folder.original, folder.private(looked), sheet=name)
            if any(marks.of_row(cells) for _number, cells in sheets.read_converted(looked)):
                return True
    except sheets.UnreadableSheet:
        log.info("import %s can't be read, so it can't be searched", one.pk)
        return True
    finally:
        looked.unlink(missing_ok=True)
    return False


def _remove(one: Import) -> bool:
    """The files of the sheet; of one that was not loaded it is said why it can't be any more."""
    held = Import.objects.select_for_update().get(pk=one.pk)
    if held.state in MOVING:
        return False
    forget(held)
    if held.state in NOT_LOADED:
        Import.objects.filter(pk=held.pk).update(state=State.FAILED, error={"code": "erased", "facts": {}})
    return True


def tidy(one: Import) -> None:
    """What a killed search left: rows that hold personal data."""
    folder = Folder(one.organisation_id, one.pk)
    folder.drop(folder.path.glob("search-*.jsonl"))


def forget(one: Import) -> None:
    """The folder stays: a backup finds nothing missing."""
    folder = Folder(one.organisation_id, one.pk)
    if folder.path.exists():
        folder.drop(path for path in folder.path.iterdir() if path.is_file())
    forget_samples(one)


def forget_samples(one: Import | SavedMapping) -> None:
    """Beside each column stand values of the first rows."""
    one.mapping = {**one.mapping, "columns": [{**each, "samples": []} for each in one.mapping.get("columns", ())]}
    one.save(update_fields=["mapping"])


def of_customer(customer_id: int) -> SheetSearch | None:
    return SheetSearch.objects.filter(customer_id=customer_id).order_by("-pk").first()
