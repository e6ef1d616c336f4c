"""The turn as it stands, and who is in the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.selectors import sellers
from qibu.leads.selectors.policies import policy
from qibu.leads.selectors.team import loads, on_duty_at, shares
from qibu.network.models import Staff
from qibu.showroom.models import TurnChange, TurnPlace, Visitor
from qibu.showroom.rules import LEADING, Stand, next_in_turn, queue

FAR = 2**62  # who has no place yet stands behind all others
CHANGES_SHOWN = 8


def stands(actor: Actor, now: datetime) -> list[Stand]:
    """Everybody who sells and is on duty; whose share is nothing takes no part in the turn."""
    here = on_duty_at(now)
    places = {one.staff_id: one for one in TurnPlace.objects.filter(staff_id__in=here)}
    with_them, load, share, room = _with_them(now), loads(here), shares(), policy(actor).room
    found = []
    for pk, (name, _since) in here.items():
        place, own = places.get(pk), share.get(pk)
        inside, today = with_them.get(pk, (0, 0))
        found.append(Stand(
            staff_id=pk, name=name, number=place.number if place else FAR, visitors=inside, today=today,
            busy=bool(place and place.busy_since and times.day_of(place.busy_since) == times.day_of(now)),
            full=load.get(pk, 0) >= ((own.room if own else None) or room), out=own is not None and own.weight == 0,
        ))  # fmt: skip
    return found


def _with_them(now: datetime) -> dict[int, tuple[int, int]]:
    """Consultant → visitors who are in the house with them, and those of today who came for a car."""
    today = times.start_of(times.day_of(now))
    rows = Visitor.objects.filter(way=Visitor.Way.VISIT, at__gte=today, consultant__isnull=False).order_by()
    counted = rows.values_list("consultant_id").annotate(
        inside=Count("pk", filter=Q(left_at__isnull=True)), today=Count("pk", filter=Q(purpose__in=list(LEADING)))
    )
    return {pk: (inside, today) for pk, inside, today in counted if pk is not None}


@dataclass(frozen=True)
class Board:
    queue: list[Stand]
    next: Stand | None
    absent: list[Staff]
    inside: list[Visitor]
    waiting: list[Visitor]
    changes: list[TurnChange]


def board(actor: Actor, now: datetime) -> Board:
    found = stands(actor, now)
    inside = list(in_house(now))
    waiting = [one for one in inside if one.consultant_id is None and one.purpose in LEADING]
    absent = list(sellers().exclude(pk__in=[one.staff_id for one in found]))
    changes = TurnChange.objects.filter(at__gte=times.start_of(times.day_of(now))).order_by("-at", "-pk")
    told = list(changes.select_related("staff", "other", "by")[:CHANGES_SHOWN])
    return Board(queue(found), next_in_turn(found), absent, inside, waiting, told)


def in_house(now: datetime) -> QuerySet[Visitor]:
    """Who came today and has not left, longest first."""
    rows = Visitor.objects.filter(
        way=Visitor.Way.VISIT, left_at__isnull=True, at__gte=times.start_of(times.day_of(now))
    )  # fmt: skip
    return rows.select_related("consultant", "customer").order_by("at", "pk")
