"""A quotation leaves the house, and how it ends: accepted by the customer, or withdrawn."""

from __future__ import annotations

from qibu.contracts.quotes import QuoteAccepted, QuoteSent, QuoteWithdrawn
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads.services import stages
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.errors import NoSuchVariant, Over, OverLimit
from qibu.quotes.models import Quote, QuoteLink
from qibu.quotes.services import approvals, links
from qibu.quotes.services.drafts import end_task
from qibu.quotes.services.holding import held

State = Quote.State
QUOTED = "quoted"


def send(*, actor: Actor, quote_id: int) -> Quote:
    """From now on it stays as it is; earlier ones of the lead are replaced by it, and the lead stands at "quoted".
    Raises `OverLimit` where somebody has to agree first, `Over`, `NotNow`."""
    actor.require(Capability.SALES_WORK)
    quote = held(actor, quote_id, *Quote.OPEN_TO_CHANGE, State.APPROVED)
    variants = selectors.variants_of([quote])[quote.pk]
    if quote.state != State.APPROVED and not approvals.own_to_give(actor, variants):
        raise OverLimit(approvals.most_of(actor, variants))
    if quote.valid_until < times.today():
        raise Over
    end_task(actor, quote, done=True)
    now = times.now()
    quote.state, quote.sent_at, quote.updated_at = State.SENT, now, now
    quote.save()
    _replace_earlier(quote)
    links.make(actor, quote)
    stages.advance(actor, quote.lead, QUOTED)
    event = QuoteSent(**quote.about(), car=variants[0].car, total=variants[0].total, valid_until=quote.valid_until)
    journal.record(event, actor=actor)
    return quote


def _replace_earlier(quote: Quote) -> None:
    earlier = Quote.objects.filter(lead_id=quote.lead_id, state=State.SENT).exclude(pk=quote.pk)
    QuoteLink.objects.filter(quote__in=earlier, revoked_at=None).update(revoked_at=times.now())
    earlier.update(state=State.REPLACED, closed_at=times.now())


def accept(*, actor: Actor, quote_id: int, variant: int) -> Quote:
    """The customer takes one of the variants; what is ordered comes from it. Raises `NoSuchVariant`, `NotNow`."""
    actor.require(Capability.SALES_WORK)
    quote = held(actor, quote_id, State.SENT)
    taken = next((one for one in selectors.variants_of([quote])[quote.pk] if one.order == variant), None)
    if taken is None:
        raise NoSuchVariant
    quote.state, quote.accepted, quote.closed_at = State.ACCEPTED, variant, times.now()
    quote.save()
    journal.record(QuoteAccepted(**quote.about(), car=taken.car, total=taken.total), actor=actor)
    return quote


def withdraw(*, actor: Actor, quote_id: int, why: str) -> Quote:
    """Nobody may hold the store to it any more; its link opens no more. Raises `NotNow`."""
    actor.require(Capability.SALES_WORK)
    over = (State.REPLACED, State.WITHDRAWN)
    states = [state for state in (*State.values, Quote.EXPIRED) if state not in over]
    quote = held(actor, quote_id, *states, closed=True)
    end_task(actor, quote, done=False)
    links.end(quote)
    quote.state, quote.closed_at, quote.updated_at = State.WITHDRAWN, times.now(), times.now()
    quote.save()
    journal.record(QuoteWithdrawn(**quote.about(), reason=why), actor=actor)
    return quote
