"""公海: leads that nobody has, taken by whoever wants them, given back with a reason (C2)."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.http import Http404

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import (
    Closed,
    HandsFull,
    NobodyThere,
    NoMoreClaims,
    NotAgainYet,
    ReasonMissing,
    TakenAlready,
)
from qibu.leads.models import Lead, Placement
from qibu.leads.rules import LET_GO, Policy, Reason
from qibu.leads.services import allocating
from qibu.network.models import Staff
from qibu.network.rules import Capability

# Of one person's claims one at a time, so that two pages at once don't go over what they may take.
ONE_PERSON = "SELECT pg_advisory_xact_lock(hashtextextended('leads.claim', %s))"


def claim(*, actor: Actor, lead_id: int) -> Lead:
    """Take a lead from the pool. Of many who press at once one has it, the others hear who it was."""
    actor.require(Capability.SALES_WORK)
    me = _seller(actor)
    now = times.now()
    if not selectors.was_open_to(actor, now).filter(pk=lead_id).exists():
        raise Http404
    lead = _held(actor, lead_id)
    if lead.consultant_id == me.pk:
        return lead
    _within_limits(me.pk, lead, selectors.policy(actor))
    allocating.move(actor, lead, me.pk, Reason.CLAIMED)
    return lead


def release(*, actor: Actor, lead_id: int, note: str) -> Lead:
    """Back into the pool with what others should know; one's own, or for who shares out work anybody's."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    if lead.consultant_id != actor.staff_id:
        actor.require(Capability.SALES_ASSIGN)
    if not note.strip():
        raise ReasonMissing
    if lead.consultant_id is not None:
        allocating.move(actor, lead, None, Reason.RELEASED, note=note.strip()[:200])
    return lead


def _seller(actor: Actor) -> Staff:
    found = selectors.sellers().filter(pk=actor.staff_id or 0).first()
    if found is None:
        raise NobodyThere
    return found


def _held(actor: Actor, lead_id: int) -> Lead:
    """The lead as it is now that nobody else is at it."""
    try:
        lead = selectors.lead_or_404(actor, lead_id, lock=True)
    except Http404:
        raise _taken(lead_id) from None
    if not lead.living:
        raise Closed
    if lead.consultant_id not in {None, actor.staff_id}:
        raise _taken(lead_id)
    return lead


def _taken(lead_id: int) -> TakenAlready:
    rows = Lead.objects.filter(pk=lead_id).values_list("consultant__name", "assigned_at")
    name, at = rows.first() or ("", None)
    return TakenAlready(name or "", at)


def _within_limits(staff_id: int, lead: Lead, policy: Policy) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_PERSON, [staff_id])
    now = times.now()
    mine = Placement.objects.filter(staff_id=staff_id, code=Reason.CLAIMED, at__gte=times.start_of(times.day_of(now)))
    if mine.count() >= policy.claims_a_day:
        raise NoMoreClaims(policy.claims_a_day)
    if Lead.objects.filter(consultant_id=staff_id, state=Lead.State.OPEN).count() >= policy.claims_open:
        raise HandsFull(policy.claims_open)
    rest = timedelta(days=policy.not_again_days)
    gone = Placement.objects.filter(lead=lead, former_id=staff_id, code__in=[one.value for one in LET_GO])
    last = gone.order_by("-at").values_list("at", flat=True).first()
    if last is not None and last + rest > now:
        raise NotAgainYet(last + rest)
