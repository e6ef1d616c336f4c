"""How an act takes hold of a quotation: its task and the lead's, then the lead, then itself. Whoever ends a task on the
workbench begins with it, too, so nobody waits for each other in a ring."""

from __future__ import annotations

from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.errors import Closed
from qibu.quotes import selectors
from qibu.quotes.errors import NotNow
from qibu.quotes.models import Quote
from qibu.tasks.models import Task


def held(actor: Actor, quote_id: int, *states: str, closed: bool = False) -> Quote:
    """The locked quotation of a lead that goes on; raises `NotNow` unless it is in one of the states."""
    known = selectors.quote_or_404(actor, quote_id)
    both = Task.objects.filter(pk__in=[known.task_id or 0, known.lead.next_task_id or 0]).order_by("pk")
    list(both.select_for_update().values_list("pk", flat=True))
    lead = leads.lead_or_404(actor, known.lead_id, lock=True)
    if not lead.living and not closed:
        raise Closed
    quote: Quote = Quote.objects.select_for_update().get(pk=quote_id)
    quote.lead = lead
    if states and quote.shown_state not in states:
        raise NotNow(quote.shown_state)
    return quote
