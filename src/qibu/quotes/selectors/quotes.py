"""Which quotations somebody sees: those of the leads they see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.http import Http404

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.quotes.models import Appraisal, Quote, QuoteLink, Variant


def visible(actor: Actor) -> QuerySet[Quote]:
    rows: QuerySet[Quote] = Quote.objects.filter(lead__in=leads.visible(actor))
    return rows


def quote_or_404(actor: Actor, quote_id: int) -> Quote:
    """Hidden and missing quotations look the same."""
    rows = visible(actor).filter(pk=quote_id)
    people = ("lead__customer", "lead__consultant", "by", "asked_by", "decided_by")
    found = rows.select_related(*people, "appraisal", "task").first()
    if found is None:
        raise Http404
    return found


def variants_of(quotes: Iterable[Quote]) -> dict[int, list[Variant]]:
    found: dict[int, list[Variant]] = {}
    for one in Variant.objects.filter(quote__in=[quote.pk for quote in quotes]).order_by("quote_id", "order"):
        found.setdefault(one.quote_id, []).append(one)
    return found


def of_lead(lead_id: int) -> list[Quote]:
    """For a lead that the reader was found to see; the newest first."""
    return list(Quote.objects.filter(lead_id=lead_id).select_related("by").order_by("-pk"))


def link_of(quote: Quote) -> QuoteLink | None:
    """The newest one, also when it opens no more: how often it was opened stays to be seen."""
    found: QuoteLink | None = QuoteLink.objects.filter(quote=quote).order_by("-made_at", "-pk").first()
    return found


def appraisals_of(lead_id: int) -> list[Appraisal]:
    return list(Appraisal.objects.filter(lead_id=lead_id).select_related("by").order_by("-at", "-pk"))


def waits_for_an_appraisal(lead: Lead, appraisals: Sequence[Appraisal]) -> bool:
    """They have a car to give in payment, and nobody has said yet what it is worth."""
    offers = bool(lead.trade_in or lead.used_car or lead.interest == Lead.Interest.TRADE_IN)
    return lead.living and offers and not appraisals


def appraisal_of(lead_id: int, appraisal_id: int | None) -> Appraisal | None:
    """One of the lead's that still holds; another's is as if it were not there."""
    rows = Appraisal.objects.filter(lead_id=lead_id, pk=appraisal_id or 0, valid_until__gte=times.today())
    found: Appraisal | None = rows.first()
    return found
