"""Cars in stock, and where each stands: that follows from its days and from the order that holds it."""

from __future__ import annotations

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.http import Http404

from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.orders.models import Order, StockCar
from qibu.orders.rules import State

Standing = StockCar.Standing


def stock(actor: Actor) -> QuerySet[StockCar]:
    """All cars, each with `standing` and the order that holds it (`holder`, `holder_number`)."""
    rows: QuerySet[StockCar] = StockCar.objects.all()
    if not (actor.may(Capability.SALES_VIEW) or actor.may(Capability.SALES_MANAGE)):
        return rows.none()
    held = Order.objects.filter(car_id=OuterRef("pk")).exclude(state=State.CANCELLED)
    return rows.annotate(
        holder=Subquery(held.values("pk")[:1]), holder_number=Subquery(held.values("number")[:1]),
    ).annotate(standing=_standing())  # fmt: skip


def _standing() -> Case:
    return Case(
        When(left_why=StockCar.Leaving.SOLD, then=Value(Standing.SOLD)),
        When(left_on__isnull=False, then=Value(Standing.GONE)),
        When(holder__isnull=False, then=Value(Standing.RESERVED)),
        When(arrived_on__isnull=False, then=Value(Standing.IN_STOCK)),
        default=Value(Standing.EXPECTED), output_field=TextField(),
    )  # fmt: skip


def stock_car_or_404(actor: Actor, car_id: int, *, lock: bool = False) -> StockCar:
    rows = stock(actor).filter(pk=car_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise Http404
    return found


def holder_of(car: StockCar) -> str:
    """The number of the order that holds a car, or nothing. Asked anew: what a row was annotated with may have been
    read before the lock was waited for."""
    held = Order.objects.filter(car=car).exclude(state=State.CANCELLED)
    return held.values_list("number", flat=True).first() or ""


def allocable(actor: Actor, order: Order) -> QuerySet[StockCar]:
    """Free cars that are what was ordered: those that are there first, the longest standing first."""
    rows = stock(actor).filter(Q(standing__in=[Standing.IN_STOCK, Standing.EXPECTED]))
    wanted = Q(model_code=order.model_code) if order.model_code else Q(series=order.series)
    there_first = (F(name).asc(nulls_last=True) for name in ("arrived_on", "expected_on"))
    return rows.filter(wanted).order_by(*there_first, "pk")
