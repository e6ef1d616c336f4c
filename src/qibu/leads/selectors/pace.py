"""How often leads of a grade are spoken to here, and who has which grade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from qibu.kernel.actors import Actor
from qibu.leads.models import GradePace
from qibu.leads.rules import DEFAULT_PACE, Grade, Pace
from qibu.network.inheritance import lineage, resolve


def pace_of(actor: Actor) -> dict[Grade, Pace]:
    return {grade: pace for grade, (pace, _source) in sourced(lineage(actor.organisation_id)).items()}


def sourced(line: Sequence[int]) -> dict[Grade, tuple[Pace, int | None]]:
    """With the organisation that says so; None came with the product."""
    rows = resolve(GradePace.objects.all(), line, lambda row: row.grade)
    found: dict[Grade, tuple[Pace, int | None]] = {}
    for grade in Grade:
        said = rows.get(grade.value)
        pace = Pace(said.row.within_days, timedelta(hours=said.row.every_hours)) if said else DEFAULT_PACE[grade]
        found[grade] = (pace, said.source_id if said else None)
    return found
