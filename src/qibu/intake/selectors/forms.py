"""Web forms with what came of them."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from qibu.intake.models import Arrival, ConsentWording, WebForm
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

State = Arrival.State


def forms(actor: Actor) -> QuerySet[WebForm]:
    """`sent`: how often it was sent in, `made`: leads that began by it, `open`: what waits for a person."""
    actor.require(Capability.SALES_MANAGE)
    of_form = Arrival.objects.filter(form=OuterRef("pk")).order_by().values("form")
    made, waiting = Q(state=State.NEW), Q(state=State.QUARANTINED)
    counts = of_form.annotate(sent=Count("pk"), made=Count("pk", filter=made), open=Count("pk", filter=waiting))
    rows: QuerySet[WebForm] = WebForm.objects.annotate(
        sent=Subquery(counts.values("sent")), made=Subquery(counts.values("made")), open=Subquery(counts.values("open"))
    )
    return rows.order_by("-active", "-created_at", "-pk")


def form_or_404(actor: Actor, form_id: int) -> WebForm:
    found: WebForm | None = forms(actor).filter(pk=form_id).first()
    if found is None:
        raise Http404
    return found


def wordings(form_id: int) -> list[ConsentWording]:
    """The newest first."""
    return list(ConsentWording.objects.filter(form_id=form_id).order_by("-number"))
