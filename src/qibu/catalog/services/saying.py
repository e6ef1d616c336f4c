"""An organisation says something of the catalogue itself, over what it inherits, and takes it back: whole rows by code.

Loan plans and limits of `quotes` are content of the same kind and said the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from qibu.catalog.models import CarModel, Extra, RateTable
from qibu.contracts.catalog import CatalogueChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.events import Event
from qibu.kernel.meanwhile import merged
from qibu.network.inheritance import hold, lineage, resolve
from qibu.network.rules import Capability

Content = Any  # a model that derives from InheritedModel and has `code` and `version`


class CodeTaken(Exception):
    """Something of that code is there already."""


@dataclass(frozen=True)
class Kind:
    """Content of one kind, and the event that tells of its changes: `what`, `code` and the fields."""

    model: Content
    what: str
    changed: Callable[..., Event]


CAR = Kind(CarModel, "car", CatalogueChanged)
EXTRA = Kind(Extra, "extra", CatalogueChanged)
TABLE = Kind(RateTable, "table", CatalogueChanged)


def add(*, actor: Actor, kind: Kind, code: str, values: Mapping[str, Any]) -> None:
    """Something new; raises `CodeTaken`."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    if counting(actor, kind.model, code) is not None:
        raise CodeTaken(code)
    _tell(actor, kind, code, say(actor, kind.model, code, values))


def change(
    *, actor: Actor, kind: Kind, code: str, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> None:
    """Raises `Disputed` where somebody changed the same since the form was opened."""
    actor.require(Capability.SALES_MANAGE)
    _tell(actor, kind, code, say(actor, kind.model, code, values, seen))


def inherit_again(*, actor: Actor, kind: Kind, code: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    _tell(actor, kind, code, ["inherited"] if take_back(actor, kind.model, code) else [])


def _tell(actor: Actor, kind: Kind, code: str, changes: Sequence[str]) -> None:
    if changes:
        journal.record(kind.changed(what=kind.what, code=code, changes=tuple(changes)), actor=actor)


# Parts of acts that have asked ------------------------------------------------------------------
def counting(actor: Actor, model: Content, code: str) -> Any:
    """The row of that code that counts here, or None."""
    rows: list[Any] = list(model.objects.filter(code=code))
    found = resolve(rows, lineage(actor.organisation_id), lambda row: row.code).get(code)
    return found.row if found else None


def say(
    actor: Actor, model: Content, code: str, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None
) -> Sequence[str]:
    """For acts that have asked: what differs from what counts is said here from now on. Returns the names of what
    changed; raises `Disputed` where somebody changed the same since the form was opened."""
    hold(actor)
    row = counting(actor, model, code)
    now = {name: getattr(row, name) for name in values} if row else {}
    wanted = merged(seen=seen, mine=values, now=now) if row else dict(values)
    changes = [name for name in wanted if row is None or wanted[name] != now[name]]
    if changes:
        _keep(actor, model, code, row, wanted)
    return changes


def _keep(actor: Actor, model: Content, code: str, row: Any, wanted: Mapping[str, Any]) -> None:
    own = model.objects.filter(organisation_id=actor.organisation_id, code=code)
    if own.update(**wanted, version=F("version") + 1):
        return
    above = {field.name: getattr(row, field.name) for field in model._meta.local_fields} if row else {}
    kept = {name: value for name, value in above.items() if name not in {"id", "organisation", "version", "code"}}
    model.objects.create(organisation_id=actor.organisation_id, code=code, **{**kept, **wanted})


def take_back(actor: Actor, model: Content, code: str) -> bool:
    """For acts that have asked: the organisation's own word goes; gives whether there was one."""
    gone, _details = model.objects.filter(organisation_id=actor.organisation_id, code=code).delete()
    return bool(gone)
