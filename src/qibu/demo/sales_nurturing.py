"""Nurturing in the demo: the maker's library for all stores, offers of each store's own, and the last weeks of
sequences, with what customers opened, answered and refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from qibu.catalog import selectors as catalog
from qibu.customers.models import Consent
from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.sales_reading import COURSES, OFFERS, PIECES, Course, Reading, painted
from qibu.demo.shop import Shop, at
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.nurturing.models import Run, Sending
from qibu.nurturing.rules import Step
from qibu.nurturing.services import library, links, planning, sending
from qibu.nurturing.services.sending import Wish

WEEKS, LIGHTLY = 24, 9  # days that are played in the first store and in the others
A_DAY = 2  # pieces for each consultant
SAID = ("落地大概多少钱？", "周末能试驾吗？", "", "冬天续航有人实测过吗？", "我那台旧车能估多少？")
ASKED = ("compare-tingsong", "model-yuanxiu", "first-car")


def define(maker: Organisation, now: datetime) -> None:
    """The library that every store inherits."""
    with told(now - timedelta(days=WEEKS + 20)), scope(actors.system(maker)) as above:
        for reading in PIECES:
            library.add_piece(actor=above, code=reading.code, values=_values(above, reading, now))


def plant(shop: Shop, now: datetime) -> None:
    """Once for a store; again it does nothing."""
    with scope(shop.system):
        if Run.objects.exists() or Sending.objects.exists():
            return
    days = WEEKS if shop.described is shop.world.stores[0] else LIGHTLY
    _set_up(shop, now, now - timedelta(days=days + 3))
    _agree(shop)
    for number in range(days, -1, -1):
        _play(shop, now - timedelta(days=number), now)


def _set_up(shop: Shop, now: datetime, since: datetime) -> None:
    with told(since), scope(shop.system) as system:
        for reading in OFFERS:
            library.add_piece(actor=system, code=reading.code, values=_values(system, reading, now))
        for course in COURSES:
            library.add_sequence(actor=system, code=course.code, values=_course(system, course))
        library.change_rules(actor=system, values={"gap_days": 3, "most_a_day": A_DAY, "link_days": 60})


def _values(actor: Actor, reading: Reading, now: datetime) -> dict[str, Any]:
    until = times.day_of(now) + timedelta(days=reading.until) if reading.until is not None else None
    return {
        "title": reading.title, "kind": reading.kind, "summary": reading.summary, "body": reading.body,
        "image": library.keep_picture(actor=actor, content=painted(reading)).pk, "cars": _cars(actor, reading.of),
        "interests": list(reading.interests), "valid_from": None, "valid_until": until, "active": True,
    }  # fmt: skip


def _cars(actor: Actor, serieses: Iterable[str]) -> list[str]:
    return [car.code for car in catalog.on_sale(actor) if car.series in serieses]


def _course(actor: Actor, course: Course) -> dict[str, Any]:
    steps = [
        Step(day=day, piece=piece, channel="wechat", words=words).written() for day, piece, words in course.steps
    ]
    return {
        "name": course.name, "audience": course.audience, "after_days": course.after_days, "stages": [], "sources": [],
        "grades": list(course.grades), "interests": list(course.interests), "cars": _cars(actor, course.of),
        "steps": steps, "active": True,
    }  # fmt: skip


def _agree(shop: Shop) -> None:
    """Two in three of those who came in agreed to be written to."""
    with scope(shop.system) as actor:
        rows = [
            Consent(
                organisation_id=actor.organisation_id, customer_id=customer, purpose=Consent.Purpose.MARKETING,
                channel=Consent.Channel.WECHAT, state=Consent.State.GIVEN, evidence="加微信时在聊天里回复「同意」",
                at=received,
            )
            for customer, received in sorted(_who_came().items()) if shop.dice("agrees", customer).random() < 0.66
        ]  # fmt: skip
        Consent.objects.bulk_create(rows)


def _who_came() -> dict[int, datetime]:
    """Customers with leads of whom nobody has a word on marketing by WeChat yet, and when they came first."""
    here = (Consent.Channel.WECHAT, Consent.Channel.ANY)
    stated = Consent.objects.filter(purpose=Consent.Purpose.MARKETING, channel__in=here).values("customer_id")
    rows = Lead.objects.exclude(customer_id__in=stated).order_by("-received_at", "-pk")
    return dict(rows.values_list("customer_id", "received_at"))


def _play(shop: Shop, moment: datetime, now: datetime) -> None:
    """One day: planned in the morning, sent by noon, opened towards the evening; today only as far as it has come."""
    day = times.day_of(moment)
    if (morning := at(day, 8, 25)) > now:
        return
    with told(morning):
        planning.plan(actor=shop.system, on=day)
    dice = shop.dice("reading", day)
    if (noon := at(day, 11, dice.randrange(60))) < now:
        _send(shop, noon, dice)
    for hour in (13, 20):
        if (later := at(day, hour, dice.randrange(60))) < now:
            _read(shop, later, dice)


def _send(shop: Shop, moment: datetime, dice: Random) -> None:
    sellers = {one.staff_id: one for one in shop.of(Role.SALES_CONSULTANT)}
    with scope(shop.system):
        waiting = Sending.objects.filter(state=Sending.State.WAITING, lead__consultant__in=list(sellers))
        rows = list(waiting.order_by("pk").values_list("pk", "lead__consultant_id"))
        asking = Lead.objects.filter(state=Lead.State.OPEN, consultant__in=list(sellers), received_at__lt=moment)
        some = list(asking.order_by("pk").values_list("pk", "consultant_id"))
    for pk, seller in rows:
        if dice.random() < 0.85:
            with told(moment), scope(sellers[seller]) as actor:
                sending.mark_sent(actor=actor, sending_id=pk)
    if some and dice.random() < 0.4:
        _by_hand(sellers, some, moment, dice)


def _by_hand(sellers: dict[int | None, Actor], some: list[tuple[int, int]], moment: datetime, dice: Random) -> None:
    """A customer asked for something to read."""
    lead, seller = dice.choice(some)
    with told(moment), scope(sellers[seller]) as actor:
        wish = Wish(piece=dice.choice(ASKED), channel="wechat", asked=True)
        made = sending.prepare(actor=actor, lead_id=lead, wish=wish)
        sending.mark_sent(actor=actor, sending_id=made.pk)


def _read(shop: Shop, moment: datetime, dice: Random) -> None:
    """Of what was sent in the last days, some is opened; few answer, and now and then somebody wants no more."""
    with told(moment), scope(shop.system) as system:
        lately = Sending.objects.filter(state=Sending.State.SENT, sent_at__gt=moment - timedelta(days=3))
        for pk in list(lately.order_by("pk").values_list("pk", flat=True)):
            chance, row = dice.random(), links.living(pk)
            if row is None or chance > (0.16 if not row.opened else 0.06):
                continue
            links.opened(actor=system, row=row)
            if chance < 0.015:
                links.answer(actor=system, sending_id=pk, text=dice.choice(SAID))
            elif chance < 0.018:
                links.refuse(actor=system, sending_id=pk)
