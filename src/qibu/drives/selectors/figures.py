"""How many drives there were, what came of them, car by car and person by person. Each number leads to its rows.

Conversion: of the leads with a drive that was done in the period, the share that was won since, or stands at an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from qibu.drives.models import Drive
from qibu.drives.selectors.drives import visible
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead

State = Drive.State
ORDERED = ("ordered", "delivered")
BOUGHT = Q(lead__state=Lead.State.WON) | Q(lead__stage__in=ORDERED)


@dataclass(frozen=True)
class Line:
    """`key` None: all together. `rate` in percent of leads that were driven."""

    key: int | None
    name: str
    booked: int
    done: int
    missed: int
    cancelled: int
    hours: Decimal
    km: int
    score: Decimal | None
    leads: int
    bought: int

    @property
    def rate(self) -> int | None:
        return round(100 * self.bought / self.leads) if self.leads else None

    @property
    def no_shows(self) -> int | None:
        """In percent of those whose time came."""
        due = self.done + self.missed
        return round(100 * self.missed / due) if due else None


@dataclass(frozen=True)
class Figures:
    total: Line
    cars: list[Line]
    people: list[Line]


def figures(actor: Actor, first: date, last: date) -> Figures:
    rows = visible(actor).filter(starts_at__gte=times.start_of(first), starts_at__lt=_after(last))
    (total,) = _lines(rows, None, ())
    cars = _lines(rows, "car_id", ("car__series", "car__plate"))
    people = _lines(rows, "consultant_id", ("consultant__name",))
    return Figures(total, cars, people)


def _after(last: date) -> datetime:
    return times.start_of(last + timedelta(days=1))


def _lines(rows: QuerySet[Drive], key: str | None, names: tuple[str, ...]) -> list[Line]:
    done = Q(state=State.DONE)
    counted = {
        "booked": Count("pk"), "done": Count("pk", filter=done),
        "missed": Count("pk", filter=Q(state=State.MISSED)), "cancelled": Count("pk", filter=Q(state=State.CANCELLED)),
        "out": Sum(ExpressionWrapper(F("back_at") - F("out_at"), DurationField()), filter=done),
        "km": Sum(F("back_km") - F("out_km"), filter=done), "score": Avg("feedbacks__average", filter=done),
        "leads": Count("lead_id", filter=done, distinct=True),
        "bought": Count("lead_id", filter=done & BOUGHT, distinct=True),
    }  # fmt: skip
    if key is None:
        found = rows.aggregate(**counted)
        return [_line(None, "", found)]
    grouped = rows.order_by().values(key, *names).annotate(**counted).order_by("-done", *names, key)
    return [_line(row[key], " ".join(filter(None, (row[name] for name in names))), row) for row in grouped]


def _line(key: int | None, name: str, row: dict[str, object]) -> Line:
    out, score = row["out"], row["score"]
    hours = Decimal(out.total_seconds()) / 3600 if isinstance(out, timedelta) else Decimal(0)
    numbers = {name: int(str(row[name] or 0)) for name in ("booked", "done", "missed", "cancelled", "leads", "bought")}
    return Line(
        key=key, name=name, hours=hours.quantize(Decimal("0.1")), km=int(str(row["km"] or 0)),
        score=None if score is None else Decimal(str(score)).quantize(Decimal("0.1")), **numbers,
    )  # fmt: skip
