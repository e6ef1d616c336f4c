"""Pages of leads."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qibu.customers import selectors as customers
from qibu.leads import selectors, words
from qibu.network.middleware import Request
from qibu.network.rules import Capability


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """What is known of a lead; further areas bring their cards by the slot `lead.panel`."""
    request.actor.require(Capability.SALES_VIEW)
    lead = selectors.lead_or_404(request.actor, pk)
    context = {
        "lead": lead, "heading": lead.car or str(lead.customer),
        "stage": selectors.stage_called(request.actor, lead.stage, lead.brand, lead.series),
        "source": selectors.source_called(request.actor, lead.source),
        "why": words.why(lead),
    }  # fmt: skip
    return render(request, "leads/detail.html", context)


@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """A tab on the customer's page."""
    request.actor.require(Capability.SALES_VIEW)
    customer = customers.customer_or_404(request.actor, pk)
    rows = selectors.of_customer(request.actor, pk)
    return render(request, "leads/of_customer.html", {"customer": customer, "leads": rows})
