"""Who could take a lead now: there, with what they had lately and what lies with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Duty, Lead, Placement, SellerShare
from qibu.leads.rules import BY_TURN, Part, Taker, begins, on_duty
from qibu.leads.selectors.leads import sellers
from qibu.leads.selectors.policies import policy
from qibu.network.selectors import there
from qibu.tasks.selectors.calendars import calendar_of

LATELY = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Present:
    """Somebody who sells and is there at a moment. `taken`: when something came by the turn in the last days."""

    staff_id: int
    name: str
    since: datetime
    load: int
    room: int
    weight: int
    taken: tuple[datetime, ...] = ()

    @property
    def can_take(self) -> bool:
        return self.weight > 0 and self.load < self.room


@dataclass(frozen=True)
class Team:
    present: tuple[Present, ...]

    def takers(self, among: Collection[int] | None = None, but: Collection[int] = ()) -> list[Taker]:
        """Those of them who can take one, counted from when the last of them came on duty."""
        able = [one for one in self.present if one.can_take and one.staff_id not in but]
        able = [one for one in able if among is None or one.staff_id in among]
        since = max((one.since for one in able), default=None)
        return [_taker(one, since) for one in able if since is not None]

    @property
    def full(self) -> bool:
        """Somebody is there who takes leads, and nobody has room for one more."""
        takes = [one for one in self.present if one.weight > 0]
        return bool(takes) and not any(one.can_take for one in takes)

    def has(self, staff_id: int) -> bool:
        return any(one.staff_id == staff_id for one in self.present)


def _taker(one: Present, since: datetime) -> Taker:
    return Taker(
        staff_id=one.staff_id, name=one.name, received=sum(at >= since for at in one.taken), before=len(one.taken),
        load=one.load, room=one.room, weight=one.weight, last_at=max(one.taken, default=None),
    )  # fmt: skip


def team(actor: Actor, at: datetime) -> Team:
    """Who is there at a moment; while the store is closed, who is there when it opens next."""
    moment = calendar_of(actor.organisation_id).next_open(at).astimezone(times.ZONE)
    here = on_duty_at(moment)
    return Team(tuple(_present(actor, here, at)))


def on_duty_at(moment: datetime) -> dict[int, tuple[str, datetime]]:
    """Who sells and is on duty → name, and from when on."""
    day = moment.astimezone(times.ZONE).date()
    parts = parts_of(day)
    there_today = sellers().filter(pk__in=there(day).values("pk")).values_list("pk", "name")
    return {
        pk: (name, begins(part, day, times.ZONE))
        for pk, name in there_today
        if on_duty(part := parts.get(pk, Part.DAY), moment.astimezone(times.ZONE))
    }


def parts_of(day: date) -> dict[int, Part]:
    """Who is there otherwise than usual."""
    return {staff: Part(part) for staff, part in Duty.objects.filter(day=day).values_list("staff_id", "part")}


def loads(staff_ids: Collection[int]) -> dict[int, int]:
    """Open leads by person."""
    rows = Lead.objects.filter(state=Lead.State.OPEN, consultant_id__in=staff_ids).order_by()
    return dict(rows.values_list("consultant_id").annotate(n=Count("pk")))


def shares() -> dict[int, SellerShare]:
    return {one.staff_id: one for one in SellerShare.objects.all()}


def _present(actor: Actor, here: dict[int, tuple[str, datetime]], at: datetime) -> list[Present]:
    if not here:
        return []
    room, load, share = policy(actor).room, loads(here), shares()
    taken = _taken(here, at)
    return [
        Present(
            staff_id=pk, name=name, since=since, load=load.get(pk, 0), taken=tuple(taken.get(pk, ())),
            room=(share[pk].room if pk in share else None) or room, weight=share[pk].weight if pk in share else 1,
        )
        for pk, (name, since) in here.items()
    ]  # fmt: skip


def _taken(here: Collection[int], at: datetime) -> dict[int, list[datetime]]:
    rows = Placement.objects.filter(at__gt=at - LATELY, staff_id__in=here, code__in=[one.value for one in BY_TURN])
    found: dict[int, list[datetime]] = {}
    for staff_id, moment in rows.order_by("at").values_list("staff_id", "at"):
        found.setdefault(staff_id, []).append(moment)
    return found
