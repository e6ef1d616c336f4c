"""A piece goes to a customer by a consultant's hand, since the store has no channel of its own to customers: the
product prepares words and link, the consultant sends them and says so with one key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from qibu.contracts.nurturing import PieceClosed, PieceSent, PieceSkipped
from qibu.customers.models import Consent, Hold
from qibu.customers.selectors import live_holds, may_approach
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.nurturing import selectors, words
from qibu.nurturing.errors import NotNow, NotOffered, NotPermitted, Waiting
from qibu.nurturing.models import Sending
from qibu.nurturing.rules import End
from qibu.nurturing.services import editions, wording
from qibu.tasks.models import Task
from qibu.tasks.services import tasks

State = Sending.State


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def with_token(row: Sending) -> Sending:
    """Under an address of 256 random bits (RFC 6750 §5.2 asks for what can't be guessed)."""
    row.token = secrets.token_urlsafe(32)
    row.token_hash = hash_of(row.token)
    return row


@dataclass(frozen=True, kw_only=True)
class Wish:
    """`asked`: the customer wants it, so it is no advertising and needs no further yes."""

    piece: str
    channel: str
    words: str = ""
    asked: bool = False


def prepare(*, actor: Actor, lead_id: int, wish: Wish) -> Sending:
    """By hand, for one lead. Raises `Unclaimed`, `NotOffered`, `NotPermitted`, `Waiting`."""
    actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    refuse_unclaimed(actor, lead)
    piece = selectors.offered(actor, times.today()).get(wish.piece)
    if piece is None:
        raise NotOffered
    if not may_send(lead, wish.channel, asked=wish.asked):
        raise NotPermitted
    _none_waits(lead, piece.code)
    edition = editions.keep(actor, [piece])[piece.code]
    words = wording.words_for(actor, [(lead, edition, wish.words)])[0]
    row = Sending(
        organisation_id=actor.organisation_id, lead=lead, edition=edition, piece=piece.code, channel=wish.channel,
        words=words, asked=wish.asked, made_at=times.now(), made_by_id=actor.staff_id,
    )  # fmt: skip
    with_token(row).save(force_insert=True)
    return row


def _none_waits(lead: Lead, piece: str) -> None:
    """For leads that are held, with their files: nobody gets the same twice because two people, or a sequence, thought
    of it, or because they have two leads."""
    rows = Sending.objects.filter(lead__customer_id=lead.customer_id, piece=piece, state=State.WAITING)
    if rows.filter(revoked_at__isnull=True).exists():
        raise Waiting


def may_send(lead: Lead, channel: str, *, asked: bool = False) -> bool:
    """Advertising needs a yes (PIPL art. 13, 广告法 art. 43). Who asks for something gets it, but whoever wants to be
    left in peace altogether."""
    if asked:
        hold = live_holds([lead.customer_id]).get(lead.customer_id)
        return hold is None or hold.reach != Hold.Reach.EVERYTHING
    return bool(may_approach([lead.customer_id], purpose=Consent.Purpose.MARKETING, channel=channel))


def mark_sent(*, actor: Actor, sending_id: int) -> Sending:
    """The consultant has sent it; doing it twice does nothing twice. Raises `NotNow` for what was dropped."""
    actor.require(Capability.SALES_WORK)
    row = held(actor, sending_id)
    if row.state == State.SKIPPED:
        raise NotNow
    if row.state == State.WAITING:
        sent(actor, [row])
        _settle(actor, [row], done=True, note=_("资料发给客户了"))
    return row


def skip(*, actor: Actor, sending_id: int, reason: str = "") -> Sending:
    """It isn't sent; the sequence goes on with its next step. Raises `NotNow` for what was sent."""
    actor.require(Capability.SALES_WORK)
    row = held(actor, sending_id)
    if row.state == State.SENT:
        raise NotNow
    if row.state == State.WAITING:
        skipped(actor, [row], reason)
        _settle(actor, [row], done=False, note=reason or _("这份资料不发了"))
    return row


def close(*, actor: Actor, sending_id: int) -> None:
    """The link opens no more."""
    actor.require(Capability.SALES_WORK)
    row = held(actor, sending_id)
    if Sending.objects.filter(pk=row.pk, revoked_at__isnull=True).update(revoked_at=times.now()):
        journal.record(PieceClosed(**row.about()), actor=actor)


def held(actor: Actor, sending_id: int) -> Sending:
    """Its task first, as whoever records a result holds them."""
    known = selectors.sending_or_404(actor, sending_id)
    if known.task_id:
        list(Task.objects.filter(pk=known.task_id).select_for_update().values_list("pk", flat=True))
    rows = Sending.objects.filter(pk=sending_id).select_related("lead__customer", "edition", "run")
    found: Sending | None = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise Http404
    return found


# For acts that have asked -------------------------------------------------------------------------
def drop_unpermitted(actor: Actor, customer_ids: Collection[int] | None = None) -> int:
    """For acts that have asked: what was prepared by hand, wasn't asked for, and has no yes any more, is not sent; of
    these customers, or of all. Gives how many."""
    rows = Sending.objects.filter(run__isnull=True, asked=False, state=State.WAITING)
    if customer_ids is not None:
        rows = rows.filter(lead__customer_id__in=list(customer_ids))
    waiting = list(rows.select_related("lead", "edition").select_for_update(of=("self",)).order_by("pk"))
    people = {row.lead.customer_id for row in waiting}
    permitted = {
        channel: may_approach(people, purpose=Consent.Purpose.MARKETING, channel=channel)
        for channel in {row.channel for row in waiting}
    }
    dropped = [row for row in waiting if row.lead.customer_id not in permitted[row.channel]]
    if dropped:
        skipped(actor, dropped, str(words.ENDS[End.OPTED_OUT]))
    return len(dropped)


def sent(actor: Actor, rows: Sequence[Sending]) -> None:
    """For acts that have asked: held, waiting ones are with the customer from now on."""
    now = times.now()
    until = now + timedelta(days=selectors.rules_of(actor).link_days)
    for row in rows:
        row.state, row.sent_at, row.by_id, row.expires_at = State.SENT, now, actor.staff_id, until
    Sending.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.SENT, sent_at=now, by_id=actor.staff_id, expires_at=until
    )
    journal.record_many([PieceSent(**row.about(), channel=row.channel) for row in rows], actor=actor)


def skipped(actor: Actor, rows: Sequence[Sending], reason: str) -> None:
    """For acts that have asked: held, waiting ones are not sent; their links open no more."""
    for row in rows:
        row.state = State.SKIPPED
    Sending.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SKIPPED)
    journal.record_many([PieceSkipped(**row.about(), reason=reason) for row in rows], actor=actor)


def _settle(actor: Actor, rows: Collection[Sending], *, done: bool, note: str) -> None:
    ids = [row.task_id for row in rows if row.task_id]
    if ids:
        tasks.settle(actor=actor, task_ids=ids, done=done, note=note)
