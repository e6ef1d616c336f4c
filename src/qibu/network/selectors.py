"""What pages of the network show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from qibu.contracts.network import AuditVerified, CodeRefused, SignedIn
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry, Parked
from qibu.network import security, trail, words
from qibu.network.inheritance import lineage
from qibu.network.models import (
    Absence,
    ApiToken,
    BatchAct,
    Export,
    HandOver,
    HandOverItem,
    OpenSession,
    Organisation,
    RecoveryCode,
    SavedView,
    SecondFactor,
    SecurityPolicy,
    Staff,
    User,
    Verification,
)
from qibu.network.rules import CAPABILITIES, Capability, ExportLevel, capabilities_of, may_agree

ACTS_SHOWN = 100
AHEAD = timedelta(days=30)  # absences that are announced
DEEPEST = 12  # levels of a tree that are shown
PARKED_SHOWN = 50
NEWS_SHOWN = 100  # a bell that rings more often says 99+


@dataclass(frozen=True)
class Node:
    organisation: Organisation
    depth: int


@dataclass(frozen=True)
class LeftBehind:
    """An entry that a reader could not handle, for those who keep the system."""

    what: str
    reader: str
    error: str
    tries: int
    next_try_at: datetime


def heads_all(organisation_id: int) -> bool:
    """Whether all others in this installation are below it."""
    tops = Organisation.objects.filter(parent=None).values_list("pk", flat=True)[:2]
    return list(tops) == [organisation_id]


def parked(actor: Actor) -> tuple[list[LeftBehind], int]:
    """The oldest ones and how many there are. What happened is told to those who may read the trail."""
    rows = Parked.objects.filter(organisation_id=actor.organisation_id)
    found = list(rows.order_by("entry_id", "reader")[:PARKED_SHOWN])
    entries = Entry.objects.filter(pk__in=[row.entry_id for row in found])
    if actor.may(Capability.AUDIT_VIEW):
        what = {told.entry.pk: told.what for told in trail.tell(actor, entries)}
    else:
        what = {entry.pk: entry.type for entry in entries}
    shown = [LeftBehind(what.get(r.entry_id, ""), r.reader, r.error, r.tries, r.next_at) for r in found]
    return shown, rows.count()


def any_parked(actor: Actor) -> bool:
    return Parked.objects.filter(organisation_id=actor.organisation_id).exists()


def last_sign_ins(actor: Actor, number: int = 10) -> list[Entry]:
    """The person's own, newest first, with those that had the right password and a wrong code: not the person's."""
    mine = Entry.objects.filter(type__in=[SignedIn.name, CodeRefused.name], actor_id=actor.staff_id)
    return list(mine.order_by("-at", "-id")[:number])


@dataclass(frozen=True)
class FactorState:
    """Since when a person signs in with a code, and how many recovery codes are left."""

    since: datetime
    codes: int


def second_factor(user: User) -> FactorState | None:
    factor = SecondFactor.objects.filter(user=user, secret__isnull=False, since__isnull=False).first()
    if factor is None or factor.since is None:
        return None
    return FactorState(factor.since, RecoveryCode.objects.filter(user=user, used_at=None).count())


@dataclass(frozen=True)
class SignedInAt:
    """A sign-in of a person that lasts."""

    number: int
    device: str
    address: str
    seen_at: datetime
    here: bool


def open_sessions(user: User, places: Iterable[security.Place], here: str) -> list[SignedInAt]:
    """Where a person is signed in, this very session first, then by last use; what is outworn is over already."""
    now, limits = times.now(), session_limits(places)
    living = Session.objects.filter(session_key=OuterRef("key"), expire_date__gt=now)
    rows = OpenSession.objects.filter(
        Exists(living), user=user, began_at__gt=now - limits.absolute, seen_at__gt=now - limits.idle
    )
    newest = rows.order_by("-seen_at", "pk")
    found = [SignedInAt(row.pk, row.device, row.address, row.seen_at, row.key == here) for row in newest]
    return sorted(found, key=lambda one: not one.here)


def session_limits(places: Iterable[security.Place]) -> security.Limits:
    return security.limits(
        places, idle_minutes=settings.SESSION_IDLE_MINUTES, absolute_hours=settings.SESSION_ABSOLUTE_HOURS
    )


def last_verification(actor: Actor) -> Entry | None:
    """When the chain over the journal was reckoned last, and what was found."""
    actor.require(Capability.AUDIT_VIEW)
    return verifications().first()


def verification(actor: Actor) -> Verification | None:
    """How far the last one is, or was, that somebody asked for."""
    return Verification.objects.filter(organisation_id=actor.organisation_id).first()


def verifications() -> QuerySet[Entry]:
    """Newest first."""
    return Entry.objects.filter(type=AuditVerified.name).order_by("-at", "-id")


def security_policy() -> security.Policy:
    row = SecurityPolicy.objects.first()
    return row.policy if row else security.Policy()


def duty_holders() -> dict[str, int]:
    """How many hold each role who can sign in."""
    found: dict[str, int] = {}
    for roles in able().filter(user__is_active=True).values_list("roles", flat=True):
        for role in roles:
            found[role] = found.get(role, 0) + 1
    return found


@dataclass(frozen=True)
class Unprotected:
    """A colleague who signs in with the password alone."""

    staff: Staff
    roles: str
    demanded: bool


def without_factor(actor: Actor) -> list[Unprotected]:
    """Who can sign in without a second factor, those first of whom one is demanded."""
    actor.require(Capability.SECURITY_MANAGE)
    policy = security_policy()
    rows = able().filter(user__second_factor__secret__isnull=True).order_by("sort_key", "pk")
    found = [
        Unprotected(one, words.roles(one.roles), security.will_demand(policy, frozenset(one.roles))) for one in rows
    ]
    return sorted(found, key=lambda one: not one.demanded)


def with_factor(actor: Actor) -> QuerySet[Staff]:
    actor.require(Capability.SECURITY_MANAGE)
    return able().filter(user__second_factor__secret__isnull=False).order_by("sort_key", "pk")


def everyone() -> QuerySet[Staff]:
    """Who works here or ever did, in the order of how the names sound."""
    return Staff.objects.order_by("sort_key", "pk")


def at_work() -> QuerySet[Staff]:
    """Who works here today: for choosing a person."""
    return everyone().filter(left_on=None)


def superiors_for(person: Staff | None = None) -> list[tuple[int, str]]:
    """Whom somebody may answer to: their colleagues at work, and whoever it is now, even if they left."""
    rows = at_work()
    if person is not None:
        rows = (rows | everyone().filter(pk=person.superior_id or 0)).exclude(pk=person.pk)
    return [(one.pk, f"{one.name} · {one.title}" if one.title else one.name) for one in rows]


def able() -> QuerySet[Staff]:
    """Who works here and can sign in: may be given work, and told of things."""
    rows: QuerySet[Staff] = Staff.objects.filter(left_on__isnull=True, barred=False, user__isnull=False)
    return rows


def there(day: date) -> QuerySet[Staff]:
    """Those of them who are not away on a day."""
    return able().exclude(pk__in=[one.staff_id for one in away_on(day)])


def away_on(day: date) -> list[Absence]:
    """Who is away; of two records of one person the later one counts."""
    rows = Absence.objects.filter(ended_at__isnull=True, first_day__lte=day, last_day__gte=day)
    return list(rows.select_related("staff", "stand_in").order_by("at", "pk"))


def days_away(day: date) -> dict[int, Absence]:
    """Person → when they are not there, now or next within thirty days: said wherever somebody is chosen."""
    now = {one.staff_id: one for one in away_on(day)}
    soon = Absence.objects.filter(ended_at__isnull=True, first_day__gt=day, first_day__lte=day + AHEAD)
    for one in soon.select_related("staff", "stand_in").order_by("first_day", "pk"):
        now.setdefault(one.staff_id, one)
    return now


def all_staff(actor: Actor) -> QuerySet[Staff]:
    actor.require(Capability.STAFF_MANAGE)
    return Staff.objects.select_related("user", "superior")


def hand_overs(actor: Actor) -> QuerySet[HandOver]:
    actor.require(Capability.STAFF_MANAGE)
    return HandOver.objects.select_related("giver", "taker", "by", "undone_by")


def taken_over(actor: Actor) -> QuerySet[HandOver]:
    """What others handed to this person and did not take back."""
    mine = HandOverItem.objects.filter(hand_over=OuterRef("pk"), taker=actor.staff_id)
    return HandOver.objects.filter(Exists(mine), undone_at__isnull=True).select_related("giver").order_by("-at", "-pk")


@dataclass(frozen=True)
class Gone:
    """A customer (None: what is nobody's) of a hand-over, to whom they went, with how much of each part."""

    whom: int | None
    taker_id: int
    parts: dict[str, list[int]]  # part → its rows


def gone(record: HandOver) -> list[Gone]:
    """The whole list of a record, taker by taker; for paper. One query."""
    rows = HandOverItem.objects.filter(hand_over=record).order_by("taker_id", "whom", "part", "row_id")
    found: dict[tuple[int | None, int | None], Gone] = {}
    for taker_id, whom, part, row_id in rows.values_list("taker_id", "whom", "part", "row_id"):
        line = found.setdefault((taker_id, whom), Gone(whom, taker_id or 0, {}))
        line.parts.setdefault(part, []).append(row_id)
    return list(found.values())


def journal(actor: Actor) -> QuerySet[Entry]:
    actor.require(Capability.AUDIT_VIEW)
    return Entry.objects.all()


def above(organisation_id: int) -> list[Organisation]:
    """From the top of the network down to the one directly above."""
    line = lineage(organisation_id)[1:]
    found = Organisation.objects.in_bulk(line)
    return [found[number] for number in reversed(line)]


def below(organisation_id: int) -> list[Node]:
    """The tree below an organisation, each followed by its own, in order of codes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE tree AS ("
            " SELECT id, 0 AS depth, ARRAY[code::text] AS path FROM network_organisation WHERE id = %s UNION ALL"
            " SELECT o.id, tree.depth + 1, tree.path || o.code::text FROM network_organisation o"
            " JOIN tree ON o.parent_id = tree.id WHERE tree.depth < %s)"
            " SELECT id, depth FROM tree WHERE depth > 0 ORDER BY path",
            [organisation_id, DEEPEST],
        )
        found = cursor.fetchall()
    rows = Organisation.objects.in_bulk([number for number, _depth in found])
    return [Node(rows[number], depth) for number, depth in found]


def saved_views(actor: Actor, page: str) -> list[SavedView]:
    """One's own views of a list, then those that colleagues share."""
    rows = SavedView.objects.filter(_seen_by(actor), page=page).select_related("owner").order_by("at", "id")
    return sorted(rows, key=lambda view: view.owner_id != actor.staff_id)


def saved_view(actor: Actor, view_id: int) -> SavedView | None:
    found: SavedView | None = SavedView.objects.filter(_seen_by(actor), pk=view_id).first()
    return found


@dataclass(frozen=True)
class ViewsOfField:
    """Views that narrow a list by a field: those that the reader sees by name, of the others how many there are."""

    names: list[str]
    others: int

    @property
    def count(self) -> int:
        return len(self.names) + self.others


def views_with_field(actor: Actor, code: str) -> ViewsOfField:
    rows = SavedView.objects.annotate(asked=Cast("values", TextField())).filter(asked__contains=f"custom.{code}")
    seen = list(rows.filter(_seen_by(actor)).order_by("name", "id").values_list("name", flat=True))
    return ViewsOfField(seen, rows.count() - len(seen))


def _seen_by(actor: Actor) -> Q:
    return Q(owner_id=actor.staff_id) | Q(shared=True)


def view_key(view: SavedView) -> str:
    """How a list's address names it; the page's own views have words for keys."""
    return f"s{view.pk}"


def batch_acts(actor: Actor) -> list[BatchAct]:
    """Acts on many rows that the reader began, or everybody's for those who share out work; newest first."""
    return list(_acts_of(actor).select_related("by").order_by("-at", "-id")[:ACTS_SHOWN])


def batch_act(actor: Actor, act_id: int) -> BatchAct | None:
    found: BatchAct | None = _acts_of(actor).select_related("by").filter(pk=act_id).first()
    return found


def _acts_of(actor: Actor) -> QuerySet[BatchAct]:
    rows = BatchAct.objects.all()
    return rows if actor.may(Capability.TASKS_ASSIGN) else rows.filter(by_id=actor.staff_id)


def exports(actor: Actor) -> QuerySet[Export]:
    """One's own, and for those who agree to exports everybody's."""
    rows: QuerySet[Export] = Export.objects.select_related("by", "decided_by")
    return rows if actor.may(Capability.EXPORTS_APPROVE) else rows.filter(by_id=actor.staff_id)


def may_agree_to(actor: Actor, export: Export) -> bool:
    return may_agree(actor.capabilities, ExportLevel(export.level))


def who_may_agree(export: Export) -> list[Staff]:
    """Colleagues of who asked, by name: those who can sign in and may agree to so much."""
    agreeing = [role.value for role, granted in CAPABILITIES.items() if Capability.EXPORTS_APPROVE in granted]
    found = able().filter(roles__overlap=agreeing).exclude(pk=export.by_id).order_by("sort_key", "pk")
    level = ExportLevel(export.level)
    return [one for one in found if may_agree(capabilities_of(frozenset(one.roles)), level)]


@dataclass(frozen=True)
class ExportNews:
    """Exports of colleagues that wait for the reader's word or for being noticed, and what came of the reader's own."""

    to_see: int = 0
    to_decide: int = 0
    answered: Sequence[Export] = ()


def export_news(actor: Actor) -> ExportNews:
    """One query: every page asks it."""
    mine, open_ones = Q(by_id=actor.staff_id, unheard=True), _to_see(actor)
    rows = Export.objects.filter(mine | open_ones if open_ones else mine).order_by("-at", "-id")
    found = list(rows.only("pk", "by_id", "state", "page", "organisation_id")[:NEWS_SHOWN])
    others = [one for one in found if one.by_id != actor.staff_id]
    answered = [one for one in found if one.by_id == actor.staff_id]
    return ExportNews(len(others), sum(one.state == Export.State.ASKED for one in others), answered)


def _to_see(actor: Actor) -> Q | None:
    if not actor.may(Capability.EXPORTS_APPROVE):
        return None
    most = max(level for level in ExportLevel if may_agree(actor.capabilities, level))
    ended = Q(state__in=[Export.State.STOPPED, Export.State.WITHDRAWN])
    levels = Q(level__gte=ExportLevel.TOLD, level__lte=most)
    return Q(noted_by=None) & levels & ~ended & ~Q(by_id=actor.staff_id)


def api_tokens() -> QuerySet[ApiToken]:
    """Of the organisation in scope: the living ones first, then the newest."""
    rows: QuerySet[ApiToken] = ApiToken.objects.select_related("made_by")
    return rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-pk")
