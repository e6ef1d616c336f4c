"""Sources and stages as they count for an organisation: its own word, else that of those above, else the shipped."""

from __future__ import annotations

from collections.abc import Iterable

from qibu.kernel.actors import Actor
from qibu.leads.models import LossReason, Source, Stage
from qibu.network.inheritance import lineage, resolve


def sources(actor: Actor, *, all_of_them: bool = False) -> list[Source]:
    rows = resolve(Source.objects.order_by("order", "code"), lineage(actor.organisation_id), lambda row: row.code)
    found = [one.row for one in rows.values() if all_of_them or one.row.active]
    return sorted(found, key=lambda row: (row.order, row.code))


def source_called(actor: Actor, code: str) -> str:
    """A code that nobody set up is shown as it came."""
    return next((str(row) for row in sources(actor, all_of_them=True) if row.code == code), code)


class StageBook:
    """All stages that count here, read once: the list of the narrowest product line that fits, as the nearest
    organisation has it; whole lists count."""

    def __init__(self, organisation_id: int, without: tuple[int, str, str] | None = None) -> None:
        """`without`: as if an organisation had no word of its own on exactly that line."""
        self.line = (*lineage(organisation_id), None)
        rows = [row for row in Stage.objects.order_by("order") if row.organisation_id in self.line]
        self.rows = [row for row in rows if (row.organisation_id, row.brand, row.series) != without]

    def of(self, brand: str = "", series: str = "") -> list[Stage]:
        fitting = [row for row in self.rows if brand.startswith(row.brand) and series.startswith(row.series)]
        for organisation in self.line:
            theirs = [row for row in fitting if row.organisation_id == organisation]
            if theirs:
                line = max(((row.series, row.brand) for row in theirs), key=lambda names: tuple(map(len, names)))
                return [row for row in theirs if (row.series, row.brand) == line]
        return []

    def called(self, code: str, brand: str = "", series: str = "") -> str:
        """A code that the line doesn't have is looked for in others, and else shown as it came."""
        found = next((row for row in self.of(brand, series) if row.code == code), None)
        return str(found or next((row for row in self.rows if row.code == code), code))

    def lines(self) -> list[tuple[str, str]]:
        """Product lines that somebody here or above has stages for; all cars first."""
        return sorted({(row.brand, row.series) for row in self.rows} | {("", "")})


def stages_for(actor: Actor, brand: str = "", series: str = "") -> list[Stage]:
    return StageBook(actor.organisation_id).of(brand, series)


def stage_called(actor: Actor, code: str, brand: str = "", series: str = "") -> str:
    return StageBook(actor.organisation_id).called(code, brand, series)


def loss_reasons(actor: Actor, *, all_of_them: bool = False) -> list[LossReason]:
    """Both levels, each in its order; a detail whose reason is switched off isn't offered."""
    rows = resolve(LossReason.objects.all(), lineage(actor.organisation_id), lambda row: (row.parent, row.code))
    kept = [one.row for one in rows.values() if all_of_them or one.row.active]
    codes = {row.code for row in kept if not row.parent}
    found = [row for row in kept if not row.parent or row.parent in codes]
    return sorted(found, key=lambda row: (row.parent, row.order, row.code))


def loss_called(reasons: Iterable[LossReason], reason: str, detail: str = "") -> str:
    """In words: reason and detail. A code that nobody set up is shown as it came."""
    names = {(row.parent, row.code): str(row) for row in reasons}
    first = names.get(("", reason), reason)
    return " · ".join(filter(None, (first, names.get((reason, detail), detail))))
