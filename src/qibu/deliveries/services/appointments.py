"""When and where a car is handed over, by whom, and who is introduced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import connection
from django.utils.translation import gettext_lazy

from qibu.contracts.deliveries import DeliveryCalledOff, DeliveryChanged, DeliveryPlanned
from qibu.deliveries import selectors
from qibu.deliveries.errors import (
    BayTaken,
    ChangedMeanwhile,
    InThePast,
    OrderNotReady,
    OutsideHours,
    PlannedAlready,
    ReasonMissing,
)
from qibu.deliveries.models import Delivery, ListItem, Tick
from qibu.deliveries.rules import clash
from qibu.deliveries.services.holding import held
from qibu.drives.rules import openings, within_hours
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.services import following
from qibu.network.rules import Capability
from qibu.orders.models import Order
from qibu.orders.services import holding as orders
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

HAND_OVER = gettext_lazy("交车")
MEET = gettext_lazy("交车时和新车主见面")
AGAIN = gettext_lazy("重新约交车时间")
AGAIN_WITHIN = timedelta(days=1)
MET, ELSEWHEN, OFF = gettext_lazy("已经交车"), gettext_lazy("交车另约了"), gettext_lazy("订单取消了")
CANCELLED = "order_cancelled"  # why it was called off, where nobody said it


class Facts(TypedDict, total=False):
    at: datetime
    minutes: int
    bay: str
    consultant_id: int | None
    advisor_id: int | None
    note: str


def plan(*, actor: Actor, order_id: int, **facts: Unpack[Facts]) -> Delivery:
    """For an order that counts and has its car. The lists are laid beside it in today's words."""
    actor.require(Capability.SALES_WORK)
    lead, order = orders.held(actor, order_id)
    if not order.open or order.car is None:
        raise OrderNotReady
    known = Delivery.objects.filter(order=order).exclude(state=Delivery.State.CALLED_OFF).first()
    if known is not None:
        raise PlannedAlready(known.pk)
    delivery = Delivery(organisation_id=actor.organisation_id, order=order, **_people(lead, order, facts))
    _fits(delivery)
    delivery.save()
    _lay_lists(actor, delivery)
    _announce(actor, lead, delivery)
    event = DeliveryPlanned(**delivery.about(), number=order.number, at=delivery.at, bay=delivery.bay)
    journal.record(event, actor=actor)
    return delivery


def change(*, actor: Actor, delivery_id: int, version: int, **facts: Unpack[Facts]) -> Delivery:
    actor.require(Capability.SALES_WORK)
    lead, order, delivery = held(actor, delivery_id)
    if delivery.version != version:
        raise ChangedMeanwhile(delivery.version)
    changed = [name for name, value in facts.items() if getattr(delivery, name) != value]
    if not changed:
        return delivery
    for name in changed:
        setattr(delivery, name, facts[name])  # type: ignore[literal-required]  # a name of the same dictionary
    _fits(delivery, moved=bool({"at", "minutes"} & set(changed)))
    delivery.version, delivery.updated_at = delivery.version + 1, times.now()
    delivery.save()
    if {"at", "advisor_id", "consultant_id"} & set(changed):
        _announce(actor, lead, delivery)
    event = DeliveryChanged(**delivery.about(), number=order.number, changes=tuple(sorted(changed)), at=delivery.at)
    journal.record(event, actor=actor)
    return delivery


def call_off(*, actor: Actor, delivery_id: int, why: str) -> None:
    """The order stays; whoever has the lead makes a new appointment within a day."""
    actor.require(Capability.SALES_WORK)
    lead, order, delivery = held(actor, delivery_id)
    if not why:
        raise ReasonMissing
    if lead.living:
        following.replace(actor, lead, kind=following.FOLLOW, title=AGAIN, due_at=times.now() + AGAIN_WITHIN)
    _off(actor, order, delivery, why)


def fall_through(*, actor: Actor, order_ids: Iterable[int]) -> None:
    """Of orders that were cancelled: the bay is free, and nobody waits there. What is done next for the customer was
    said with the cancellation."""
    actor.require(Capability.SALES_WORK)
    rows = Delivery.objects.filter(order__in=list(order_ids), state=Delivery.State.PLANNED).order_by("pk")
    for delivery in rows.select_for_update(of=("self",)).select_related("order__lead"):
        _off(actor, delivery.order, delivery, CANCELLED)


def _off(actor: Actor, order: Order, delivery: Delivery, why: str) -> None:
    delivery.state, delivery.called_off_why, delivery.updated_at = Delivery.State.CALLED_OFF, why, times.now()
    delivery.save(update_fields=["state", "called_off_why", "updated_at"])
    _end_introduction(actor, delivery, done=False, note=OFF if why == CANCELLED else ELSEWHEN)
    journal.record(DeliveryCalledOff(**delivery.about(), number=order.number, why=why), actor=actor)


# Parts ------------------------------------------------------------------------------------------
def _people(lead: Lead, order: Order, facts: Facts) -> dict[str, Any]:
    """Whoever sold the car hands it over, unless somebody else is named."""
    wanted: dict[str, Any] = {**facts}
    wanted["consultant_id"] = wanted.get("consultant_id") or lead.consultant_id or order.consultant_id
    return wanted


def _fits(delivery: Delivery, *, moved: bool = True) -> None:
    if moved:
        _in_hours(delivery)
    if not delivery.bay:
        return
    _one_at_a_time(delivery)
    near = timedelta(hours=12)
    others = Delivery.objects.filter(
        bay=delivery.bay, state=Delivery.State.PLANNED, at__range=(delivery.at - near, delivery.at + near)
    ).exclude(pk=delivery.pk)
    for other in others.select_related("order").order_by("at"):
        if clash(delivery.at, delivery.minutes, other.at, other.minutes):
            raise BayTaken(other.at, other.order.number)


def _in_hours(delivery: Delivery) -> None:
    """Today or later, and while the store is open."""
    if delivery.at < times.start_of(times.today()):
        raise InThePast
    calendar = calendar_of(delivery.organisation_id)
    if not within_hours(calendar, delivery.at, delivery.ends):
        day = times.day_of(delivery.at)
        raise OutsideHours(day, openings(calendar, day))


def _one_at_a_time(delivery: Delivery) -> None:
    """Two appointments for one bay are looked at one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            [f"deliveries.bay:{delivery.bay}", delivery.organisation_id],
        )


def _lay_lists(actor: Actor, delivery: Delivery) -> None:
    rows = [
        Tick(
            organisation_id=actor.organisation_id, delivery=delivery, part=part, code=one.row.code, order=place,
            name=one.row.name, name_en=one.row.name_en, must=one.row.must,
        )
        for part in ListItem.Part.values
        for place, one in enumerate((each for each in selectors.items(actor, part) if each.row.active), 1)
    ]  # fmt: skip
    Tick.objects.bulk_create(rows)


def _announce(actor: Actor, lead: Lead, delivery: Delivery) -> None:
    """It is what is done next for the lead, and the advisor is there to meet the owner."""
    if lead.living:
        following.replace(
            actor, lead, kind=following.FOLLOW, title=HAND_OVER, due_at=delivery.ends, detail=delivery.bay
        )
    _end_introduction(actor, delivery, done=False, note=ELSEWHEN)
    if delivery.advisor_id is None:
        return
    work = Work(
        kind="deliveries.introduction", title=MEET, category=Task.Category.OTHER, due_at=delivery.at,
        detail=delivery.bay, customer_id=lead.customer_id, assignee_id=delivery.advisor_id, desk=Task.Desk.SERVICE,
        facts={"car": delivery.order.title, "delivery": delivery.pk},
    )  # fmt: skip
    task = tasks.create_work(actor=actor, work=work)
    delivery.introduction = task.pk
    delivery.save(update_fields=["introduction"])


def _end_introduction(actor: Actor, delivery: Delivery, *, done: bool, note: Any) -> None:
    if delivery.introduction is not None:
        tasks.settle(actor=actor, task_ids=[delivery.introduction], done=done, note=note)


def introduced(actor: Actor, delivery: Delivery) -> None:
    """A part of recording: the advisor was there."""
    _end_introduction(actor, delivery, done=True, note=MET)
