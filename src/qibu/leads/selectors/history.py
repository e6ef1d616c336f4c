"""How a lead went: its entries of the journal, and when it came to which stage."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Q

from qibu.customers.selectors import timeline
from qibu.customers.timeline import Renderers
from qibu.leads.models import Lead, StageChange

MOST = 40


def stage_days(lead: Lead) -> dict[str, datetime]:
    rows = StageChange.objects.filter(lead=lead).values_list("stage").annotate(last=Max("at"))
    return dict(rows)


def of_lead(lead: Lead, renderers: Renderers) -> list[timeline.Day]:
    """What the journal has of the lead, and of the customer since the lead came; other leads of theirs stay out."""
    others = [name for name in renderers if name.startswith("leads.")]
    rows = timeline.rows_of(lead.customer_id, renderers).filter(at__gte=lead.received_at)
    rows = rows.exclude(Q(type__in=others) & ~Q(subject_id=lead.pk))
    return timeline.days_of(lead.customer_id, rows.order_by("-at", "-id")[:MOST], renderers)
