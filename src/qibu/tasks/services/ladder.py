"""Overdue work climbs: the sweep marks breaches and tells the people on the next rung (E4, H2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from qibu.contracts.tasks import ClockEscalated
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
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
    way = _Way(actor.organisation_id, now, _heard_of(batch))
    made = [one for clock in batch for one in way.climb(clock)]
    Clock.objects.bulk_update(batch, ["rung", "climb_at", "taken_by", "taken_until"])
    journal.record_many([_event(one, way.names) for one in made], actor=actor)
    return Escalation.objects.bulk_create(made, ignore_conflicts=True)


def _heard_of(batch: Sequence[Clock]) -> set[int]:
    """The clocks whose delay somebody was told of before."""
    return set(Escalation.objects.filter(clock__in=batch).values_list("clock_id", flat=True))


def _event(one: Escalation, names: dict[int, str]) -> ClockEscalated:
    clock, told_id = one.clock, one.told_id or 0
    return ClockEscalated(
        **clocks.about(clock.task), kind=clock.kind, told_id=told_id, rung=one.rung, due_at=clock.due_at,
        staff_name=names[told_id],
    )  # fmt: skip


class _Way:
    """The store's ladders, calendar and people, read once for a batch."""

    def __init__(self, organisation_id: int, now: datetime, heard_of: set[int]) -> None:
        self.organisation_id, self.now, self.heard_of = organisation_id, now, heard_of
        self.calendar: Calendar = calendar_of(organisation_id)
        self.ladders = ladders_of(organisation_id)
        self.opens = self.calendar.next_open(now)
        self.people, self.names = _at_work()

    def climb(self, clock: Clock) -> list[Escalation]:
        """Tell the rung that is due, and set when the next one is; rungs without people are passed over. While the
        store is closed nobody is told: it waits for the morning."""
        ladder = self._ladder(clock)
        while (at := next_climb(ladder, clock.rung, clock.due_at, self.calendar)) and max(at, self.opens) <= self.now:
            clock.rung += 1
            if found := self._told(clock, ladder[clock.rung - 1]):
                clock.taken_by = clock.taken_until = None  # whoever saw to it had their time
                clock.climb_at = next_climb(ladder, clock.rung, clock.due_at, self.calendar, self.now)
                return found
        if at is None and clock.pk not in self.heard_of:
            return self._last_resort(clock, ladder)
        clock.climb_at = max(at, self.opens) if at else None
        return []

    def _last_resort(self, clock: Clock, ladder: Sequence[Step]) -> list[Escalation]:
        """Nobody on any rung was there: any manager hears of it, and without one it is tried again, hour by hour."""
        found = self._told(clock, anybody(ladder)) if self.opens <= self.now else []
        clock.climb_at = None if found else self.calendar.next_open(max(self.opens, self.now + BETWEEN))
        return found

    def _told(self, clock: Clock, step: Step) -> list[Escalation]:
        return [self._escalation(clock, person) for person in told(step, self.people, self._assignee(clock))]

    def _ladder(self, clock: Clock) -> list[Step]:
        name = clock.task.category if clock.kind == clocks.DUE else clock.kind
        return self.ladders.get(name) or self.ladders.get(STANDARD, [])

    def _assignee(self, clock: Clock) -> Person | None:
        return next((person for person in self.people if person.id == clock.task.assignee_id), None)

    def _escalation(self, clock: Clock, person: Person) -> Escalation:
        return Escalation(
            organisation_id=self.organisation_id, clock=clock, rung=clock.rung, told_id=person.id, at=self.now
        )


def _at_work() -> tuple[list[Person], dict[int, str]]:
    """People who can be told, with their names: they work here, can sign in, and are not away today."""
    found = list(there(times.today()).order_by("pk").values_list("pk", "roles", "name"))
    return [Person(pk, frozenset(roles)) for pk, roles, _name in found], {pk: name for pk, _roles, name in found}
