"""Sources and stages as they count for an organisation: its own word, else that of those above, else the shipped."""

from __future__ import annotations

from qibu.kernel.actors import Actor
from qibu.leads.models import Source, Stage
from qibu.network.inheritance import lineage, resolve


def sources(actor: Actor, *, all_of_them: bool = False) -> list[Source]:
    rows = resolve(Source.objects.order_by("order", "code"), lineage(actor.organisation_id), lambda row: row.code)
    found = [one.row for one in rows.values() if all_of_them or one.row.active]
    return sorted(found, key=lambda row: (row.order, row.code))


def source_called(actor: Actor, code: str) -> str:
    """A code that nobody set up is shown as it came."""
    return next((str(row) for row in sources(actor, all_of_them=True) if row.code == code), code)


def stages_for(actor: Actor, brand: str = "", series: str = "") -> list[Stage]:
    """The list of the narrowest product line that fits, as the nearest organisation has it; whole lists count."""
    rows = [row for row in Stage.objects.order_by("order") if _fits(row, brand, series)]
    for organisation in (*lineage(actor.organisation_id), None):
        theirs = [row for row in rows if row.organisation_id == organisation]
        if theirs:
            line = max(((row.series, row.brand) for row in theirs), key=lambda names: tuple(map(len, names)))
            return [row for row in theirs if (row.series, row.brand) == line]
    return []


def _fits(row: Stage, brand: str, series: str) -> bool:
    return brand.startswith(row.brand) and series.startswith(row.series)


def stage_called(actor: Actor, code: str, brand: str = "", series: str = "") -> str:
    return next((str(row) for row in stages_for(actor, brand, series) if row.code == code), code)
