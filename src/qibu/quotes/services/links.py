"""The customer's link: made, opened, answered, revoked.

The token is 256 random bits (RFC 6750 §5.2 asks for what can't be guessed); the database finds it by its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from qibu.contracts.quotes import LinkRevoked, QuoteAnswered, QuoteOpened
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.leads.services import following
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.errors import NotNow, TooManyAnswers
from qibu.quotes.models import LinkAnswer, Quote, QuoteLink
from qibu.quotes.services.holding import held

MOST_ANSWERS = 10
State = Quote.State
SHOWN = (State.SENT, State.ACCEPTED)


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make(actor: Actor, quote: Quote) -> QuoteLink:
    """For acts that have asked: the only link of a held quotation that opens from now on."""
    end(quote)
    token, days = secrets.token_urlsafe(32), selectors.quote_rules(actor).link_days
    found: QuoteLink = QuoteLink.objects.create(
        organisation_id=quote.organisation_id, quote=quote, token=token, token_hash=hash_of(token),
        expires_at=times.now() + timedelta(days=days),
    )  # fmt: skip
    return found


def renew(*, actor: Actor, quote_id: int) -> QuoteLink:
    """A new address; the former one opens no more."""
    actor.require(Capability.SALES_WORK)
    return make(actor, held(actor, quote_id, *SHOWN))


def revoke(*, actor: Actor, quote_id: int) -> None:
    actor.require(Capability.SALES_WORK)
    quote = held(actor, quote_id, closed=True)
    if end(quote):
        journal.record(LinkRevoked(**quote.about()), actor=actor)


def end(quote: Quote) -> int:
    """For acts that have asked: no link of it opens any more. Returns how many did."""
    ended: int = QuoteLink.objects.filter(quote=quote, revoked_at=None).update(revoked_at=times.now())
    return ended


# The customer -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    organisation_id: int
    link_id: int


def find(token: str) -> Found | None:
    """Asked before any scope is open, of a function that tells nothing but where the link is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, link_id FROM quotes_link_of(%s)", [hash_of(token)])
        row = cursor.fetchone()
    return Found(*row) if row else None


def living(link_id: int) -> QuoteLink | None:
    """A link that opens, with what it shows; None for one that is over, revoked, or whose offer was replaced."""
    rows = QuoteLink.objects.filter(pk=link_id, quote__lead__customer__erased_at__isnull=True)
    found = rows.select_related("quote__lead__consultant", "quote__by", "quote__appraisal").first()
    if found is None or not found.living or found.quote.state not in SHOWN:
        return None
    return found


def opened(*, actor: Actor, link: QuoteLink) -> None:
    """Counted each time, on the time line once."""
    QuoteLink.objects.filter(pk=link.pk).update(
        opened=F("opened") + 1, first_opened_at=Coalesce("first_opened_at", Now()), last_opened_at=Now()
    )
    if link.first_opened_at is None:
        journal.record(QuoteOpened(**link.quote.about()), actor=actor)


def answer(*, actor: Actor, link_id: int, kind: str, text: str = "", variant: int | None = None) -> LinkAnswer:
    """The customer said something: it is on record, and the consultant's next action is to answer. Raises `NotNow`,
    `TooManyAnswers`."""
    known = living(link_id)
    if known is None:
        raise NotNow(QuoteLink.__name__)
    lead = leads.held(Lead.objects.filter(pk=known.quote.lead_id))[0]
    link = QuoteLink.objects.select_for_update().get(pk=link_id)
    if link.answers >= MOST_ANSWERS:
        raise TooManyAnswers
    QuoteLink.objects.filter(pk=link.pk).update(answers=F("answers") + 1)
    said: LinkAnswer = LinkAnswer.objects.create(
        organisation_id=link.organisation_id, link=link, kind=kind, text=text, variant=variant
    )
    journal.record(QuoteAnswered(**known.quote.about(), answer=kind, note=text), actor=actor)
    received = Received(door=Door.FORM, source=lead.source, person=Person(), at=times.now())
    following.come_again(actor, lead, received, text)
    return said
