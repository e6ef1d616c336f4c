"""What an organisation doesn't say itself it inherits: store ← region ← manufacturer ← shipped (A7)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.network.models import Organisation
from qibu.network.words import here


class Inherited(Protocol):
    @property
    def organisation_id(self) -> int | None: ...


R = TypeVar("R", bound=Inherited)
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Resolved(Generic[R]):
    """The row that counts. `own`: the organisation's; `overrides`: there is another one that it replaces."""

    row: R
    own: bool
    overrides: bool

    @property
    def source_id(self) -> int | None:
        """The organisation it comes from; None is shipped."""
        return self.row.organisation_id


def hold(actor: Actor) -> None:
    """One change of an organisation's own content at a time: what is read from here on stands until the act is done.
    Nobody who only writes something of the organisation's waits for it."""
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id)


def lineage(organisation_id: int) -> list[int]:
    """The organisation and those above it, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE line AS ("
            " SELECT id, parent_id, 0 AS step FROM network_organisation WHERE id = %s UNION ALL"
            " SELECT above.id, above.parent_id, line.step + 1 FROM network_organisation above"
            " JOIN line ON above.id = line.parent_id)"
            " SELECT id FROM line ORDER BY step",
            [organisation_id],
        )
        return [number for (number,) in cursor.fetchall()]


def heirs(organisation_id: int) -> list[int]:
    """All organisations below, at any depth: those that a change of its content may reach."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE tree AS ("
            " SELECT id FROM network_organisation WHERE parent_id = %s UNION ALL"
            " SELECT under.id FROM network_organisation under JOIN tree ON under.parent_id = tree.id)"
            " SELECT id FROM tree ORDER BY id",
            [organisation_id],
        )
        return [number for (number,) in cursor.fetchall()]


def organisation_names(numbers: Iterable[int]) -> dict[int, str]:
    return {number: str(one) for number, one in Organisation.objects.in_bulk(list(numbers)).items()}


def resolve(rows: Iterable[R], line: Sequence[int], key: Callable[[R], K]) -> dict[K, Resolved[R]]:
    """For each key the row of the nearest organisation; what is shipped comes last, other organisations never.

    Of two rows of one organisation with one key the first counts.
    """
    distance: dict[int | None, int] = {organisation: step for step, organisation in enumerate(line)}
    distance[None] = len(line)
    found: dict[K, list[R]] = {}
    for row in rows:
        if row.organisation_id in distance:
            found.setdefault(key(row), []).append(row)
    return {name: _nearest(several, distance, line) for name, several in found.items()}


def _nearest(several: list[R], distance: dict[int | None, int], line: Sequence[int]) -> Resolved[R]:
    row = min(several, key=lambda one: distance[one.organisation_id])
    own = bool(line) and row.organisation_id == line[0]
    return Resolved(row, own, any(other.organisation_id != row.organisation_id for other in several))

@dataclass(frozen=True)
class Layer:
    """What one organisation says of some fields, of all things or of those that `about` names."""

    source: int | None
    values: Mapping[str, Any]
    about: Any = None


@dataclass(frozen=True)
class Saying:
    """One organisation's word on one field. `rank`: its layer's place, nearest first."""

    source: int | None
    value: Any
    about: Any
    rank: int


def layered(layers: Iterable[Layer]) -> dict[str, tuple[Saying, ...]]:
    """For each field all that is said of it, in the order of the layers; the first one counts. Who says nothing of a
    field leaves it to the next, so what changes above still arrives."""
    found: dict[str, list[Saying]] = {}
    for rank, layer in enumerate(layers):
        for name, value in layer.values.items():
            found.setdefault(name, []).append(Saying(layer.source, value, layer.about, rank))
    return {name: tuple(sayings) for name, sayings in found.items()}


def provenance(source_ids: Iterable[int | None], own_id: int) -> dict[int | None, str]:
    """Where rows come from, in words: 本店自定, 来自：奇瑞华东大区, 系统自带."""
    found = Organisation.objects.in_bulk({number for number in source_ids if number is not None} | {own_id})
    own = found.pop(own_id)
    above: dict[int | None, str] = {n: _("来自：{name}").format(name=one) for n, one in found.items()}
    return {**above, own_id: _("{here}自定").format(here=here(own.kind)), None: _("系统自带")}
