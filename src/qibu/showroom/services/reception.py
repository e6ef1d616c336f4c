"""Reception: who comes in is written down, and somebody receives them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404

from qibu.contracts.showroom import VisitorCame, VisitorChanged, VisitorLeft, VisitorTaken
from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Reason, Received
from qibu.leads.selectors import sellers
from qibu.leads.services import allocating, following, matching, receiving, stages
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.showroom.errors import LeftAlready, NotHere, ReasonMissing
from qibu.showroom.models import Visitor
from qibu.showroom.rules import may_lead, next_in_turn, takes_a_turn
from qibu.showroom.selectors import turn as reads
from qibu.showroom.services import turns

LATEST = timedelta(hours=12)  # what was written down while the line was broken
WALK_IN, CALL_IN = "walk-in", "call-in"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Who came, and why. `customer_id`: reception found their file. `consultant_id`: reception chose somebody, with a
    reason where another one was next."""

    purpose: str
    at: datetime
    name: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    customer_id: int | None = None
    brand: str = ""
    series: str = ""
    remark: str = ""
    party: int = 1
    consultant_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Receiver:
    """Who receives somebody (None: nobody is free) and why; `instead_of`: who would have been next."""

    staff_id: int | None
    why: dict[str, Any] = field(default_factory=dict)
    by_turn: bool = False
    instead_of: int | None = None


def welcome(*, actor: Actor, arrival: Arrival) -> Visitor:
    """Somebody came in. Whoever may buy a car becomes a lead, where there is a way to reach them."""
    actor.require(Capability.SALES_RECEIVE)
    arrival = _checked(actor, arrival)
    turns.hold(actor)
    known = matching.number_of(_received(arrival, Door.SHOWROOM))
    receiver = _receiver(actor, arrival, known)
    lead = _lead(actor, _received(arrival, Door.SHOWROOM, receiver.staff_id)) if _leads(arrival, known) else None
    if lead is not None:
        stages.advance(actor, lead, "visited")
    visitor = _write(actor, arrival, Visitor.Way.VISIT, receiver, lead, known)
    _take_turn(actor, visitor, receiver, arrival.reason)
    return visitor


def call(*, actor: Actor, arrival: Arrival, mine: bool = False) -> Visitor:
    """Somebody called. The lead goes by the store's rules, or to whoever spoke with them."""
    actor.require(Capability.SALES_RECEIVE)
    arrival = _checked(actor, arrival)
    known = matching.number_of(_received(arrival, Door.PHONE))
    me = actor.staff_id if mine and sellers().filter(pk=actor.staff_id or 0).exists() else None
    lead = _lead(actor, _received(arrival, Door.PHONE, me)) if _leads(arrival, known) else None
    receiver = Receiver(lead.consultant_id if lead else me, {"code": "call"})
    return _write(actor, arrival, Visitor.Way.CALL, receiver, lead, known)


def take(*, actor: Actor, visitor_id: int, staff_id: int | None, reason: str = "") -> Visitor:
    """A waiting visitor is received by somebody, or another one takes over; None is who is next in the turn."""
    actor.require(Capability.SALES_RECEIVE)
    turns.hold(actor)
    visitor = _in_house(visitor_id)
    upcoming = next_in_turn(reads.stands(actor, times.now()))
    number = staff_id or (upcoming.staff_id if upcoming else None)
    person = sellers().filter(pk=number or 0).first()
    if person is None:
        raise NotHere
    out_of_turn = upcoming is not None and person.pk != upcoming.staff_id
    if out_of_turn and not reason.strip():
        raise ReasonMissing
    _receive(actor, visitor, person, "chosen" if out_of_turn else "turn", reason.strip())
    receiver = Receiver(person.pk, {}, True, upcoming.staff_id if out_of_turn and upcoming else None)
    _take_turn(actor, visitor, receiver, reason.strip())
    return visitor


def leave(*, actor: Actor, visitor_id: int) -> Visitor:
    """离店. Said twice it is said once."""
    actor.require(Capability.SALES_RECEIVE)
    visitor = _held(visitor_id)
    if visitor.left_at is None:
        now = times.now()
        visitor.left_at = max(now, visitor.at)
        visitor.save(update_fields=["left_at"])
        minutes = round((visitor.left_at - visitor.at) / timedelta(minutes=1))
        journal.record(VisitorLeft(**_about(visitor), minutes=minutes), actor=actor)
    return visitor


def come_back(*, actor: Actor, visitor_id: int) -> Visitor:
    """The undo of `leave`."""
    actor.require(Capability.SALES_RECEIVE)
    visitor = _held(visitor_id)
    if visitor.left_at is not None and times.day_of(visitor.at) == times.today():
        visitor.left_at = None
        visitor.save(update_fields=["left_at"])
        journal.record(VisitorChanged(**_about(visitor), changes=("left_at",)), actor=actor)
    return visitor


def complete(*, actor: Actor, visitor_id: int, arrival: Arrival) -> Visitor:
    """What was learnt later: the name, the number, what they want. With a way to reach them they become a lead."""
    actor.require(Capability.SALES_RECEIVE)
    visitor = _held(visitor_id)
    arrival = replace(_checked(actor, arrival), at=visitor.at)
    names = ("purpose", "party", "name", "brand", "series", "remark")
    changes = tuple(name for name in names if getattr(visitor, name) != getattr(arrival, name))
    for name in changes:
        setattr(visitor, name, getattr(arrival, name))
    made = _made_later(actor, visitor, arrival)
    visitor.save()
    if changes or made:
        journal.record(VisitorChanged(**_about(visitor), changes=(*changes, *made)), actor=actor)
    return visitor


def _made_later(actor: Actor, visitor: Visitor, arrival: Arrival) -> tuple[str, ...]:
    """The lead that can be made now; gives what of the visitor became known by it."""
    known = matching.number_of(_received(arrival, Door.SHOWROOM))
    if visitor.lead_id is not None or not _leads(arrival, known):
        return ()
    door = Door.PHONE if visitor.way == Visitor.Way.CALL else Door.SHOWROOM
    lead = _lead(actor, _received(arrival, door, visitor.consultant_id))
    if door == Door.SHOWROOM:
        stages.advance(actor, lead, "visited")
    visitor.lead, visitor.customer_id = lead, lead.customer_id
    return ("customer",)


# Who receives them --------------------------------------------------------------------------------
def _receiver(actor: Actor, arrival: Arrival, known: int | None) -> Receiver:
    stands = {one.staff_id: one for one in reads.stands(actor, times.now())}
    upcoming = next_in_turn(stands.values()) if takes_a_turn(arrival.purpose) else None
    if arrival.consultant_id is not None:
        return _chosen(arrival, upcoming.staff_id if upcoming else None)
    own = _own(known) if known else None
    if own is not None and own.pk in stands and stands[own.pk].here:
        return Receiver(own.pk, {"code": "own"})
    away = {"away": own.name} if own is not None else {}
    if upcoming is None:
        return Receiver(None, {"code": "waiting" if takes_a_turn(arrival.purpose) else "none", **away})
    return Receiver(upcoming.staff_id, {"code": "turn", "today": upcoming.today, **away}, by_turn=True)


def _chosen(arrival: Arrival, upcoming: int | None) -> Receiver:
    chosen = arrival.consultant_id
    if not sellers().filter(pk=chosen or 0).exists():
        raise NotHere
    if not takes_a_turn(arrival.purpose) or upcoming in {None, chosen}:
        return Receiver(chosen, {"code": "turn" if upcoming == chosen else "chosen"}, takes_a_turn(arrival.purpose))
    if not arrival.reason.strip():
        raise ReasonMissing
    return Receiver(chosen, {"code": "chosen", "reason": arrival.reason.strip()}, True, upcoming)


def _own(customer_id: int) -> Staff | None:
    """Whoever works on their open lead, else whoever sold to them."""
    theirs = Lead.objects.filter(customer_id=customer_id, state=Lead.State.OPEN, consultant__isnull=False)
    number = theirs.order_by("-received_at", "-pk").values_list("consultant_id", flat=True).first()
    if number is None:
        number = Customer.objects.filter(pk=customer_id).values_list("seller_id", flat=True).first()
    return sellers().filter(pk=number or 0).first()


def _take_turn(actor: Actor, visitor: Visitor, receiver: Receiver, reason: str) -> None:
    if receiver.staff_id is None or not receiver.by_turn:
        return
    turns.to_the_end(receiver.staff_id)
    if receiver.instead_of is not None:
        person = Staff.objects.get(pk=receiver.staff_id)
        turns.chosen(actor, visitor, person, receiver.instead_of, reason.strip()[:200])


def _receive(actor: Actor, visitor: Visitor, person: Staff, code: str, reason: str) -> None:
    first = visitor.consultant_id is None
    visitor.consultant, visitor.taken_at = person, times.now()
    visitor.why = {"code": code, **({"reason": reason} if reason else {})}
    visitor.save(update_fields=["consultant", "taken_at", "why"])
    event = VisitorTaken(**_about(visitor), staff_id=person.pk, staff_name=person.name, reason=reason)
    journal.record(event, actor=actor)
    if first and visitor.lead_id is not None:
        _lead_follows(actor, visitor, person)


def _lead_follows(actor: Actor, visitor: Visitor, person: Staff) -> None:
    """A lead that was made by this very visit lies with whoever received the person, and is answered."""
    whole = replace(actor, capabilities=actor.capabilities | {Capability.SALES_VIEW_ALL})
    lead = next(iter(leads.hold(whole, [visitor.lead_id or 0])), None)
    if lead is not None and lead.received_at == visitor.at and lead.consultant_id != person.pk:
        allocating.move(actor, lead, person.pk, Reason.RECEIVED)
        following.answered(actor, lead, times.now())


# Writing ------------------------------------------------------------------------------------------
def _checked(actor: Actor, arrival: Arrival) -> Arrival:
    """A file that was chosen is one that the reader sees; nobody comes in the future or came days ago."""
    chosen, now = arrival.customer_id, times.now()
    if chosen is not None and not customers.visible(actor).filter(pk=chosen).exists():
        raise Http404
    return replace(arrival, at=min(max(arrival.at, now - LATEST), now))


def _leads(arrival: Arrival, known: int | None) -> bool:
    return may_lead(arrival.purpose) and bool(arrival.phones or arrival.email or known)


def _received(arrival: Arrival, door: Door, consultant_id: int | None = None) -> Received:
    wish = {"brand": arrival.brand, "series": arrival.series, "remark": arrival.remark}
    if arrival.purpose == Visitor.Purpose.DRIVE:
        wish["interest"] = Lead.Interest.TEST_DRIVE.value
    return Received(
        door=door, source=WALK_IN if door == Door.SHOWROOM else CALL_IN, at=arrival.at, wish=wish,
        person=Person(name=arrival.name, phones=arrival.phones, email=arrival.email),
        customer_id=arrival.customer_id, consultant_id=consultant_id,
    )  # fmt: skip


def _lead(actor: Actor, received: Received) -> Lead:
    return receiving.receive(actor=actor, received=received).lead


def _write(
    actor: Actor, arrival: Arrival, way: str, receiver: Receiver, lead: Lead | None, known: int | None
) -> Visitor:
    visitor: Visitor = Visitor.objects.create(
        organisation_id=actor.organisation_id, way=way, at=arrival.at, purpose=arrival.purpose, party=arrival.party,
        name=arrival.name, customer_id=lead.customer_id if lead else known, lead=lead, brand=arrival.brand,
        series=arrival.series, remark=arrival.remark, consultant_id=receiver.staff_id,
        taken_at=times.now() if receiver.staff_id else None, why=receiver.why, by_id=actor.staff_id,
        left_at=arrival.at if way == Visitor.Way.CALL else None,
    )  # fmt: skip
    names = Staff.objects.filter(pk=receiver.staff_id or 0).values_list("name", flat=True)
    event = VisitorCame(
        **_about(visitor), way=str(way), purpose=arrival.purpose, party=arrival.party, staff_id=receiver.staff_id,
        staff_name=names.first() or "", why=str(receiver.why.get("code", "")),
    )  # fmt: skip
    journal.record(event, actor=actor, at=arrival.at)
    return visitor


def _about(visitor: Visitor) -> dict[str, Any]:
    return {"subject_id": visitor.pk, "customer_id": visitor.customer_id}


def _held(visitor_id: int) -> Visitor:
    found: Visitor | None = (
        Visitor.objects.select_for_update(of=("self",)).filter(pk=visitor_id).first()
    )
    if found is None:
        raise Http404
    return found


def _in_house(visitor_id: int) -> Visitor:
    visitor = _held(visitor_id)
    if visitor.left_at is not None:
        raise LeftAlready
    return visitor
