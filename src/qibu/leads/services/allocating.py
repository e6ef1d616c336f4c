"""With whom a lead lies, and why (C2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from qibu.contracts.leads import LeadAssigned
from qibu.customers.models import Customer
from qibu.customers.services import assignments
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Closed, NobodyThere
from qibu.leads.models import Lead, Placement
from qibu.leads.rules import Case, Reason, Received, SharingRule, Taker, Target, fitting, next_taker
from qibu.leads.selectors.team import Team
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.services import tasks

NOT_OWNERS = frozenset({Customer.Stage.POTENTIAL, Customer.Stage.INTENDING})
# Two leads at one moment are not given by the same counts: the second waits for the first.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('leads.turn', %s))"


@dataclass(frozen=True)
class Choice:
    """Who gets it (None: the pool), why, and the facts that are said with it."""

    staff_id: int | None
    reason: Reason
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> dict[str, Any]:
        return {"code": self.reason.value, **self.facts}


# A lead that is being made ------------------------------------------------------------------------
def place(actor: Actor, lead: Lead, received: Received) -> None:
    """With whoever met the person, with their consultant of before, by the rules and the turn, or in the pool."""
    choice = _met(received) or choose(actor, lead)
    _lay(lead, choice.staff_id, choice.why)


def _met(received: Received) -> Choice | None:
    met = received.consultant_id
    return Choice(met, Reason.RECEIVED) if met and selectors.sellers().filter(pk=met).exists() else None


def choose(actor: Actor, lead: Lead, but: Collection[int] = (), *, silent: str = "") -> Choice:
    """Who a lead goes to now, without those in `but`. `silent`: whose silence takes it away from them."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [actor.organisation_id])
    team, facts = selectors.team(actor, times.now()), {"former": silent} if silent else {}
    if not silent:
        before = _before(lead.customer)
        if before is not None and team.has(before.pk):
            return Choice(before.pk, Reason.RETURNING)
        facts = {"before": before.name} if before is not None else {}
    found = _by_rules(actor, lead, team, but)
    reason = Reason.SILENCE if silent and found.staff_id else found.reason
    return Choice(found.staff_id, reason, {**found.facts, **facts})


def _before(customer: Customer) -> Staff | None:
    """Whoever worked on their last lead, else who sold them the car; if they still sell here."""
    earlier = Lead.objects.filter(customer=customer, consultant__isnull=False).order_by("-received_at", "-pk")
    number = earlier.values_list("consultant_id", flat=True).first() or customer.seller_id
    return selectors.sellers().filter(pk=number).first() if number else None


def _by_rules(actor: Actor, lead: Lead, team: Team, but: Collection[int]) -> Choice:
    for rule in fitting(selectors.living_rules(actor), case_of(actor, lead)):
        if rule.target == Target.POOL:
            return Choice(None, Reason.RULE, {"rule": rule.name})
        taker = next_taker(team.takers(_named(rule), but))
        if taker is not None:
            return Choice(taker.staff_id, Reason.RULE, {"rule": rule.name, **_told(taker)})
    taker = next_taker(team.takers(but=but))
    if taker is not None:
        return Choice(taker.staff_id, Reason.TURN, _told(taker))
    return Choice(None, Reason.FULL if team.full else Reason.NOBODY)


def _named(rule: SharingRule) -> Collection[int] | None:
    if rule.target == Target.GROUP:
        return selectors.groups().get(rule.group, [])
    return rule.people if rule.target == Target.PEOPLE else None


def _told(taker: Taker) -> dict[str, Any]:
    return {"name": taker.name, "today": taker.received}


def case_of(actor: Actor, lead: Lead) -> Case:
    kinds = {one.code: str(one.kind) for one in selectors.sources(actor, all_of_them=True)}
    return Case(
        source=lead.source, kind=kinds.get(lead.source, ""), at=times.now().astimezone(times.ZONE), brand=lead.brand,
        series=lead.series, model=lead.model, city=lead.customer.city, language=lead.language,
    )  # fmt: skip


def _lay(lead: Lead, staff_id: int | None, why: dict[str, Any]) -> None:
    lead.consultant_id, lead.assigned_at = staff_id, times.now() if staff_id else None
    lead.assigned_why = why


def tell(actor: Actor, lead: Lead, *, former_id: int | None = None, note: str = "") -> None:
    """The lead lies where it lies now: on record, and the customer's file names the same person as seller, who then
    sees it."""
    _tell(actor, [lead], lead.consultant_id, {lead.pk: former_id}, note)


def _tell(
    actor: Actor, leads: Iterable[Lead], staff_id: int | None, former: Mapping[int, int | None], note: str = ""
) -> None:
    """Of leads that lie with one person, or in the pool."""
    found, now = list(leads), times.now()
    name = Staff.objects.filter(pk=staff_id or 0).values_list("name", flat=True).first() or ""
    Placement.objects.bulk_create(
        Placement(
            organisation_id=actor.organisation_id, lead=lead, staff_id=staff_id, former_id=former.get(lead.pk),
            code=lead.assigned_why["code"], rule=lead.assigned_why.get("rule", ""), note=note, at=now,
            by_id=actor.staff_id,
        )
        for lead in found
    )  # fmt: skip
    journal.record_many([_event(lead, staff_id, name, note) for lead in found], actor=actor)
    whose = [lead.customer_id for lead in found] if staff_id else _nobodys(found, former)
    assignments.follow_many(actor=actor, customer_ids=whose, role="seller", staff_id=staff_id)


def _nobodys(leads: Iterable[Lead], former: Mapping[int, int | None]) -> list[int]:
    """Whose lead lies in the pool is nobody's customer, so that all who may take it see them; whoever sold somebody a
    car stays their seller."""
    return [
        lead.customer_id for lead in leads
        if lead.customer.stage in NOT_OWNERS and former.get(lead.pk) in {lead.customer.seller_id} - {None}
    ]  # fmt: skip


def _event(lead: Lead, staff_id: int | None, name: str, note: str) -> LeadAssigned:
    why = lead.assigned_why
    return LeadAssigned(
        **lead.about(), staff_id=staff_id, staff_name=name, reason=why["code"], rule=why.get("rule", ""), note=note
    )


# By hand ------------------------------------------------------------------------------------------
def give(*, actor: Actor, lead_id: int, staff_id: int | None, reason: Reason = Reason.GIVEN) -> Lead:
    """A manager gives a lead to a colleague, or puts it into the pool; its next action goes along."""
    actor.require(Capability.SALES_ASSIGN)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    move(actor, lead, staff_id, reason)
    return lead


def give_many(*, actor: Actor, lead_ids: Iterable[int], staff_id: int | None) -> dict[int, dict[str, Any]]:
    """Several at once; those that are closed meanwhile, or lie there already, are left alone. Returns of those that
    changed hands with whom they lay, and why."""
    actor.require(Capability.SALES_ASSIGN)
    leads = [lead for lead in selectors.hold(actor, lead_ids) if lead.consultant_id != staff_id]
    before = {lead.pk: {"staff": lead.consultant_id, "why": lead.assigned_why} for lead in leads}
    _move(actor, leads, staff_id, {"code": Reason.GIVEN.value})
    return before


def take_back(*, actor: Actor, before: Mapping[int, Mapping[str, Any]], staff_id: int | None) -> set[int]:
    """Undo of `give_many`: those that still lie with the taker go back, unless who had them sells no more."""
    actor.require(Capability.SALES_ASSIGN)
    leads = [lead for lead in selectors.hold(actor, before) if lead.consultant_id == staff_id]
    there = set(selectors.sellers().values_list("pk", flat=True))
    back: set[int] = set()
    for giver_id in {before[lead.pk]["staff"] for lead in leads}:
        if giver_id is None or giver_id in there:
            theirs = [lead for lead in leads if before[lead.pk]["staff"] == giver_id]
            _move(actor, theirs, giver_id, {"code": Reason.GIVEN.value})
            back.update(lead.pk for lead in theirs)
    return back


def swap(*, actor: Actor, lead_ids: Iterable[int]) -> tuple[Lead, Lead]:
    """Two leads change their consultants. Raises `NobodyThere` unless there are two, of two people."""
    actor.require(Capability.SALES_ASSIGN)
    leads = selectors.hold(actor, lead_ids)
    if len(leads) != 2 or None in {lead.consultant_id for lead in leads}:
        raise NobodyThere
    one, other = leads
    if one.consultant_id == other.consultant_id:
        raise NobodyThere
    whose = {one.pk: other.consultant_id, other.pk: one.consultant_id}
    for lead in leads:
        move(actor, lead, whose[lead.pk], Reason.SWAPPED)
    return one, other


def move(
    actor: Actor, lead: Lead, staff_id: int | None, reason: Reason, *, facts: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:  # fmt: skip
    """For acts that have asked: a held, open lead goes to a person or into the pool."""
    _move(actor, [lead], staff_id, {"code": reason.value, **(facts or {})}, note)


def _move(actor: Actor, leads: list[Lead], staff_id: int | None, why: dict[str, Any], note: str = "") -> None:
    taker = selectors.sellers().filter(pk=staff_id).first() if staff_id else None
    if staff_id and taker is None:
        raise NobodyThere
    former = {lead.pk: lead.consultant_id for lead in leads}
    for lead in leads:
        _lay(lead, staff_id, why)
    Lead.objects.filter(pk__in=list(former)).update(
        consultant=staff_id, assigned_at=times.now() if staff_id else None, assigned_why=why, updated_at=Now(),
    )
    tasks.hand(actor, [lead.next_task for lead in leads if lead.next_task is not None], taker)
    if leads:
        _tell(actor, leads, staff_id, former, note)
