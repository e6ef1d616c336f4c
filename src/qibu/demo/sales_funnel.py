"""What sources of leads cost a store of the demo, month by month, and what it expected of each month at first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.sales_stories import QUARTER
from qibu.demo.shop import Shop, at
from qibu.funnel import rules, selectors
from qibu.funnel.models import Forecast
from qibu.funnel.rules import Chance
from qibu.funnel.services import costs
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, StageChange

# Yuan for a lead, as stores in towns of this size pay; what brings people by itself costs nothing.
PRICES = {
    "vertical": 190, "short-video": 120, "website": 60, "form": 45, "exhibition": 260, "call-in": 25, "referral": 300,
    "wechat": 20, "partner": 150, "search": 140,
}  # fmt: skip
STEP = 100  # bills are round


def plant(shop: Shop, now: datetime) -> None:
    months = list(_months(times.day_of(now)))
    with scope(shop.system):
        brought = _brought(months[0])
        Forecast.objects.bulk_create(_forecasts(shop, months))
    boss = shop.one(Role.SALES_MANAGER)
    for month in months:
        written = min(now, at(rules.month_of(month)[1], 17, 50))
        with told(written), scope(boss):
            costs.write(actor=boss, month=month, amounts=_bills(shop, month, brought))


def _months(today: date) -> Iterator[date]:
    """Those of the quarter, whole ones and this one."""
    first = rules.month_of(today - timedelta(days=QUARTER))[1] + timedelta(days=1)
    while first <= today:
        yield first
        first = rules.month_of(first)[1] + timedelta(days=1)


def _brought(since: date) -> dict[tuple[date, str], int]:
    rows = Lead.objects.filter(received_at__gte=times.start_of(since)).order_by()
    counted = rows.annotate(month=TruncMonth("received_at", tzinfo=times.ZONE)).values_list("month", "source")
    return {(month.date(), source): number for month, source, number in counted.annotate(n=Count("pk"))}


def _bills(shop: Shop, month: date, brought: dict[tuple[date, str], int]) -> dict[str, Decimal]:
    """Some months bring more for their money than others."""
    rng, found = shop.dice("costs", month), dict[str, Decimal]()
    for source, price in PRICES.items():
        amount = brought.get((month, source), 0) * price * rng.uniform(0.75, 1.3)
        found[source] = Decimal(round(amount / STEP) * STEP)
    return found


# What was expected ------------------------------------------------------------------------------
def _forecasts(shop: Shop, months: list[date]) -> Iterator[Forecast]:
    """By the product's rule, from what was known on the first day of each month."""
    rows = list(Lead.objects.exclude(state=Lead.State.INVALID))
    judged = _judged()
    for month in months:
        open_then = {row.pk: _chance(row, month, judged) for row in rows if _open_on(row, month)}
        last = rules.month_of(month)[1]
        counted = {pk: one for pk, one in open_then.items() if rules.falls_within(one, month, last)}
        yield Forecast(
            organisation_id=shop.system.organisation_id, month=month, made_on=month,
            won=selectors.won_in(shop.system, month, month), expected=rules.expected(counted.values(), month, last),
            leads=len(counted), counted=sorted(counted),
        )  # fmt: skip


def _judged() -> dict[int, list[tuple[datetime, float]]]:
    """Lead → when which chance was given to it, in the order of time."""
    found: dict[int, list[tuple[datetime, float]]] = {}
    rows: Any = StageChange.objects.filter(probability__isnull=False).order_by("at", "pk")
    for lead_id, moment, probability in rows.values_list("lead_id", "at", "probability"):
        found.setdefault(lead_id, []).append((moment, probability))
    return found


def _open_on(lead: Lead, day: date) -> bool:
    begun = times.start_of(day)
    return lead.received_at < begun and (lead.closed_at is None or lead.closed_at > begun)


def _chance(lead: Lead, day: date, judged: dict[int, list[tuple[datetime, float]]]) -> Chance:
    given = [probability for moment, probability in judged.get(lead.pk, []) if moment < times.start_of(day)]
    return Chance(given[-1] if given else 0.0, lead.grade, times.day_of(lead.received_at), lead.buys_by)
