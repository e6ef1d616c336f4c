"""Whether a drive can take place at a time: car, person, hours, and what stands in the way. Asked under locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from qibu.drives import selectors
from qibu.drives.errors import Away, CarUnusable, InThePast, NobodyThere, OutsideHours, Taken, UnknownRoute
from qibu.drives.models import DemoCar, Drive
from qibu.drives.models.drive import HOLDING
from qibu.drives.rules import first_free, openings, within_hours
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.network.models import Staff
from qibu.network.selectors import away_on
from qibu.tasks.rules import Calendar
from qibu.tasks.selectors.calendars import calendar_of

LATE = timedelta(minutes=20)  # somebody at the counter may still be written down for a start that has just gone by
AHEAD = timedelta(days=8)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What people ask for: which car, with whom, when and how long, which way."""

    car_id: int
    consultant_id: int
    starts_at: datetime
    minutes: int
    route_id: int | None = None
    note: str = ""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Place:
    """A car and a person, held, and until when the drive holds them."""

    car: DemoCar
    consultant: Staff
    held_until: datetime


def hold(actor: Actor, plan: Plan, *, besides: int | None = None) -> Place:
    """Car, then person are locked, always in this order: of two who ask at once the second waits and sees the first."""
    car = selectors.car_or_404(actor, plan.car_id, lock=True)
    consultant = leads.sellers().filter(pk=plan.consultant_id).select_for_update(of=("self",), no_key=True).first()
    if consultant is None:
        raise NobodyThere
    pause = selectors.policy(actor).pause
    place = Place(car, consultant, plan.ends_at + timedelta(minutes=pause))
    calendar = calendar_of(actor.organisation_id)
    _check_time(calendar, plan)
    _check_car(car, plan)
    _check_person(consultant, plan)
    _check_route(actor, plan)
    _check_free(calendar, plan, place, pause, besides)
    return place


def _check_time(calendar: Calendar, plan: Plan) -> None:
    if plan.starts_at < times.now() - LATE:
        raise InThePast
    if not within_hours(calendar, plan.starts_at, plan.ends_at):
        day = times.day_of(plan.starts_at)
        raise OutsideHours(day, openings(calendar, day))


def _check_car(car: DemoCar, plan: Plan) -> None:
    if car.state != DemoCar.State.AVAILABLE:
        raise CarUnusable(car.called, car.state)
    if not car.insured_on(times.day_of(plan.ends_at)):
        raise CarUnusable(car.called, "uninsured", car.insured_until)


def _check_person(consultant: Staff, plan: Plan) -> None:
    absence = next((one for one in away_on(times.day_of(plan.starts_at)) if one.staff_id == consultant.pk), None)
    if absence is not None:
        raise Away(consultant.name, absence.last_day)


def _check_route(actor: Actor, plan: Plan) -> None:
    if plan.route_id is not None and not selectors.routes(actor).filter(pk=plan.route_id).exists():
        raise UnknownRoute


def _check_free(calendar: Calendar, plan: Plan, place: Place, pause: int, besides: int | None) -> None:
    rival = (
        selectors.rivals(
            car_id=plan.car_id, consultant_id=plan.consultant_id, starts_at=plan.starts_at, held_until=place.held_until
        )
        .exclude(pk=besides or 0)
        .first()
    )
    if rival is None:
        return
    busy = Drive.objects.filter(
        Q(car_id=plan.car_id) | Q(consultant_id=plan.consultant_id), state__in=HOLDING,
        held_until__gt=plan.starts_at, starts_at__lt=plan.starts_at + AHEAD,
    ).exclude(pk=besides or 0)  # fmt: skip
    spans = list(busy.values_list("starts_at", "held_until"))
    free = first_free(calendar, spans, after=max(plan.starts_at, times.now()), minutes=plan.minutes, pause=pause)
    raise taken_by(rival, place.car, free)


def taken_by(rival: Drive, car: DemoCar, free: datetime | None = None) -> Taken:
    what = "car" if rival.car_id == car.pk else "consultant"
    called = rival.car.called if what == "car" else rival.consultant.name
    return Taken(what, called, rival.consultant.name, rival.starts_at, rival.ends_at, free)


def keep(drive: Drive, car: DemoCar) -> None:
    """Save under the last fence: whatever came past the locks, the database keeps no two drives of one car or person
    at one time (`drive_car_once`, `drive_consultant_once`)."""
    try:
        with transaction.atomic():
            drive.save()
    except IntegrityError as error:
        if "_once" not in str(error):
            raise
        rival = selectors.rivals(
            car_id=drive.car_id, consultant_id=drive.consultant_id, starts_at=drive.starts_at,
            held_until=drive.held_until,
        ).exclude(pk=drive.pk or 0).first()  # fmt: skip
        if rival is None:
            raise
        raise taken_by(rival, car) from None
