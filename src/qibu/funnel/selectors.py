"""The figures of a cohort of leads, as far as the reader sees them. Each leads to its rows: `narrowed` is what the page
and the list behind a figure share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from qibu.funnel import rules
from qibu.funnel.models import Forecast, SourceCost
from qibu.funnel.rules import Chance, Step
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead, StageChange
from qibu.network.rules import Capability

State = Lead.State
NOBODY, POOL = "none", "pool"  # whom a cohort names, and how the list of leads says it


@dataclass(frozen=True)
class Asked:
    """A period of days, both included, in which leads were received, and what they are narrowed by."""

    first: date
    last: date
    source: str = ""
    consultant: str = ""
    series: str = ""


def cohort(actor: Actor, asked: Asked) -> QuerySet[Lead]:
    """Leads that were none (无效) belong to no funnel."""
    rows = leads.visible(actor).exclude(state=State.INVALID).filter(
        received_at__gte=times.start_of(asked.first), received_at__lt=times.start_of(asked.last + timedelta(days=1))
    )  # fmt: skip
    if asked.source:
        rows = rows.filter(source=asked.source)
    if asked.series:
        rows = leads.by_series(actor, rows, asked.series)
    if asked.consultant == NOBODY:
        return rows.filter(consultant__isnull=True)
    return rows.filter(consultant_id=int(asked.consultant)) if asked.consultant.isdecimal() else rows


def with_reach(rows: QuerySet[Lead], codes: list[str]) -> QuerySet[Any]:
    """`reach`: the furthest place among the stages where a lead ever stood."""
    places = [When(stage_changes__stage=code, then=Value(place)) for place, code in enumerate(codes)]
    furthest = Max(Case(*places, default=Value(0), output_field=IntegerField()))
    found: QuerySet[Any] = rows.annotate(reach=Coalesce(furthest, 0))
    return found


def reached(rows: QuerySet[Lead], codes: list[str], code: str) -> QuerySet[Any]:
    """Those who came as far as a stage, or have the car."""
    if code == State.WON:
        return rows.filter(state=State.WON)
    if code not in codes:
        return rows.none()
    return with_reach(rows, codes).filter(Q(reach__gte=codes.index(code)) | Q(state=State.WON))


def narrowed(asked: Asked, part: str, key: Any) -> dict[str, str]:
    """What the list of rows is narrowed by for one part of a cohort. Of a month that was asked for in part only that
    part: the rows have to be as many as the figure says."""
    if part == "consultant":
        return {"consultant": str(key or POOL)}
    if part == "month":
        first, last = rules.month_of(key)
        return received_in(max(first, asked.first), min(last, asked.last))
    return {part: key}


def received_in(first: date, last: date) -> dict[str, str]:
    return {"received_from": first.isoformat(), "received_to": last.isoformat()}


def closed_in(first: date, last: date) -> dict[str, str]:
    return {"closed_from": first.isoformat(), "closed_to": last.isoformat()}


class Seen:
    """A cohort as one query reads it, for the whole and for its parts."""

    def __init__(self, actor: Actor, asked: Asked) -> None:
        self.codes = [stage.code for stage in leads.stages_for(actor, series=asked.series)]
        rows = with_reach(cohort(actor, asked), self.codes)
        found = rows.values_list("state", "reach", "source", "consultant_id", "series", "received_at")
        on_sale = set(leads.series_on_sale(actor))
        self.rows = [(*row[:4], leads.series_key(row[4], on_sale), row[5]) for row in found]

    def funnel(self) -> list[Step]:
        return self._steps(self.rows)

    def by(self, what: str) -> dict[Any, list[Step]]:
        """The funnel of each source, consultant, series or month; the largest first, months in their order."""
        parted = dict[Any, list[Any]]()
        for row in self.rows:
            parted.setdefault(PARTS[what](row), []).append(row)
        found = {key: self._steps(rows) for key, rows in parted.items()}
        if what == "month":
            return dict(sorted(found.items()))
        return dict(sorted(found.items(), key=lambda pair: -pair[1][0].whole))

    def _steps(self, rows: list[Any]) -> list[Step]:
        won = sum(row[0] == State.WON for row in rows)
        furthest = Counter(row[1] for row in rows if row[0] != State.WON)
        return rules.steps(self.codes, furthest, won)


PARTS: dict[str, Callable[[Any], Any]] = {
    "source": lambda row: row[2], "consultant": lambda row: row[3], "series": lambda row: row[4],
    "month": lambda row: times.day_of(row[5]).replace(day=1),
}  # fmt: skip


# How long a lead stands ---------------------------------------------------------------------------
STOOD = """
SELECT stage, percentile_cont(0.5) WITHIN GROUP (ORDER BY until - at), count(DISTINCT lead_id)
  FROM (SELECT c.lead_id, c.stage, c.at, lead(c.at) OVER (PARTITION BY c.lead_id ORDER BY c.at, c.id) AS next_at,
               coalesce(lead(c.at) OVER (PARTITION BY c.lead_id ORDER BY c.at, c.id), l.closed_at, %(now)s) AS until
          FROM leads_stagechange c JOIN leads_lead l ON l.organisation_id = c.organisation_id AND l.id = c.lead_id
         WHERE c.organisation_id = %(org)s AND c.lead_id = ANY(%(leads)s)) stood
 GROUP BY stage
"""


def stood(actor: Actor, asked: Asked) -> dict[str, tuple[timedelta, int]]:
    """Stage → the median time that leads of the cohort stood or have been standing there, and how many did."""
    numbers = list(cohort(actor, asked).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(STOOD, {"org": actor.organisation_id, "leads": numbers, "now": times.now()})
        return {stage: (median, number) for stage, median, number in cursor.fetchall()}


def stood_at(rows: QuerySet[Lead], stage: str) -> QuerySet[Lead]:
    """Those who ever stood there, whatever came after."""
    found: QuerySet[Lead] = rows.filter(Exists(StageChange.objects.filter(lead=OuterRef("pk"), stage=stage)))
    return found


def losses(actor: Actor, asked: Asked) -> dict[str, int]:
    """Reason → how many of the cohort were lost for it, the most frequent first."""
    lost = cohort(actor, asked).filter(state=State.LOST)
    return dict(lost.values_list("loss").annotate(n=Count("pk")).order_by("-n", "loss"))


# What it cost -------------------------------------------------------------------------------------
def costs(actor: Actor, asked: Asked) -> dict[str, Decimal]:
    """Source → what it cost in the months that the period touches. Whole months: a part of one isn't guessed."""
    first, last = asked.first.replace(day=1), asked.last
    rows = SourceCost.objects.filter(organisation_id=actor.organisation_id, month__gte=first, month__lte=last)
    rows = rows.filter(source=asked.source) if asked.source else rows
    return dict(rows.values_list("source").annotate(total=Sum("amount")))


@dataclass(frozen=True)
class Price:
    """What a source cost, and how many leads and sales it brought."""

    source: str
    amount: Decimal
    leads: int
    sales: int


def whole_months(asked: Asked) -> tuple[date, date]:
    """The first and the last day of the months that a period touches."""
    return asked.first.replace(day=1), rules.month_of(asked.last)[1]


def prices(actor: Actor, asked: Asked) -> list[Price]:
    """The dearest source first. Cost and leads of the same whole months, those that the period touches, and of all of
    the store: a part of a month, a consultant or a series has no cost of its own. So it is for who sees all leads."""
    if not actor.may(Capability.SALES_VIEW_ALL):
        return []
    months = Asked(*whole_months(asked), source=asked.source)
    spent = costs(actor, months)
    rows = cohort(actor, months).filter(source__in=spent).order_by().values_list("source")
    counted = rows.annotate(n=Count("pk"), won=Count("pk", filter=Q(state=State.WON)))
    brought = {source: (number, won) for source, number, won in counted}
    found = [Price(source, amount, *brought.get(source, (0, 0))) for source, amount in spent.items()]
    return sorted(found, key=lambda one: -one.amount)


def costs_of_month(actor: Actor, month: date) -> dict[str, Decimal]:
    rows = SourceCost.objects.filter(organisation_id=actor.organisation_id, month=month)
    return dict(rows.values_list("source", "amount"))


# The forecast -------------------------------------------------------------------------------------
def chances(actor: Actor) -> dict[int, Chance]:
    """All open leads that have a probability."""
    rows = leads.visible(actor).filter(state=State.OPEN, probability__isnull=False)
    return {
        pk: Chance(probability or 0.0, grade, times.day_of(at), buys_by)
        for pk, probability, grade, at, buys_by in rows.values_list(
            "pk", "probability", "grade", "received_at", "buys_by"
        )
    }


def looked_for(actor: Actor, on: date) -> dict[int, Chance]:
    """The open leads of which the forecast of the month expects something."""
    _first, last = rules.month_of(on)
    return {pk: one for pk, one in chances(actor).items() if rules.falls_within(one, on, last)}


def won(rows: QuerySet[Lead], first: date, last: date) -> QuerySet[Lead]:
    """Those delivered from a day to a day, both included."""
    begun, over = times.start_of(first), times.start_of(last + timedelta(days=1))
    return rows.filter(state=State.WON, closed_at__gte=begun, closed_at__lt=over)


def won_in(actor: Actor, first: date, last: date) -> int:
    return won(leads.visible(actor), first, last).count()


@dataclass(frozen=True)
class Outlook:
    """This month as it looks today: delivered so far, and expected of the open leads."""

    month: date
    won: int
    expected: float
    counted: tuple[int, ...]  # the open leads

    @property
    def total(self) -> float:
        return self.won + self.expected


def outlook(actor: Actor, on: date) -> Outlook:
    first, last = rules.month_of(on)
    found = looked_for(actor, on)
    return Outlook(first, won_in(actor, first, on), rules.expected(found.values(), on, last), tuple(sorted(found)))


@dataclass(frozen=True)
class Proof:
    """A month that is over: what its first forecast said, and what came."""

    month: date
    made_on: date
    forecast: float
    actual: int

    @property
    def error(self) -> int | None:
        return rules.error(self.forecast, self.actual)


def proofs(actor: Actor, on: date, months: int = 6) -> list[Proof]:
    """The first forecast of each past month beside what was delivered in it, the newest first."""
    return [
        Proof(one.month, one.made_on, one.total, won_in(actor, *rules.month_of(one.month)))
        for one in first_forecasts(actor, on)[:months]
    ]


def first_forecasts(actor: Actor, on: date) -> QuerySet[Forecast]:
    """Of each month that is over, the newest first."""
    rows = Forecast.objects.filter(organisation_id=actor.organisation_id, month__lt=on.replace(day=1))
    found: QuerySet[Forecast] = rows.order_by("-month", "made_on").distinct("month")
    return found


def forecast(actor: Actor, rows: QuerySet[Lead], month: date) -> QuerySet[Lead]:
    """What a month is, or at its beginning was, expected of: what was delivered by then, and the open leads that were
    counted."""
    on = times.today()
    if month == on.replace(day=1):
        return rows.filter(pk__in=looked_for(actor, on))
    made = first_forecasts(actor, on).filter(month=month).first()
    if made is None:
        return rows.none()
    return rows.filter(pk__in=made.counted) | won(rows, month, made.made_on)
