"""The front of the sales side: who comes in and who calls, leads from the net, shared out by rules, and the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.http import Http404

from qibu.demo import names
from qibu.demo.brand import SERIES
from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.sales_stories import LOSSES, RIVALS, STAGES
from qibu.demo.shop import Shop, at
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.errors import LeadFault
from qibu.leads.models import Lead, SellerGroup
from qibu.leads.rules import Door, Part, Person, Received
from qibu.leads.services import ending, pool, receiving, sharing, silence
from qibu.leads.services.ending import Loss
from qibu.showroom.errors import ShowroomFault
from qibu.showroom.models import Visitor
from qibu.showroom.services import reception, turns
from qibu.showroom.services.reception import Arrival
from qibu.tasks.models import Task
from qibu.tasks.rules import Why
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import results

PLAYED = 9  # days before today
KEPT, GIVEN_UP = 32, 5  # open leads that nobody gives any of up, and how many they do on an evening
OPENS, CLOSES = 8 * 60 + 50, 17 * 60 + 10  # minutes of the day between which people come
ROOM = 120  # open leads of one seller
PURPOSES = ("look",) * 8 + ("drive",) * 4 + ("negotiate",) * 3 + ("pick_up", "service", "service", "other")
SOURCES = ("short-video",) * 4 + ("vertical",) * 3 + ("website", "wechat", "search", "other", "exhibition")
REMARKS = ("带孩子来的", "赶时间，先要了报价", "开着老车来的，问置换", "和爱人一起，周末再来试驾", "对比过两家", "", "")
BEHIND_THE_TIMES = (Why("short_handed", "店里客人多，没腾出手。"), Why("forgotten"), Why("unreachable"))
RELEASES = ("打了三次没人接", "要找别的同事", "说半年以后再买")


@dataclass(frozen=True)
class Deed:
    at: datetime
    by: Actor
    do: Callable[[], object]


def plant(shop: Shop, now: datetime) -> None:
    """The rules of the store, then its days up to now."""
    today = times.day_of(now)
    with told(at(today - timedelta(days=PLAYED + 1), 9)), scope(shop.system):
        _arrange(shop, today)
    for ago in range(PLAYED, -1, -1):
        play(shop, today - timedelta(days=ago), now)


def _arrange(shop: Shop, today: date) -> None:
    """Who gets what, and who is there when."""
    sellers = [one.staff_id or 0 for one in shop.of(Role.SALES_CONSULTANT)]
    lead = shop.one(Role.SALES_MANAGER)
    if SellerGroup.objects.exists():
        return
    sharing.set_group(actor=lead, name="网销组", people=sellers[:2])
    for facts in (
        {"name": "抖音线索", "kinds": ["social"], "target": "group", "group": "网销组"},
        {"name": "展会名单", "sources": ["exhibition", "other"], "target": "pool"},
    ):
        sharing.save_rule(actor=lead, facts=facts)
    for one in (lead, shop.one(Role.STORE_MANAGER)):
        sharing.set_share(actor=lead, staff_id=one.staff_id or 0, weight=0, room=None)
    for place, seller in enumerate(sellers):  # with room left, so that the turn has somebody to give a lead to
        sharing.set_share(actor=lead, staff_id=seller, weight=1 if place else 2, room=ROOM)
    monday = today - timedelta(days=today.weekday())
    off = {(pk, monday + timedelta(days=2 + place)): Part.OFF for place, pk in enumerate(sellers)}
    half = {(sellers[-1], monday + timedelta(days=5)): Part.MORNING}
    sharing.set_duties(actor=lead, parts={key: part for key, part in {**off, **half}.items() if key[1] != today})


def play(shop: Shop, day: date, now: datetime) -> None:
    """A day, or as much of it as is over."""
    with scope(shop.system):
        if not calendar_of(shop.system.organisation_id).is_working_day(day):
            return
    deeds = _Day(shop, day).deeds()
    while deeds:
        deeds.sort(key=lambda one: one.at)
        deed = deeds.pop(0)
        if deed.at > now:
            return
        with told(deed.at), scope(deed.by):
            further = deed.do()
        deeds += further if isinstance(further, list) else []


class _Day:
    """What happens on a day of a store, each thing at its time; what follows from it is given back to be done later."""

    def __init__(self, shop: Shop, day: date) -> None:
        self.shop, self.day, self.rng = shop, day, shop.dice("showroom", day)
        self.desk = shop.of(Role.CALL_AGENT)[0]
        self.sellers = {one.staff_id: one for one in shop.of(Role.SALES_CONSULTANT)}
        store = shop.world.stores.index(shop.described) * 10_000_000
        self.next = (store + 4_000_000 + day.toordinal() % 9_000 * 200) * 2

    def deeds(self) -> list[Deed]:
        weekend = self.day.weekday() >= 5
        visits = self.rng.randrange(5, 9) + 4 * weekend
        calls, leads = self.rng.randrange(1, 4), self.rng.randrange(3, 6)
        found = [Deed(self._moment(), self.desk, self._visit) for _n in range(visits)]
        found += [Deed(self._moment(), self.desk, self._call) for _n in range(calls)]
        found += [Deed(self._moment(), self.shop.system, self._from_the_net) for _n in range(leads)]
        found += [Deed(at(self.day, hour, 5), self.shop.system, self._look) for hour in range(9, 18)]
        found.append(Deed(at(self.day, 15, 10), self.desk, self._skip))
        found.append(Deed(at(self.day, 16, 20), self.shop.system, self._claim))
        found += [Deed(at(self.day, 17, 40), one, partial(self._clear_up, one)) for one in self.sellers.values()]
        return found

    def _seller(self) -> Actor:
        return self.rng.choice(list(self.sellers.values()))

    def _moment(self) -> datetime:
        """Most come before noon and in the middle of the afternoon."""
        middle = self.rng.choice((10 * 60 + 30, 15 * 60 + 15))
        minutes = min(CLOSES, max(OPENS, round(self.rng.gauss(middle, 75))))
        return at(self.day, minutes // 60, minutes % 60) + timedelta(seconds=self.rng.randrange(60))

    def _person(self) -> tuple[str, str]:
        gender = self.rng.choice(("男", "男", "女"))
        self.next += 2
        name = names.surname(self.rng) + names.given_name(self.rng, gender, 1985 + self.rng.randrange(18))
        return name, names.phone(self.next)

    # What happens ----------------------------------------------------------------------------------
    def _visit(self) -> list[Deed]:
        name, phone = self._person()
        purpose = self.rng.choice(PURPOSES)
        known = self.rng.random()
        arrival = Arrival(
            purpose=purpose, at=times.now(), name=name if known > 0.1 else "", phones=(phone,) if known > 0.22 else (),
            series=self.rng.choice(SERIES).name if purpose in {"look", "drive", "negotiate"} else "",
            party=self.rng.choice((1, 1, 2, 2, 2, 3, 4)), remark=self.rng.choice(REMARKS),
        )  # fmt: skip
        visitor = reception.welcome(actor=self.desk, arrival=arrival)
        gone = times.now() + timedelta(minutes=max(6, round(self.rng.gauss(48, 24))))
        later = [Deed(gone, self.desk, lambda: reception.leave(actor=self.desk, visitor_id=visitor.pk))]
        if visitor.consultant_id is None and purpose in {"look", "drive", "negotiate"}:
            soon = times.now() + timedelta(minutes=self.rng.randrange(4, 18))
            later.append(Deed(soon, self.desk, lambda: self._take(visitor)))
        return later

    def _take(self, visitor: Visitor) -> None:
        try:
            reception.take(actor=self.desk, visitor_id=visitor.pk, staff_id=None)
        except ShowroomFault:
            return  # everybody is still with somebody: they left without

    def _call(self) -> list[Deed]:
        name, phone = self._person()
        arrival = Arrival(
            purpose=self.rng.choice(("look", "look", "negotiate", "drive", "service")), at=times.now(), name=name,
            phones=(phone,), series=self.rng.choice(SERIES).name,
        )  # fmt: skip
        found = reception.call(actor=self.desk, arrival=arrival)
        return self._answer(found.lead_id) if found.lead_id else []

    def _from_the_net(self) -> list[Deed]:
        name, phone = self._person()
        buys_by = self.day + timedelta(days=self.rng.choice((5, 12, 25, 60)))
        wish = {"series": self.rng.choice(SERIES).name, "buys_by": buys_by}
        received = Received(
            door=Door.FORM, source=self.rng.choice(SOURCES), at=times.now(), wish=wish,
            person=Person(name=name, phones=(phone,)),
        )  # fmt: skip
        return self._answer(receiving.receive(actor=self.shop.system, received=received).lead.pk)

    def _answer(self, lead_id: int) -> list[Deed]:
        """Most are called soon, some not at all: those go on to somebody else."""
        if self.rng.random() < 0.15:
            return []
        soon = times.now() + timedelta(minutes=self.rng.randrange(3, 26))
        return [Deed(soon, self.shop.system, lambda: self._speak(lead_id))]

    def _speak(self, lead_id: int) -> None:
        """Whoever has the call now makes it."""
        wanted = Lead.objects.filter(pk=lead_id).values("next_task_id")
        task = Task.objects.filter(pk__in=wanted, state=Task.State.OPEN).first()
        person = self.sellers.get(task.assignee_id) if task else None
        if task is None or person is None:
            return
        outcome = "reached" if self.rng.random() < 0.8 else "not_reached"
        results.record(
            actor=person, task_ids=[task.pk], outcome=outcome, why=self.rng.choice(BEHIND_THE_TIMES),
            note="约了周末来店。" if outcome == "reached" else "",
        )  # fmt: skip

    def _look(self) -> list[Deed]:
        """Silence passes on what nobody answered; whoever gets it then mostly calls."""
        silence.sweep(actor=self.shop.system, now=times.now())
        waiting = Lead.objects.filter(state=Lead.State.OPEN, answered_at=None, consultant__isnull=False)
        moved = waiting.filter(assigned_why__code="silence", assigned_at=times.now())
        return [deed for pk in moved.values_list("pk", flat=True) for deed in self._answer(pk)]

    def _skip(self) -> None:
        if self.day.toordinal() % 2:
            turns.skip(actor=self.desk, staff_id=self._seller().staff_id or 0, reason="在交车区帮忙")

    def _clear_up(self, seller: Actor) -> None:
        """Towards evening whoever has many open leads gives up those that came to nothing, the longest silent first."""
        mine = Lead.objects.filter(state=Lead.State.OPEN, consultant_id=seller.staff_id)
        too_many = min(mine.count() - KEPT, GIVEN_UP)
        cold = mine.filter(stage__in=STAGES[:3]).order_by("heard_at", "received_at", "pk")
        for number in cold.values_list("pk", flat=True)[: max(too_many, 0)]:
            reason, detail, _share = self.rng.choices(LOSSES, [share for _r, _d, share in LOSSES])[0]
            brand, series = self.rng.choice(RIVALS) if reason == "competitor" else ("", "")
            loss = Loss(reason=reason, detail=detail, brand=brand, series=series)
            ending.lose(actor=seller, lead_id=number, loss=loss)

    def _claim(self) -> None:
        """Somebody takes one from the pool, somebody gives one back."""
        oldest = Lead.objects.filter(state=Lead.State.OPEN, consultant=None).order_by("received_at", "pk").first()
        taker = self._seller()
        if oldest is None or self.day.toordinal() % 3 == 0:
            return
        try:
            pool.claim(actor=taker, lead_id=oldest.pk)
            if self.rng.random() < 0.3:
                pool.release(actor=taker, lead_id=oldest.pk, note=self.rng.choice(RELEASES))
        except (LeadFault, Http404):
            return

