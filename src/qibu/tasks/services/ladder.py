"""Overdue work climbs: the sweep marks breaches and tells the people on the next rung (E4, H2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.services import absences
from qibu.tasks.models import Clock, Escalation
from qibu.tasks.rules import Calendar, Person, Step, next_climb, told
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
    way = _Way(actor.organisation_id, now)
    made = [one for clock in batch for one in way.climb(clock)]
    Clock.objects.bulk_update(batch, ["rung", "climb_at"])
    return Escalation.objects.bulk_create(made, ignore_conflicts=True)


class _Way:
    """The store's ladders, calendar and people, read once for a batch."""

    def __init__(self, organisation_id: int, now: datetime) -> None:
        self.organisation_id, self.now = organisation_id, now
        self.calendar: Calendar = calendar_of(organisation_id)
        self.ladders = ladders_of(organisation_id)
        self.people = _at_work()

    def climb(self, clock: Clock) -> list[Escalation]:
        """Tell the rung that is due, and set when the next one is; rungs without people are passed over."""
        ladder = self._ladder(clock)
        while True:
            at = next_climb(ladder, clock.rung, clock.due_at, self.calendar)
            if at is None or at > self.now:
                clock.climb_at = at
                return []
            clock.rung += 1
            if found := told(ladder[clock.rung - 1], self.people, self._assignee(clock)):
                clock.climb_at = next_climb(ladder, clock.rung, clock.due_at, self.calendar, self.now)
                return [self._escalation(clock, person) for person in found]

    def _ladder(self, clock: Clock) -> list[Step]:
        name = clock.task.category if clock.kind == clocks.DUE else clock.kind
        return self.ladders.get(name) or self.ladders.get(STANDARD, [])

    def _assignee(self, clock: Clock) -> Person | None:
        return next((person for person in self.people if person.id == clock.task.assignee_id), None)

    def _escalation(self, clock: Clock, person: Person) -> Escalation:
        return Escalation(
            organisation_id=self.organisation_id, clock=clock, rung=clock.rung, told_id=person.id, at=self.now
        )


def _at_work() -> list[Person]:
    """People who can be told: they work here, can sign in, and are not away today."""
    away = [one.staff_id for one in absences.living_on(times.today())]
    rows = Staff.objects.filter(left_on__isnull=True, barred=False, user__isnull=False).exclude(pk__in=away)
    return [Person(pk, frozenset(roles)) for pk, roles in rows.order_by("pk").values_list("pk", "roles")]
