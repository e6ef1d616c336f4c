"""The one door inside (C1): every way by which somebody shows that they may buy a car ends in `receive`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from qibu.contracts.leads import LeadReceived, LeadTouched
from qibu.customers.models import ContactPoint, Customer
from qibu.customers.services import customers, fingerprints, points
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.errors import Unusable
from qibu.leads.models import Lead, LeadKey, StageChange
from qibu.leads.rules import WISHES, Person, Received, grade_by, lacks
from qibu.leads.services import allocating, following, judging, matching
from qibu.network.rules import Capability

NEW, UPDATED, REPEATED = "new", "updated", "repeated"
FIRST_STAGE = "new"
NEWEST = frozenset({"drive_asked_at", "drive_on", "drive_at"})  # whoever asks again means the later time


@dataclass(frozen=True)
class Receipt:
    """`state` is new, updated (somebody with an open lead came again, or what was sent again brought news) or repeated
    (nothing is new)."""

    state: str
    lead: Lead


def receive(*, actor: Actor, received: Received) -> Receipt:
    """Make a lead of what came in, or find the one that it belongs to. Raises `Unusable` where something is lacking."""
    actor.require(Capability.SALES_RECEIVE)
    if lacking := lacks(received):
        raise Unusable(lacking)
    _wait_for_the_same(actor, received)
    known = _by_key(received)
    if known is not None:
        return _update(actor, known, received) if received.again else Receipt(REPEATED, known)
    customer = _person(at_the_door(actor), received)
    open_lead = _open_lead(customer)
    receipt = _update(actor, open_lead, received) if open_lead else _make(actor, customer, received)
    _keep_keys(receipt.lead, received)
    return receipt


def at_the_door(actor: Actor) -> Actor:
    """Whoever writes down a lead may find the person's file and write into it what they said."""
    return replace(
        actor, capabilities=actor.capabilities | {Capability.CUSTOMERS_EDIT, Capability.CUSTOMERS_VIEW_ALL}
    )


# Two messages about one person at the same moment make one file and one lead: the second waits for the first.
WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s)) FROM generate_series(1, 1)"


def _wait_for_the_same(actor: Actor, received: Received) -> None:
    person = received.person
    names = [f"key:{source}:{text}" for source, text in received.keys]
    names += [f"point:{value.casefold()}" for value in (*person.phones, person.email, person.wechat) if value]
    with connection.cursor() as cursor:
        for name in sorted(set(names)):  # in one order, so that nobody waits in a ring
            cursor.execute(WAIT, [name, actor.organisation_id])


def _by_key(received: Received) -> Lead | None:
    for source, text in received.keys:
        number = LeadKey.objects.filter(source=source, text=text).values_list("lead_id", flat=True).first()
        if number is not None:
            return selectors.held(Lead.objects.filter(pk=number))[0]
    return None


def _keep_keys(lead: Lead, received: Received) -> None:
    rows = [
        LeadKey(organisation_id=lead.organisation_id, lead=lead, source=source, text=text)
        for source, text in received.keys
    ]
    LeadKey.objects.bulk_create(rows, ignore_conflicts=True)


def _open_lead(customer: Customer) -> Lead | None:
    rows = Lead.objects.filter(customer=customer, state=Lead.State.OPEN).order_by("-received_at", "-pk")
    found: Lead | None = rows.select_for_update().first()
    return found


# The person -------------------------------------------------------------------------------------
def _person(actor: Actor, received: Received) -> Customer:
    known = matching.customer_of(received)
    if known is None:
        return _registered(actor, received)
    _keep_ways(actor, known, received.person)
    return known


def _registered(actor: Actor, received: Received) -> Customer:
    """The file says in words where they came from: whoever reads it may know nothing of leads and their codes."""
    person, source = received.person, selectors.source_called(actor, received.source)
    values = {**person.facts, "name": person.name, "stage": Customer.Stage.INTENDING, "source": source}
    customer = customers.register(actor=actor, values=values, phones=person.phones)
    _keep_ways(actor, customer, person)
    return customer


def _keep_ways(actor: Actor, customer: Customer, person: Person) -> None:
    """Numbers and addresses that the file doesn't have yet."""
    kind = ContactPoint.Kind
    ways = [(kind.PHONE, phone, fingerprints.phone_hash(phone)) for phone in person.phones]
    for name, value in ((kind.EMAIL, person.email), (kind.WECHAT, person.wechat)):
        ways += [(name, value, fingerprints.address_hash(name, value))] if value else []
    there = {(one.kind, bytes(one.hash)) for one in ContactPoint.objects.filter(customer=customer).defer("value")}
    for name, value, hashed in ways:
        if (name, hashed) not in there:
            points.add(actor=actor, customer_id=customer.pk, kind=name, value=value)


# The lead ---------------------------------------------------------------------------------------
def _make(actor: Actor, customer: Customer, received: Received) -> Receipt:
    now = times.now()
    wish = _wish(received)
    lead = Lead(
        organisation_id=actor.organisation_id, customer=customer, stage=FIRST_STAGE, stage_at=now,
        source=received.source, door=received.door, campaign=received.campaign, received_at=received.at, **wish,
        grade=grade_by(wish.get("buys_by"), times.day_of(received.at), selectors.pace_of(actor)),
    )  # fmt: skip
    allocating.place(actor, lead, received)
    following.begin(actor, lead, received)
    lead.save(force_insert=True)
    StageChange.objects.create(
        organisation_id=actor.organisation_id, lead=lead, stage=lead.stage, at=now, by_id=actor.staff_id
    )
    event = LeadReceived(
        **lead.about(), source=lead.source, door=received.door, car=lead.car, interest=lead.interest
    )
    journal.record(event, actor=actor, at=received.at)
    allocating.tell(actor, lead)
    judging.look(actor, lead)
    return Receipt(NEW, lead)


def _wish(received: Received) -> dict[str, Any]:
    said = {name: received.wish[name] for name in WISHES if received.wish.get(name) not in (None, "", {})}
    if not _wants_to_drive(said):
        return said
    return {**said, "drive_asked_at": received.at, **{name: said.get(name) for name in ("drive_on", "drive_at")}}


def _wants_to_drive(said: Mapping[str, Any]) -> bool:
    return said.get("interest") == Lead.Interest.TEST_DRIVE or "drive_on" in said


def _update(actor: Actor, lead: Lead, received: Received) -> Receipt:
    """What is new is written into empty fields, and over others where the sender says that it replaces what was sent.
    Nothing a consultant found out is overwritten by somebody coming again."""
    changes = _news(lead, _wish(received), replaces=received.again)
    for name, value in changes.items():
        setattr(lead, name, value)
    if changes:
        lead.version += 1
        lead.updated_at = times.now()
        lead.save(update_fields=[*changes, "version", "updated_at"])
    event = LeadTouched(
        **lead.about(), source=received.source, door=received.door, changes=tuple(sorted(changes))
    )
    journal.record(event, actor=actor, at=received.at)
    following.come_again(actor, lead, received)
    judging.look(actor, lead)
    return Receipt(UPDATED, lead)


def _news(lead: Lead, wish: Mapping[str, Any], *, replaces: bool) -> dict[str, Any]:
    remark = wish.get("remark", "")
    told = {
        name: value for name, value in wish.items()
        if name != "remark" and getattr(lead, name) != value and (replaces or name in NEWEST or _empty(lead, name))
    }  # fmt: skip
    if remark and remark not in lead.remark:
        told["remark"] = "\n".join(filter(None, (lead.remark, remark)))
    return told


def _empty(lead: Lead, name: str) -> bool:
    return getattr(lead, name) in (None, "", {})
