"""What came in, without what is sealed: lists open nothing."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from qibu.intake.models import Arrival
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

SEALED = ("raw", "told")


def arrivals(actor: Actor) -> QuerySet[Arrival]:
    """Whoever receives people sees what waits, to put it right; who shares out work sees what became of all."""
    rows: QuerySet[Arrival] = Arrival.objects.exclude(state=Arrival.State.WAITING).defer(*SEALED)
    if actor.may(Capability.SALES_ASSIGN):
        return rows
    quarantined = rows.filter(state=Arrival.State.QUARANTINED)
    return quarantined if actor.may(Capability.SALES_RECEIVE) else rows.none()


def arrival_or_404(actor: Actor, arrival_id: int) -> Arrival:
    rows = arrivals(actor).select_related("lead", "settled_by", "form", "sheet")
    found: Arrival | None = rows.filter(pk=arrival_id).first()
    if found is None:
        raise Http404
    return found


def waiting(actor: Actor) -> int:
    """How many wait for a person."""
    return arrivals(actor).filter(state=Arrival.State.QUARANTINED).count()


def of_lead(lead_id: int) -> QuerySet[Arrival]:
    """For leads that the reader was found to see."""
    rows: QuerySet[Arrival] = Arrival.objects.filter(lead_id=lead_id).defer(*SEALED)
    return rows.order_by("-at", "-pk")
