"""What was sent to whom, as far as somebody sees their leads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, QuerySet
from django.http import Http404

from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.nurturing.models import Run, Sending


def sendings(actor: Actor) -> QuerySet[Sending]:
    rows: QuerySet[Sending] = Sending.objects.filter(lead__in=leads.visible(actor))
    return rows


def runs(actor: Actor) -> QuerySet[Run]:
    rows: QuerySet[Run] = Run.objects.filter(lead__in=leads.visible(actor))
    return rows


def sending_or_404(actor: Actor, sending_id: int) -> Sending:
    """Hidden and missing ones look the same."""
    rows = sendings(actor).filter(pk=sending_id)
    found = rows.select_related("lead__customer", "lead__consultant", "edition", "run", "by", "task").first()
    if found is None:
        raise Http404
    return found


def of_lead(lead: Lead) -> list[Sending]:
    """For a lead that the reader was found to see; the newest first."""
    rows = Sending.objects.filter(lead=lead).select_related("edition", "run", "by")
    return list(rows.order_by("-made_at", "-pk"))


def runs_of_lead(lead: Lead) -> list[Run]:
    return list(Run.objects.filter(lead=lead).select_related("by", "ended_by").order_by("-begun_at", "-pk"))


def last_openings(lead_ids: Collection[int]) -> dict[int, datetime]:
    """For `leads.evidence`: when each of them last opened something that was sent to them."""
    rows = Sending.objects.filter(lead_id__in=list(lead_ids), last_opened_at__isnull=False)
    return dict(rows.order_by().values_list("lead_id").annotate(last=Max("last_opened_at")))
