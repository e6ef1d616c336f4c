"""What people may read of spot checks. Who sees all leads sees all checks; others what was found about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.days import add_months
from qibu.kernel.meanwhile import mark
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.inheritance import Resolved, lineage, resolve
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.network.selectors import able
from qibu.spotchecks import rules
from qibu.spotchecks.models import Check, Draw, LedgerEntry, Proposal, Question, SampleRule
from qibu.spotchecks.rules import Candidate

ONE = "one"
CALLING = ("call_agent", "care_manager")


# Content ----------------------------------------------------------------------------------------
def rule_resolved(actor: Actor, *, above: bool = False) -> Resolved[Any]:
    """`above`: what would count without a word of one's own."""
    line, rows = lineage(actor.organisation_id), list[Any](SampleRule.objects.all())
    return resolve(rows, line[1:] if above else line, lambda row: ONE)[ONE]


def rule(actor: Actor) -> SampleRule:
    found: SampleRule = rule_resolved(actor).row
    return found


def standard_mark(actor: Actor) -> str:
    return mark((one.code, one.text, one.text_en, one.weight) for one in standard(actor))


def standard(actor: Actor, *, above: bool = False) -> list[Question]:
    """The whole list of the nearest organisation that has one."""
    line, rows = lineage(actor.organisation_id), list(Question.objects.order_by("order", "code"))
    for organisation in (*(line[1:] if above else line), None):
        if theirs := [row for row in rows if row.organisation_id == organisation]:
            return theirs
    return []


# Checks -----------------------------------------------------------------------------------------
def visible(actor: Actor) -> QuerySet[Check]:
    """Nobody reads what customers said about them word by word: their own score they see with the scores."""
    if not actor.may(Capability.SALES_VIEW_ALL):
        return Check.objects.none()
    rows: QuerySet[Check] = Check.objects.filter(lead__customer__erased_at__isnull=True)
    return rows.exclude(consultant_id=actor.staff_id or 0)


def told(rows: QuerySet[Check]) -> QuerySet[Check]:
    return rows.select_related("lead__customer", "consultant", "draw", "task__assignee", "by")


def check_or_404(actor: Actor, check_id: int, *, lock: bool = False) -> Check:
    """Hidden and missing checks look the same."""
    rows = visible(actor).filter(pk=check_id)
    rows = rows.select_for_update(of=("self",)).select_related("lead", "draw") if lock else told(rows)
    found: Check | None = rows.first()
    if found is None:
        raise Http404
    return found


def draws(actor: Actor) -> QuerySet[Draw]:
    if not actor.may(Capability.SALES_VIEW_ALL):
        return Draw.objects.none()
    rows: QuerySet[Draw] = Draw.objects.select_related("by").order_by("-month")
    return rows


def draw_or_404(actor: Actor, draw_id: int, *, lock: bool = False) -> Draw:
    rows = draws(actor).filter(pk=draw_id)
    found: Draw | None = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise Http404
    return found


def last_month() -> date:
    """The first day of the month that is over."""
    return add_months(times.today().replace(day=1), -1)


def population(actor: Actor, month: date, stages: Sequence[str]) -> list[Candidate]:
    """Leads of a month that somebody met: who can be asked. Who wants no calls, or was erased, is not in the lot."""
    end = add_months(month, 1)
    rows = leads.visible(actor).filter(
        received_at__gte=times.start_of(month), received_at__lt=times.start_of(end), stage__in=list(stages),
        consultant__isnull=False,
    ).exclude(state=Lead.State.INVALID)  # fmt: skip
    return [Candidate(pk, staff) for pk, staff in rows.order_by("pk").values_list("pk", "consultant_id")]


def callers() -> list[Staff]:
    """Call agents first; where a store has none, who looks after the calls."""
    rows = list(able().filter(roles__overlap=list(CALLING)).order_by("sort_key", "pk"))
    agents = [one for one in rows if CALLING[0] in one.roles]
    return agents or rows


# Scores -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Score:
    """Of a person in a month: the mean and of how many; `few`: too few to say anything."""

    staff_id: int
    name: str
    average: Decimal | None
    checks: int
    waiting: int
    failed: int
    few: bool


def scores(actor: Actor, draw: Draw) -> list[Score]:
    """For whoever sees them all; everybody else sees their own."""
    rows = Check.objects.filter(draw=draw)
    if not actor.may(Capability.SALES_VIEW_ALL):
        rows = rows.filter(consultant_id=actor.staff_id or 0)
    state = Check.State
    found: Any = (
        rows.order_by().values("consultant_id", "consultant__name")
        .annotate(
            average=Avg("score", filter=Q(state=state.DONE)),
            checks=Count("pk", filter=Q(state=state.DONE, score__isnull=False)),
            waiting=Count("pk", filter=Q(state=state.OPEN)), failed=Count("pk", filter=Q(state=state.FAILED)),
        )
        .order_by("-average", "consultant__sort_key")
    )  # fmt: skip
    return [_score(row, draw) for row in found]


def _score(row: dict[str, Any], draw: Draw) -> Score:
    average = None if row["average"] is None else Decimal(row["average"]).quantize(Decimal("0.1"))
    return Score(
        row["consultant_id"], row["consultant__name"], average, row["checks"], row["waiting"], row["failed"],
        row["checks"] < max(1, draw.each),
    )  # fmt: skip


def by_question(actor: Actor, draw: Draw) -> list[tuple[str, Decimal | None, int]]:
    """Each step of the standard with its share of what could be reached, over all asked, and how many that is."""
    rows = list(visible(actor).filter(draw=draw, state=Check.State.DONE).values_list("answers", flat=True))
    found = []
    for question in standard(actor):
        counted = [rules.WORTH[answer] for told in rows if (answer := told.get(question.code)) in rules.WORTH]
        share = (rules.FULL * sum(counted, Decimal(0)) / len(counted)).quantize(Decimal(1)) if counted else None
        found.append((str(question), share, len(counted)))
    return found


# Rewards and penalties --------------------------------------------------------------------------
def proposals(actor: Actor, draw: Draw) -> QuerySet[Proposal]:
    rows: QuerySet[Proposal] = Proposal.objects.filter(draw=draw).select_related("staff", "decided_by")
    if not actor.may(Capability.SALES_VIEW_ALL):
        rows = rows.filter(staff_id=actor.staff_id or 0)
    return rows.order_by("-amount", "staff__sort_key")


def ledger(actor: Actor) -> QuerySet[LedgerEntry]:
    """One's own, and for who decides everybody's."""
    rows: QuerySet[LedgerEntry] = LedgerEntry.objects.select_related("staff", "by", "sets_off", "proposal")
    if not actor.may(Capability.SALES_APPROVE):
        rows = rows.filter(staff_id=actor.staff_id or 0)
    off = LedgerEntry.objects.filter(sets_off=OuterRef("pk"))
    return rows.annotate(is_off=Exists(off)).order_by("-at", "-pk")


def entry_or_404(actor: Actor, entry_id: int) -> LedgerEntry:
    found: LedgerEntry | None = ledger(actor).filter(pk=entry_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Balance:
    name: str
    month: date
    amount: Decimal
    entries: int


def balances(actor: Actor) -> list[Balance]:
    """Of each person and month, summed from the entries."""
    rows = (
        ledger(actor).order_by().values("staff__name", "staff__sort_key", of=TruncMonth("month"))
        .annotate(amount=Sum("amount"), entries=Count("pk")).order_by("-of", "staff__sort_key")
    )  # fmt: skip
    return [Balance(row["staff__name"], row["of"], row["amount"], row["entries"]) for row in rows[:200]]
