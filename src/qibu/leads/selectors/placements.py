"""With whom leads lay, and what of the pool somebody may still take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import words
from qibu.leads.models import Lead, Placement
from qibu.leads.rules import LET_GO, UNTAKEN, Reason
from qibu.leads.selectors.leads import sellers, visible
from qibu.leads.selectors.policies import policy
from qibu.leads.selectors.team import loads, on_duty_at
from qibu.network.models import Staff


@dataclass(frozen=True)
class Told:
    at: datetime
    whom: str
    why: str
    by: str
    note: str


def of_lead(lead: Lead) -> Sequence[Placement]:
    """Newest first."""
    rows = Placement.objects.filter(lead=lead).select_related("staff", "former", "by").order_by("-at", "-pk")
    return list(rows[:50])


def untaken(actor: Actor) -> dict[str, int]:
    """Leads that lie in the pool because nobody could take them, by why; empty where there are none."""
    rows = visible(actor).filter(state=Lead.State.OPEN, consultant__isnull=True).order_by()
    rows = rows.filter(assigned_why__code__in=[one.value for one in UNTAKEN])
    counted = rows.values_list("assigned_why__code").annotate(n=Count("pk"))
    return {str(code): number for code, number in counted}


def told(rows: Iterable[Placement]) -> list[Told]:
    return [_told(row) for row in rows]


def _told(row: Placement) -> Told:
    whom = row.staff.name if row.staff else _("公海")
    rule = _("按规则「{rule}」").format(rule=row.rule) if row.rule else str(words.REASONS.get(row.code, row.code))
    return Told(row.at, whom, rule, row.by.name if row.by else _("系统"), row.note)


def last_notes(lead_ids: Sequence[int]) -> dict[int, str]:
    """Lead → what whoever put it into the pool last said."""
    rows = Placement.objects.filter(lead_id__in=lead_ids, staff__isnull=True).order_by("lead_id", "-at", "-pk")
    return dict(rows.distinct("lead_id").values_list("lead_id", "note")) if lead_ids else {}


def claiming(actor: Actor, lead_ids: Sequence[int]) -> tuple[int, set[int]]:
    """How many the reader may still take today, and which of these not yet, since they gave or lost them lately."""
    numbers, now = policy(actor), times.now()
    mine = Placement.objects.filter(staff_id=actor.staff_id or 0, code=Reason.CLAIMED)
    taken = mine.filter(at__gte=times.start_of(times.day_of(now))).count()
    since = now - timedelta(days=numbers.not_again_days)
    gone = Placement.objects.filter(lead_id__in=lead_ids, former_id=actor.staff_id or 0, at__gt=since)
    barred = gone.filter(code__in=[one.value for one in LET_GO]).values_list("lead_id", flat=True)
    return max(0, numbers.claims_a_day - taken), set(barred)


def people_to_choose(actor: Actor) -> list[tuple[str, str]]:
    """Who can be given leads, with what lies with them and whether they are there."""
    people = list(sellers())
    load, here = loads([one.pk for one in people]), on_duty_at(times.now())
    return [(str(one.pk), _person(one, load.get(one.pk, 0), one.pk in here)) for one in people]


def _person(one: Staff, load: int, there: bool) -> str:
    said = _("{name} · 跟进中 {n} 条").format(name=one.name, n=load)
    return said if there else _("{said} · 今天不在").format(said=said)


def called(staff_id: int | None) -> str:
    return Staff.objects.filter(pk=staff_id or 0).values_list("name", flat=True).first() or ""
