"""The outer doors end here: what came in is kept as it came; it becomes a lead or waits with its reason."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from qibu.contracts.intake import LeadQuarantined
from qibu.customers import rules as people
from qibu.customers.models import Consent
from qibu.customers.services import consents
from qibu.intake import rules
from qibu.intake.models import Arrival, ConsentWording
from qibu.intake.rules import UNNAMED, Draft, Reason
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor
from qibu.leads.errors import Unusable
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Received
from qibu.leads.services import receiving
from qibu.network.rules import Capability

State = Arrival.State


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What a door brings. `raw`: as it came. `reasons`: why it waits whatever stands in it. `opening`: what tells two
    equal documents apart that are two (an opened form, a row of a sheet)."""

    door: Door
    source: str
    draft: Draft
    raw: str
    at: datetime
    keys: tuple[tuple[str, str], ...] = ()
    again: bool = False
    campaign: str = ""
    sender: str = ""
    reasons: tuple[Reason, ...] = ()
    opening: str = ""
    form_id: int | None = None
    wording_id: int | None = None


@dataclass(frozen=True)
class Outcome:
    """`state` is new, updated, quarantined, or repeated: this very thing came before."""

    state: str
    arrival: Arrival

    @property
    def repeated(self) -> bool:
        return self.state == State.REPEATED

    @property
    def answer(self) -> str:
        """What is promised to whoever sent it: new, updated or quarantined. What came before answers as what stands
        there by now: a lead that is known already, or something that is none."""
        if not self.repeated:
            return self.state
        return State.UPDATED if self.lead_id is not None else State.QUARANTINED

    @property
    def lead_id(self) -> int | None:
        return self.arrival.lead_id


def take(*, actor: Actor, brought: Brought) -> Outcome:
    """Keep it and let it through, or let it wait. The same thing again changes nothing."""
    actor.require(Capability.SALES_RECEIVE)
    digest = _digest(brought)
    _wait_for_the_same(actor, digest)
    known = Arrival.objects.select_for_update().filter(digest=digest).first()
    if known is not None:
        known.repeats += 1
        known.save(update_fields=["repeats"])
        return Outcome(State.REPEATED, known)
    arrival = _kept(actor, brought, digest)
    supersede(actor, arrival)
    judge(actor, arrival, brought.draft, brought.reasons)
    return Outcome(arrival.state, arrival)


WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"


def _wait_for_the_same(actor: Actor, digest: bytes) -> None:
    """The same document at the same moment: the second one finds what became of the first."""
    with connection.cursor() as cursor:
        cursor.execute(WAIT, [f"arrival:{digest.hex()}", actor.organisation_id])


def _digest(brought: Brought) -> bytes:
    """Keyed, so that whoever reads the table can't try telephones in it."""
    told = f"{brought.door}\0{brought.sender}\0{brought.opening}\0{brought.raw}"
    return keys.ring().fingerprint("arrival", hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest())


def key_hash(source: str, text: str) -> bytes:
    return keys.ring().fingerprint("arrival-key", f"{source}\0{text}")


def _kept(actor: Actor, brought: Brought, digest: bytes) -> Arrival:
    named = brought.keys or ((UNNAMED, digest.hex()),)
    arrival = Arrival(
        organisation_id=actor.organisation_id, door=brought.door, sender=rules.legible(brought.sender)[:80],
        source=brought.source, campaign=rules.legible(brought.campaign)[:60], digest=digest, raw=brought.raw,
        at=brought.at, form_id=brought.form_id, wording_id=brought.wording_id,
        key_hash=key_hash(*named[0]) if brought.keys else None,
    )  # fmt: skip
    arrival.tell(brought.draft, named, again=brought.again)
    return arrival


def supersede(actor: Actor, arrival: Arrival) -> None:
    """For acts that have asked: what waits under the same name is answered by what was sent after it."""
    if arrival.key_hash is None:
        return
    older = Arrival.objects.filter(key_hash=arrival.key_hash, state=State.QUARANTINED)
    older.exclude(pk=arrival.pk).update(state=State.REPEATED, settled_at=times.now(), settled_by=actor.staff_id)


def judge(actor: Actor, arrival: Arrival, draft: Draft, reasons: tuple[Reason, ...] = ()) -> None:
    """For acts that have asked: through the door, or into quarantine; the arrival is saved with what became of it."""
    reading = rules.read(draft, times.day_of(arrival.at), times.ZONE)
    arrival.tell(draft, arrival.keys, again=arrival.again)
    arrival.called, arrival.car = _called(draft), _car(draft)
    lacking = tuple(dict.fromkeys((*reasons, *reading.reasons)))
    if not lacking:
        try:
            with transaction.atomic():
                _receive(actor, arrival, reading)
                return
        except Unusable as unusable:
            lacking = tuple(Reason(one.value) for one in unusable.lacking)
    _quarantine(actor, arrival, lacking)


def _receive(actor: Actor, arrival: Arrival, reading: rules.Reading) -> None:
    received = Received(
        door=Door(arrival.door), source=arrival.source, person=reading.person, at=arrival.at, wish=reading.wish,
        keys=arrival.keys, again=arrival.again, campaign=arrival.campaign,
    )  # fmt: skip
    receipt = receiving.receive(actor=actor, received=received)
    arrival.state, arrival.lead, arrival.reasons = receipt.state, receipt.lead, []
    arrival.settled_at, arrival.settled_by_id = times.now(), actor.staff_id
    arrival.save()
    _keep_consent(actor, arrival, receipt.lead)


def _quarantine(actor: Actor, arrival: Arrival, lacking: tuple[Reason, ...]) -> None:
    first = arrival.pk is None
    arrival.state, arrival.reasons = State.QUARANTINED, [one.value for one in lacking]
    arrival.save()
    if first:
        told = tuple(str(one.value) for one in lacking)
        journal.record(LeadQuarantined(subject_id=arrival.pk, door=arrival.door, reasons=told), actor=actor)


def _keep_consent(actor: Actor, arrival: Arrival, lead: Lead) -> None:
    """The words somebody ticked, as they were then (PIPL art. 14): the row names them, the arrival keeps them."""
    if arrival.wording_id is None or arrival.state == State.REPEATED:
        return
    wording = ConsentWording.objects.select_related("form").get(pk=arrival.wording_id)
    evidence = f"网上表单「{wording.form.name}」同意文字第 {wording.number} 版：{wording.words}"
    consents.record(
        actor=receiving.at_the_door(actor), customer_id=lead.customer_id, purpose=Consent.Purpose.MARKETING,
        channel=Consent.Channel.ANY, state=Consent.State.GIVEN, evidence=evidence[:200],
    )  # fmt: skip


def _called(draft: Draft) -> str:
    """Who it is, as lists show it: a list tells no telephone."""
    phones, _faults = people.read_phone_cell(draft.phone)
    number = people.mask_phone(phones[0].number) if phones else ""
    return " ".join(filter(None, (draft.name[:50], number)))


def _car(draft: Draft) -> str:
    return " ".join(filter(None, (draft.series or draft.brand, draft.model)))[:170]


def changes(before: Draft, after: Draft) -> tuple[str, ...]:
    was, now = before.facts(), after.facts()
    return tuple(name for name in rules.NAMES if was.get(name) != now.get(name))
