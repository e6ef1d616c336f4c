"""Pieces, sequences and numbers as they count for an organisation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.http import Http404

from qibu.catalog import selectors as catalog
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.network.inheritance import Resolved, lineage, resolve
from qibu.nurturing.models import Illustration, NurturingRules, Piece, Sequence

RULES = "rules"


def resolved_pieces(actor: Actor) -> dict[str, Resolved[Any]]:
    """The newest first, as people look for what they wrote last."""
    rows: list[Any] = list(Piece.objects.order_by("-pk"))
    return resolve(rows, lineage(actor.organisation_id), lambda row: row.code)


def piece_or_404(actor: Actor, code: str) -> Resolved[Any]:
    found = resolved_pieces(actor).get(code)
    if found is None:
        raise Http404
    return found


def offered(actor: Actor, on: date) -> dict[str, Piece]:
    """Those that may be sent on a day, by code."""
    return {code: one.row for code, one in resolved_pieces(actor).items() if one.row.offered(on)}


def image_or_404(image_id: int) -> Illustration:
    """Of the organisation or of one above it: row security shows no others."""
    found = Illustration.objects.filter(pk=image_id).first()
    if found is None:
        raise Http404
    return found


def resolved_sequences(actor: Actor) -> dict[str, Resolved[Any]]:
    rows: list[Any] = list(Sequence.objects.order_by("audience", "pk"))
    return resolve(rows, lineage(actor.organisation_id), lambda row: row.code)


def sequence_or_404(actor: Actor, code: str) -> Resolved[Any]:
    found = resolved_sequences(actor).get(code)
    if found is None:
        raise Http404
    return found


def sequences_in_use(actor: Actor) -> dict[str, Sequence]:
    return {
        code: one.row for code, one in resolved_sequences(actor).items() if one.row.active and one.row.steps
    }


def _resolved_rules(actor: Actor) -> Resolved[Any] | None:
    rows: list[Any] = list(NurturingRules.objects.all())
    return resolve(rows, lineage(actor.organisation_id), lambda row: row.code).get(RULES)


def rules_of(actor: Actor) -> NurturingRules:
    found = _resolved_rules(actor)
    return found.row if found else NurturingRules()


def rules_source(actor: Actor) -> tuple[int | None, bool, bool]:
    """Where the numbers come from, whether they are said here, and whether there are others above."""
    found = _resolved_rules(actor)
    return (found.source_id, found.own, found.own) if found else (None, False, False)


# Whom something is for ----------------------------------------------------------------------------
def series_of(actor: Actor, codes: Collection[str]) -> set[str]:
    """The series of the cars: many leads know no more of what they want."""
    if not codes:
        return set()
    return {one.row.series for code, one in catalog.resolved(actor).items() if code in codes}


def fits(piece: Piece, lead: Lead, serieses: dict[str, str]) -> bool:
    """Whether a piece is for who wants this: its cars and interests, where it names some. `serieses`: code → series."""
    by_code = lead.model_code in piece.cars
    by_series = not lead.model_code and lead.series in {serieses.get(code) for code in piece.cars}
    return (not piece.cars or by_code or by_series) and (
        not piece.interests or lead.interest in piece.interests
    )
