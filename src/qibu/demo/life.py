"""The days of a store: planned in the morning, worked through by its people, with what stays behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

from qibu.care.services import planner
from qibu.customers.models import Customer
from qibu.customers.services import reveal
from qibu.demo import calls
from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.shop import Shop, at
from qibu.kernel import relay, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.rules import Why
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.selectors.lists import pool_of
from qibu.tasks.services import breaches, consequences, ladder, results, tasks

CALLERS = (Role.SERVICE_ADVISOR, Role.CALL_AGENT, Role.SALES_CONSULTANT, Role.SERVICE_MANAGER, Role.CARE_MANAGER,
           Role.SALES_MANAGER, Role.STORE_MANAGER)  # fmt: skip
MANAGERS = (Role.STORE_MANAGER, Role.SERVICE_MANAGER, Role.SALES_MANAGER, Role.CARE_MANAGER)
WHY_LATE = (
    Why("waiting", "配件到货晚了一天，已向客户说明。"), Why("unreachable", "客户手机一直占线，第二天才打通。"),
    Why("short_handed", "当天事故车多，没腾出手。"), Why("unreachable"), Why("forgotten"), Why("handed_late"),
    Why("short_handed"), Why("other", "客户出差，说好回来再联系。"),
)  # fmt: skip
WHY_OPEN = (
    Why("waiting", "理赔员周末休息，周一才有结果，已先告知客户。"),
    Why("waiting", "配件在途，物流说明天到，已和客户说明。"),
)
PROMISES = ("确认配件到货时间后回电", "问清工时活动后回复", "请技师看过记录后答复", "核对保修范围后回电")
KEPT_SHORTLY_BEFORE = timedelta(minutes=100)  # promises of today that fell due since then are still open
POOL_A_DAY = 3


@dataclass(frozen=True)
class Call:
    """The tasks of one customer that a person does in one call, the most urgent first."""

    tasks: tuple[Task, ...]

    @property
    def first(self) -> Task:
        return self.tasks[0]


def play(shop: Shop, day: date, now: datetime) -> None:
    """One day up to now, or all of it when it is past. Playing a planned day again only plans."""
    if now < at(day, 6, 5):
        return
    with told(min(at(day, 6, 5), now)):
        relay.catch_up(shop.system, patience=20)
        planner.plan(actor=shop.system, on=day)
        with scope(shop.system):
            working = calendar_of(shop.system.organisation_id).is_working_day(day)
    if not working:
        return
    for session, (begin, end) in enumerate(((at(day, 8, 42), at(day, 11, 50)), (at(day, 13, 20), at(day, 17, 35)))):
        if begin < now:
            for role in CALLERS:
                for person in shop.of(role):
                    _Work(shop, person, day, now, session).through(begin, min(end, now))
        sweep(shop, min(end + timedelta(minutes=20), now))
    _answer_for_delays(shop, day, now)


def owe_something(shop: Shop, now: datetime) -> None:
    """Whatever the hour, two advisors owe an answer since the last afternoon, and the service manager was told: in the
    early morning nothing of the new day is late yet, and what was late the day before may be answered."""
    day, lead = last_open_day(shop, now), shop.one(Role.SERVICE_MANAGER)
    with scope(shop.system):
        told_of = Escalation.objects.filter(told_id=lead.staff_id, seen_at=None, clock__stopped_at=None)
        known = set(told_of.values_list("clock__task__assignee_id", flat=True))
    owing = [person for person in shop.of(Role.SERVICE_ADVISOR)[1:3] if person.staff_id not in known]
    for number, person in enumerate(owing):
        with told(at(day, 10, 20 + 9 * number)), scope(person):
            whom = Customer.objects.filter(advisor_id=person.staff_id, merged_into=None).order_by("pk").first()
            if whom is not None:
                tasks.create_promise(
                    actor=consequences.at_the_task(person), customer_id=whom.pk, title=PROMISES[number],
                    due_at=at(day, 16, 10 + 40 * number),
                )  # fmt: skip
    if owing:
        sweep(shop, at(day, 17, 55))


def last_open_day(shop: Shop, now: datetime) -> date:
    """The day before today on which the store worked last; it may be closed on holidays."""
    with scope(shop.system):
        calendar = calendar_of(shop.system.organisation_id)
    day = times.day_of(now) - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return day


def sweep(shop: Shop, moment: datetime) -> None:
    with told(moment), scope(shop.system):
        ladder.sweep(actor=shop.system, now=moment)


class _Work:
    """A person's calls of half a day."""

    def __init__(self, shop: Shop, person: Actor, day: date, now: datetime, session: int) -> None:
        self.shop, self.person, self.day, self.now, self.session = shop, person, day, now, session
        self.rng = shop.dice(person.name, day, session)
        self.rare = session == 0
        self.today, self.yesterday = times.day_of(now) == day, last_open_day(shop, now) == day

    def through(self, begin: datetime, end: datetime) -> None:
        with told(begin), scope(self.person):
            found = self._chosen(list(self._bundles(begin)), end)
        moment = begin
        for call in found:
            moment += timedelta(minutes=self.rng.randrange(4, 14), seconds=self.rng.randrange(60))
            if moment >= end:
                break
            with told(moment), scope(self.person):
                self._make(call, moment)

    def _bundles(self, begin: datetime) -> Iterator[Call]:
        own = Task.objects.filter(assignee_id=self.person.staff_id, state=Task.State.OPEN, shown_from__lte=begin)
        rows = list(own.order_by("due_at", "pk"))
        if Role.CALL_AGENT.value in self.person.roles:
            rows += self._from_the_pool(begin)
        order = {task.pk: place for place, task in enumerate(rows)}
        key = {task.pk: task.customer_id or -task.pk for task in rows}
        calls_ = [
            Call(tuple(group))
            for _customer, group in groupby(sorted(rows, key=lambda t: (key[t.pk], order[t.pk])), lambda t: key[t.pk])
        ]
        yield from sorted(calls_, key=lambda call: order[call.first.pk])

    def _from_the_pool(self, begin: datetime) -> list[Task]:
        free = pool_of(self.person).filter(shown_from__lte=begin).order_by("due_at", "pk")
        taken = [task.pk for task in free[: POOL_A_DAY - self.session]]
        return tasks.claim(actor=self.person, task_ids=taken) if taken else []

    def _chosen(self, found: Sequence[Call], end: datetime) -> list[Call]:
        """Not all: some is left over in the evening, and of today's work most lies still ahead."""
        wanted = [call for call in found if self._worth_it(call, end)]
        if not self.today:
            return wanted if self.session else wanted[: -(-len(wanted) * 2 // 3)]
        promised = [call for call in wanted if call.first.category == Task.Category.PROMISE]
        others = [call for call in wanted if call.first.category != Task.Category.PROMISE]
        share = 0.2 if self.now < at(self.day, 17, 30) else 0.9
        return promised + others[: round(len(others) * share)]

    def _worth_it(self, call: Call, end: datetime) -> bool:
        rng = self.shop.dice("left", self.day, call.first.key or call.first.title, call.first.customer_id)
        if call.first.category == Task.Category.OTHER:
            return call.first.due_at < at(self.day, 23) and rng.random() > 0.1
        if call.first.category != Task.Category.PROMISE:
            settled = self.session == 0 and not (self.today or self.yesterday)
            return settled or rng.random() > (0.22 if self.yesterday else 0.04)
        due = call.first.due_at
        if self.today:
            return due < self.now - KEPT_SHORTLY_BEFORE and due > at(self.day, 0)
        if self.yesterday and due > at(self.day, 15, 30):
            return False
        return due <= end + timedelta(hours=1) or rng.random() < 0.2

    def _make(self, call: Call, moment: datetime) -> None:
        first = call.first
        # Taken back by a hold, or done by a colleague for the same customer meanwhile.
        living = Task.objects.filter(pk__in=[task.pk for task in call.tasks], state=Task.State.OPEN)
        wanted = list(living.values_list("pk", flat=True))
        if not wanted:
            return
        rng = self.shop.dice("call", first.title, first.customer_id, self.day, self.session)
        said = self._rarely(call) or calls.result(rng, first.kind, moment)
        if first.customer_id and rng.random() < 0.3 and self.person.may(Capability.PHONE_REVEAL):
            self._look_at_the_number(first)
        results.record(
            actor=self.person, task_ids=wanted, outcome=said.outcome, note=said.note, next_at=said.next_at,
            why=self.shop.dice("why", first.title, first.customer_id, self.day).choice(WHY_LATE),
        )  # fmt: skip
        if said.outcome == Task.Outcome.REACHED and first.customer_id and rng.random() < 0.05:
            self._promise(rng, first, moment)

    def _rarely(self, call: Call) -> calls.Result | None:
        """What is rare has its days, so that each store has met it."""
        ago = (times.day_of(self.now) - self.day).days
        person = self.shop.of(Role.SERVICE_ADVISOR)[ago % 3]
        if self.rare or person != self.person or call.first.kind.partition("/")[0] not in calls.REACHED:
            return None
        self.rare = True
        return calls.RARE.get(ago) if call.first.category in consequences.ASKED_FOR else None

    def _look_at_the_number(self, task: Task) -> None:
        for point in consequences.usable_phones(task.customer_id)[:1]:
            reveal.phone(actor=consequences.at_the_task(self.person), point_id=point, task_id=task.pk)

    def _promise(self, rng: Random, task: Task, moment: datetime) -> None:
        tasks.create_promise(
            actor=consequences.at_the_task(self.person), customer_id=task.customer_id, vehicle_id=task.vehicle_id,
            title=rng.choice(PROMISES), due_at=at(times.day_of(moment) + timedelta(days=1), rng.randrange(9, 17), 30),
        )  # fmt: skip


def _answer_for_delays(shop: Shop, day: date, now: datetime) -> None:
    """Whoever was late says why, and managers have seen what is settled meanwhile."""
    moment = at(day, 17, 50)
    if moment > now:
        return
    with told(moment), scope(shop.system):
        people = {person.staff_id: person for person in shop.people.values()}
        late = Clock.objects.filter(breached_at__isnull=False, breach_cause="").select_related("task")
        for clock in late.order_by("pk"):
            rng = shop.dice("late", clock.task.title, clock.due_at)
            why = rng.choice(WHY_LATE if clock.stopped_at else WHY_OPEN)
            if clock.task.assignee_id in people and rng.random() < (0.6 if clock.stopped_at else 0.4):
                breaches.explain(actor=people[clock.task.assignee_id], clock_id=clock.pk, why=why)
        settled = Escalation.objects.filter(seen_at__isnull=True, clock__stopped_at__isnull=False)
        settled.update(seen_at=moment)
