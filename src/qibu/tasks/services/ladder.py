"""Overdue work climbs: the sweep marks breaches and tells the people on the next rung (E4, H2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Max, QuerySet
from django.db.models.functions import Greatest

from qibu.contracts.tasks import ClockEscalated
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.selectors import there
from qibu.tasks.models import Clock, Escalation
from qibu.tasks.rules import BETWEEN, Calendar, Person, Step, anybody, next_climb, told
from qibu.tasks.selectors.calendars import STANDARD, calendar_of, ladders_of
from qibu.tasks.services import clocks

BATCH = 500


@dataclass
class Swept:
    breached: int = 0
    escalations: list[Escalation] = field(default_factory=list)


def sweep(*, actor: Actor, now: datetime) -> Swept:
    """One look at the clocks that have something due; the worker calls it every minute."""
    done = Swept()
    due = Clock.objects.filter(climb_at__lte=now, stopped_at__isnull=True, paused_at__isnull=True)
    batch = list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related("task").order_by("climb_at", "pk")[:BATCH]
    )
    if not batch:
        return done
    mine: QuerySet[Clock] = Clock.objects.filter(pk__in=[clock.pk for clock in batch])
    done.breached = clocks.mark_breaches(actor=actor, clocks=mine, at=now)
    done.escalations = _climb(actor, batch, now)
    return done


def _climb(actor: Actor, batch: Sequence[Clock], now: datetime) -> list[Escalation]:
    way = _Way(actor.organisation_id, now, _last_told(batch))
    made = [one for clock in batch for one in way.climb(clock)]
    Clock.objects.bulk_update(batch, ["rung", "climb_at", "taken_by", "taken_until"])
    journal.record_many([_event(one, way.names) for one in made], actor=actor)
    return Escalation.objects.bulk_create(made, ignore_conflicts=True)


def _last_told(batch: Sequence[Clock]) -> dict[int, datetime]:
    """Clock → when somebody was told of its delay last."""
    rows = Escalation.objects.filter(clock__in=batch).order_by()
    return dict(rows.values_list("clock_id").annotate(last=Max("at")))


def look_again(*, actor: Actor, kind: str, now: datetime) -> int:
    """A ladder changed: what is overdue already is looked at with the next sweep, also where the old one had ended.
    Nobody is told sooner than an hour after the last time, and what somebody sees to stays with them."""
    late = Clock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, due_at__lt=now)
    if kind != STANDARD:
        late = late.filter(task__category=kind)
    return late.update(climb_at=Greatest(now, F("taken_until")))


def report(*, actor: Actor, task_ids: Collection[int], roles: Collection[str], now: datetime) -> list[Escalation]:
    """A part of acts that have asked: those of these roles who are there hear of overdue work at once, beside the
    ladder, because something came of it that they have to see to."""
    late = Clock.objects.filter(task_id__in=task_ids, kind=clocks.DUE, breached_at__isnull=False)
    people, names = _at_work()
    made = [
        Escalation(organisation_id=actor.organisation_id, clock=clock, rung=clock.rung + 1, told_id=one.id, at=now)
        for clock in late.select_related("task").order_by("pk")
        for one in people
        if one.roles & set(roles)
    ]
    journal.record_many([_event(one, names) for one in made], actor=actor)
    return Escalation.objects.bulk_create(made, ignore_conflicts=True)


def _event(one: Escalation, names: dict[int, str]) -> ClockEscalated:
    clock, told_id = one.clock, one.told_id or 0
    return ClockEscalated(
        **clocks.about(clock.task), kind=clock.kind, told_id=told_id, rung=one.rung, due_at=clock.due_at,
        staff_name=names[told_id],
    )  # fmt: skip


class _Way:
    """The store's ladders, calendar and people, read once for a batch."""

    def __init__(self, organisation_id: int, now: datetime, last_told: dict[int, datetime]) -> None:
        self.organisation_id, self.now, self.last_told = organisation_id, now, last_told
        self.calendar: Calendar = calendar_of(organisation_id)
        self.ladders = ladders_of(organisation_id)
        self.opens = self.calendar.next_open(now)
        self.people, self.names = _at_work()
        everybody = list(Staff.objects.values_list("pk", "roles", "superior_id"))
        self.everybody = {pk: Person(pk, frozenset(roles)) for pk, roles, _superior in everybody}
        self.superiors = {pk: superior for pk, _roles, superior in everybody}

    def climb(self, clock: Clock) -> list[Escalation]:
        """Tell the rung that is due, and set when the next one is; rungs without people are passed over. While the
        store is closed nobody is told: it waits for the morning."""
        ladder = self._ladder(clock)
        while (at := self._next(clock, ladder)) and max(at, self.opens) <= self.now:
            clock.rung += 1
            if found := self._told(clock, ladder[clock.rung - 1]):
                clock.taken_by = clock.taken_until = None  # whoever saw to it had their time
                clock.climb_at = next_climb(ladder, clock.rung, clock.due_at, self.calendar, self.now)
                return found
        if at is None and clock.pk not in self.last_told:
            return self._last_resort(clock, ladder)
        clock.climb_at = max(at, self.opens) if at else None
        return []

    def _next(self, clock: Clock, ladder: Sequence[Step]) -> datetime | None:
        return next_climb(ladder, clock.rung, clock.due_at, self.calendar, self.last_told.get(clock.pk))

    def _last_resort(self, clock: Clock, ladder: Sequence[Step]) -> list[Escalation]:
        """Nobody on any rung was there: any manager hears of it, and without one it is tried again, hour by hour."""
        found = self._told(clock, anybody(ladder)) if self.opens <= self.now else []
        clock.climb_at = None if found else self.calendar.next_open(max(self.opens, self.now + BETWEEN))
        return found

    def _told(self, clock: Clock, step: Step) -> list[Escalation]:
        assignee = self.everybody.get(clock.task.assignee_id or 0)
        return [self._escalation(clock, one) for one in told(step, self.people, assignee, self.superiors)]

    def _ladder(self, clock: Clock) -> list[Step]:
        name = clock.task.category if clock.kind == clocks.DUE else clock.kind
        return self.ladders.get(name) or self.ladders.get(STANDARD, [])

    def _escalation(self, clock: Clock, person: Person) -> Escalation:
        return Escalation(
            organisation_id=self.organisation_id, clock=clock, rung=clock.rung, told_id=person.id, at=self.now
        )


def _at_work() -> tuple[list[Person], dict[int, str]]:
    """People who can be told, with their names: they work here, can sign in, and are not away today."""
    found = list(there(times.today()).order_by("pk").values_list("pk", "roles", "name"))
    return [Person(pk, frozenset(roles)) for pk, roles, _name in found], {pk: name for pk, _roles, name in found}
