"""The turn: who is next, who went out of turn and why."""

from __future__ import annotations

from django.db import connection
from django.db.models import Max
from django.http import Http404

from qibu.contracts.showroom import ConsultantMarked, TurnChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads.selectors import sellers
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.showroom.errors import ReasonMissing, SamePerson
from qibu.showroom.models import TurnChange, TurnPlace, Visitor

# Two receptions at one moment don't send two people to one consultant: the second waits for the first.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('showroom.turn', %s))"


def hold(actor: Actor) -> None:
    """The queue of the store; everybody who sells has a place in it, new ones at its end."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [actor.organisation_id])
    known = set(TurnPlace.objects.values_list("staff_id", flat=True))
    new = [pk for pk in sellers().order_by("pk").values_list("pk", flat=True) if pk not in known]
    last = _last() if new else 0
    TurnPlace.objects.bulk_create(
        TurnPlace(organisation_id=actor.organisation_id, staff_id=pk, number=last + step)
        for step, pk in enumerate(new, 1)
    )


def to_the_end(staff_id: int) -> None:
    """For acts that hold the queue: whoever received somebody is last."""
    TurnPlace.objects.filter(staff_id=staff_id).update(number=_last() + 1)


def _last() -> int:
    return TurnPlace.objects.aggregate(last=Max("number"))["last"] or 0


def skip(*, actor: Actor, staff_id: int, reason: str) -> None:
    """过号: somebody isn't at hand, and goes to the end of the queue."""
    actor.require(Capability.SALES_RECEIVE)
    person, said = _seller(staff_id), _said(reason)
    hold(actor)
    to_the_end(person.pk)
    _tell(actor, TurnChange.Kind.SKIP, person, None, said)


def swap(*, actor: Actor, staff_id: int, other_id: int, reason: str) -> None:
    """换位: two change their places."""
    actor.require(Capability.SALES_RECEIVE)
    one, other, said = _seller(staff_id), _seller(other_id), _said(reason)
    if one.pk == other.pk:
        raise SamePerson
    hold(actor)
    places = {row.staff_id: row for row in TurnPlace.objects.filter(staff_id__in=[one.pk, other.pk])}
    first, second = places[one.pk], places[other.pk]
    first.number, second.number = second.number, first.number
    TurnPlace.objects.bulk_update([first, second], ["number"])
    _tell(actor, TurnChange.Kind.SWAP, one, other, said)


def mark(*, actor: Actor, staff_id: int, busy: bool) -> None:
    """One's own word that one can receive nobody now, or can again; who leads says it for others, too."""
    actor.require(Capability.SALES_WORK)
    if staff_id != actor.staff_id:
        actor.require(Capability.SALES_ASSIGN)
    person = _seller(staff_id)
    hold(actor)
    TurnPlace.objects.filter(staff_id=person.pk).update(busy_since=times.now() if busy else None)
    journal.record(ConsultantMarked(staff_name=person.name, busy=busy), actor=actor)


def chosen(actor: Actor, visitor: Visitor, person: Staff, instead_of: int | None, reason: str) -> None:
    """For acts that hold the queue: somebody receives a visitor although another one was next."""
    other = Staff.objects.filter(pk=instead_of or 0).first()
    _tell(actor, TurnChange.Kind.CHOSEN, person, other, reason, visitor)


def _seller(staff_id: int) -> Staff:
    found = sellers().filter(pk=staff_id).first()
    if found is None:
        raise Http404
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()[:200]


def _tell(
    actor: Actor, kind: str, one: Staff, other: Staff | None, reason: str, visitor: Visitor | None = None
) -> None:
    TurnChange.objects.create(
        organisation_id=actor.organisation_id, kind=kind, staff=one, other=other, reason=reason, at=times.now(),
        by_id=actor.staff_id, visitor=visitor,
    )  # fmt: skip
    event = TurnChanged(way=str(kind), staff_name=one.name, other_name=other.name if other else "", reason=reason)
    journal.record(event, actor=actor)
