"""How leads are shared out, as pages show it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.leads.forms_sharing import LANGUAGES
from qibu.leads.models import AllocationRule, Duty, GroupMember, Lead, SellerGroup, Source
from qibu.leads.rules import Part, Policy, in_turn
from qibu.leads.selectors.content import sources
from qibu.leads.selectors.leads import sellers
from qibu.leads.selectors.policies import policy, policy_along, sayings
from qibu.leads.selectors.team import shares, team
from qibu.network.models import Absence, Staff
from qibu.tasks.forms import WEEKDAYS
from qibu.tasks.selectors.calendars import calendar_of


# Who has how much ---------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Line:
    person: Staff
    there: bool
    open: int
    hot: int  # of them H and A
    late: int  # of them with an overdue next action
    unanswered: int
    today: int  # came by the turn
    week: int
    weight: int
    room: int
    own_room: int | None
    place: int | None  # in the turn; None: is given nothing now

    @property
    def full(self) -> bool:
        return self.open >= self.room


@dataclass(frozen=True)
class Loads:
    lines: list[Line]
    in_pool: int
    next: str


def loads(actor: Actor, now: datetime) -> Loads:
    people, here, share = list(sellers()), team(actor, now), shares()
    rows = Lead.objects.filter(state=Lead.State.OPEN).order_by()
    counted: Iterable[Any] = rows.values("consultant_id").annotate(**_figures(now))
    figures: dict[int | None, dict[str, Any]] = {one["consultant_id"]: one for one in counted}
    present = {one.staff_id: one for one in here.present}
    order = [one.staff_id for one in in_turn(here.takers())]
    takers = {one.staff_id: one for one in here.takers()}
    room, lines = policy(actor).room, []
    for person in people:
        own, theirs = share.get(person.pk), figures.get(person.pk, {})
        taker = takers.get(person.pk)
        lines.append(Line(
            person=person, there=person.pk in present, open=theirs.get("n", 0), hot=theirs.get("hot", 0),
            late=theirs.get("late", 0), unanswered=theirs.get("unanswered", 0),
            today=taker.received if taker else 0,
            week=len(present[person.pk].taken) if person.pk in present else 0, weight=own.weight if own else 1,
            room=(own.room if own else None) or room, own_room=own.room if own else None,
            place=order.index(person.pk) + 1 if person.pk in order else None,
        ))  # fmt: skip
    names = {one.pk: one.name for one in people}
    return Loads(lines, figures.get(None, {}).get("n", 0), names.get(order[0], "") if order else "")


def _figures(now: datetime) -> dict[str, Count]:
    return {
        "n": Count("pk"), "hot": Count("pk", filter=Q(grade__in=["H", "A"])),
        "late": Count("pk", filter=Q(next_task__due_at__lt=now)),
        "unanswered": Count("pk", filter=Q(answered_at__isnull=True)),
    }  # fmt: skip


# The roster ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Week:
    parts: dict[tuple[int, date], Part]
    away: set[str]  # "7_2026-11-27": on leave, whatever the roster says


def week(days: Sequence[date]) -> Week:
    rows = Duty.objects.filter(day__in=days).values_list("staff_id", "day", "part")
    gone = Absence.objects.filter(ended_at__isnull=True, first_day__lte=days[-1], last_day__gte=days[0])
    away = {
        f"{one.staff_id}_{day.isoformat()}" for one in gone for day in days if one.first_day <= day <= one.last_day
    }  # fmt: skip
    return Week({(staff, day): Part(part) for staff, day, part in rows}, away)


def closed_days(actor: Actor, days: Sequence[date]) -> set[date]:
    calendar = calendar_of(actor.organisation_id)
    return {day for day in days if not calendar.is_working_day(day)}


# Rules and groups ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Group:
    pk: int
    name: str
    people: tuple[int, ...]
    names: str


def groups() -> list[Group]:
    members: dict[int, list[tuple[int, str]]] = {}
    rows = GroupMember.objects.filter(staff__in=sellers()).order_by("staff__sort_key", "pk")
    for group_id, staff_id, name in rows.values_list("group_id", "staff_id", "staff__name"):
        members.setdefault(group_id, []).append((staff_id, name))
    return [
        Group(one.pk, one.name, tuple(pk for pk, _name in members.get(one.pk, [])),
              _("、").join(name for _pk, name in members.get(one.pk, [])))
        for one in SellerGroup.objects.order_by("name")
    ]  # fmt: skip


@dataclass(frozen=True)
class InWords:
    row: AllocationRule
    asks: str
    goes: str
    nobody: bool  # whom it names is nobody of the store


def in_words(actor: Actor, rows: Iterable[AllocationRule]) -> list[InWords]:
    known = {one.code: str(one) for one in sources(actor, all_of_them=True)}
    people, teams = {one.pk: one.name for one in sellers()}, {one.name: one.names for one in groups()}
    return [InWords(row, _asks(row, known), *_goes(row, people, teams)) for row in rows]


def _asks(row: AllocationRule, known: Mapping[str, str]) -> str:
    kinds = [str(Source.Kind(one).label) for one in row.kinds if one in Source.Kind.values]
    car = " ".join(filter(None, (row.brand, row.series, row.model)))
    told = [
        _listed([*kinds, *(known.get(one, one) for one in row.sources)]), car, _listed(row.cities),
        _listed([str(dict(LANGUAGES).get(one, one)) for one in row.languages]),
        _listed([str(WEEKDAYS[number - 1]) for number in row.weekdays if 1 <= number <= 7]),
        f"{row.since:%H:%M}–{row.until:%H:%M}" if row.since and row.until else "",
    ]  # fmt: skip
    return " · ".join(filter(None, told)) or _("所有线索")


def _listed(names: Collection[str]) -> str:
    return _("、").join(names)


def _goes(row: AllocationRule, people: Mapping[int, str], teams: Mapping[str, str]) -> tuple[str, bool]:
    if row.target == AllocationRule.Target.PEOPLE:
        names = _listed([people[one] for one in row.people if one in people])
        return _("{names} 轮流").format(names=names) if names else _("没有人"), not names
    if row.target == AllocationRule.Target.GROUP:
        names = teams.get(row.group, "")
        told = _("「{group}」轮流").format(group=row.group)
        return f"{told} · {names}" if names else told, not names
    return str(row.get_target_display()), False


# The numbers --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Numbers:
    own: dict[str, Any]
    above: Policy
    sources: dict[str, int | None]


def numbers(line: Sequence[int]) -> Numbers:
    said = sayings(line)
    own = {name: one[0].value for name, one in said.items() if one[0].source == line[0]}
    return Numbers(own, policy_along(line[1:]), {name: one[0].source for name, one in said.items()})
