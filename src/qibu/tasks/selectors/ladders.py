"""The ladders that count here: who is told of overdue work of which kind, and where that was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qibu.kernel import times
from qibu.network.inheritance import lineage, resolve
from qibu.network.selectors import able, there
from qibu.network.words import LADDERS
from qibu.tasks.models import Rung
from qibu.tasks.rules import MOST_ESCALATIONS
from qibu.tasks.selectors.calendars import STANDARD

Stored = dict[str, list[object]]  # "1" … "3" → [working minutes, roles], or []


@dataclass(frozen=True)
class Ladder:
    """`source` is the organisation that said it (None: shipped); one that nobody said follows the standard one."""

    key: str
    rungs: tuple[Rung, ...]
    source: int | None = None
    own: bool = False
    overrides: bool = False
    follows: bool = False

    def stored(self) -> Stored:
        found: Stored = {str(number): [] for number in range(1, MOST_ESCALATIONS + 1)}
        for number, rung in enumerate(self.rungs[:MOST_ESCALATIONS], 1):
            found[str(number)] = [rung.after_minutes, sorted(rung.roles)]
        return found


def ladders(organisation_id: int) -> list[Ladder]:
    """All kinds, in the order of their names."""
    return along(lineage(organisation_id))


def along(line: Sequence[int]) -> list[Ladder]:
    """Those that count with just these organisations, nearest first."""
    rows = list(Rung.objects.filter(ladder__in=list(LADDERS)).order_by("ladder", "order"))
    nearest = resolve(rows, line, lambda row: row.ladder)
    said = {
        key: Ladder(
            key, tuple(row for row in rows if (row.ladder, row.organisation_id) == (key, one.source_id)),
            one.source_id, one.own, one.overrides,
        )
        for key, one in nearest.items()
    }  # fmt: skip
    common = said.get(STANDARD, Ladder(STANDARD, ()))
    return [said.get(key) or Ladder(key, common.rungs, common.source, follows=True) for key in LADDERS]


def ladder(organisation_id: int, key: str) -> Ladder:
    return next(one for one in ladders(organisation_id) if one.key == key)


def in_hours(minutes: int) -> str:
    """9.5, 4, 0.25."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def without_superior() -> int:
    """How many people who have work could not be followed up by a rung that names the superior."""
    return able().filter(superior=None).exclude(roles__contains=["store_manager"]).count()


def holders() -> dict[str, list[str]]:
    """Role → the people who would be told today."""
    found: dict[str, list[str]] = {}
    for name, roles in there(times.today()).order_by("sort_key", "pk").values_list("name", "roles"):
        for role in roles:
            found.setdefault(role, []).append(name)
    return found
