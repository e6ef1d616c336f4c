"""What people may read of cars. Every read starts from `visible`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.distinct import values_of
from qibu.network.rules import Capability
from qibu.vehicles import extras
from qibu.vehicles.models import Ownership, Policy, Reading, Vehicle
from qibu.vehicles.rules import shows_person

Role = Ownership.Role
READINGS_SHOWN = 12
LAPSED = timedelta(days=60)


def visible(actor: Actor) -> QuerySet[Vehicle]:
    """A car is visible when one of its living parties is, or when it has none."""
    rows: QuerySet[Vehicle] = Vehicle.objects.defer("sheet")
    if actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return rows
    if not actor.may(Capability.CUSTOMERS_VIEW):
        return rows.none()
    living = Ownership.objects.filter(vehicle_id=OuterRef("pk"), until__isnull=True)
    seen = living.filter(customer_id__in=customers.visible(actor).values("pk"))
    return rows.filter(Exists(seen) | ~Exists(living))


def car_or_404(actor: Actor, vehicle_id: int, *, lock: bool = False) -> Vehicle:
    """Hidden and missing cars look the same. `lock` keeps others from changing it until the act is done."""
    actor.require(Capability.CUSTOMERS_VIEW)
    rows = visible(actor).filter(pk=vehicle_id)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise Http404
    return found


def owner_id_of(vehicle_id: int) -> int | None:
    """The living owner."""
    rows = Ownership.objects.filter(vehicle_id=vehicle_id, role=Role.OWNER, until__isnull=True)
    found: int | None = rows.values_list("customer_id", flat=True).first()
    return found


def owner_id_on(vehicle_id: int, day: date) -> int | None:
    """Who owned the car on a day; the oldest part counts as begun when its start is unknown."""
    rows = Ownership.objects.filter(vehicle_id=vehicle_id, role=Role.OWNER)
    rows = rows.filter(Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gt=day))
    found: int | None = rows.order_by("-since", "-pk").values_list("customer_id", flat=True).first()
    return found if found is not None else owner_id_of(vehicle_id)


def masked_vin(vin: str | None) -> str:
    """As it is shown: LVVDB21B****1842."""
    return f"{vin[:8]}****{vin[-4:]}" if vin and len(vin) > 12 else vin or ""


@dataclass(frozen=True)
class Cover:
    """The policies of one car that end on the same day, as people speak of them: 交强险、商业险."""

    names: str
    ends_on: date

    @property
    def lapsed(self) -> bool:
        """Long over: nobody counts the days any more."""
        return self.ends_on < times.today() - LAPSED


@dataclass
class Car:
    """A car as a card shows it."""

    vehicle: Vehicle
    roles: list[str] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    lines: list[extras.Line] = field(default_factory=list)

    @property
    def title(self) -> str:
        return title_of(self.vehicle)

    @property
    def vin(self) -> str:
        return masked_vin(self.vehicle.vin)


def title_of(vehicle: Vehicle) -> str:
    """Series and model without saying the series twice."""
    series, model = vehicle.series or vehicle.brand, vehicle.model
    return model if series and model.startswith(series) else f"{series} {model}".strip()


def cars_of(actor: Actor, customer_id: int) -> list[Car]:
    """The cars a customer has a living part in: owned ones first, the newest purchase first."""
    customers.customer_or_404(actor, customer_id)
    parts = Ownership.objects.filter(customer_id=customer_id, until__isnull=True).select_related("vehicle")
    cars: dict[int, Car] = {}
    for part in sorted(parts, key=_owned_and_newest_first):
        car = cars.setdefault(part.vehicle_id, Car(part.vehicle))
        car.roles.append(part.get_role_display())
    return furnished(actor, cars)


def furnished(actor: Actor, cars: dict[int, Car]) -> list[Car]:
    """With the cover and the lines of other apps, each in one query for all."""
    covers, lines = covers_of(cars), extras.lines_of(actor, list(cars)) if cars else {}
    for vehicle_id, car in cars.items():
        car.lines = lines.get(vehicle_id, [])
        # The planner's line says the same, with the insurer; it may stand for another day until it plans anew.
        said = {line.due for line in car.lines} | {str(line.label) for line in car.lines}
        car.covers = [cover for cover in covers.get(vehicle_id, []) if not {cover.ends_on, cover.names} & said]
    return list(cars.values())


def _owned_and_newest_first(part: Ownership) -> tuple[bool, int, int]:
    bought = part.vehicle.purchased_on
    return part.role != Role.OWNER, -bought.toordinal() if bought else 0, part.pk


def covers_of(vehicle_ids: Iterable[int]) -> dict[int, list[Cover]]:
    """The newest policy of each kind; those that end together are one line. One that doesn't say its kind only
    counts while no other ends as late."""
    rows = Policy.objects.filter(vehicle_id__in=list(vehicle_ids)).order_by("vehicle_id", "kind", "-ends_on")
    ends: dict[int, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for policy in rows.distinct("vehicle_id", "kind"):  # the unknown kind comes last
        days = ends[policy.vehicle_id]
        if policy.kind != Policy.Kind.UNKNOWN or all(day < policy.ends_on for day in days):
            days[policy.ends_on].append(policy.get_kind_display())
    return {
        vehicle_id: [Cover(_("、").join(names), day) for day, names in sorted(days.items())]
        for vehicle_id, days in ends.items()
    }


@dataclass(frozen=True)
class Part:
    """A part in a car. `customer` is empty where the reader may not see them, or where they have none today."""

    id: int
    role: str
    role_label: str
    since: date | None
    until: date | None
    customer_id: int
    customer: Customer | None
    transfer: int | None = None  # the one that ended it
    how: str = ""
    ends_on: date | None = None

    @property
    def living(self) -> bool:
        return self.until is None

    @property
    def name(self) -> str:
        if self.customer:
            return str(self.customer)
        if self.living:
            return _("由其他同事负责的客户")
        return _("前任车主") if self.role == Role.OWNER else _("以前的{role}").format(role=self.role_label)


def parts_of(actor: Actor, vehicle_id: int) -> list[Part]:
    """Living ones first, then the past, the latest first; whoever has none today is not named. Two queries."""
    parts = Ownership.objects.filter(vehicle_id=vehicle_id).select_related("ended_by")
    rows = list(parts.order_by("-since", "-pk"))
    present = {row.customer_id for row in rows if row.until is None}
    told = [row.customer_id for row in rows if shows_person(row.customer_id, present)]
    seen = customers.visible(actor).select_related("advisor").in_bulk(told)
    found = [
        Part(
            row.pk, row.role, row.get_role_display(), row.since, row.until, row.customer_id,
            seen.get(row.customer_id),
            row.ended_by_id, row.ended_by.get_reason_display() if row.ended_by else "",
            row.ends_on,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda part: (not part.living, part.living and part.role != Role.OWNER))


def policies_of(vehicle_id: int) -> QuerySet[Policy]:
    rows: QuerySet[Policy] = Policy.objects.filter(vehicle_id=vehicle_id)
    return rows.order_by("-ends_on", "kind")


def readings_of(vehicle_id: int) -> list[Reading]:
    rows = Reading.objects.filter(vehicle_id=vehicle_id).order_by("-on", "-pk")
    return list(rows[:READINGS_SHOWN])


def find(actor: Actor, text: str, limit: int = 8) -> list[Vehicle]:
    """Cars by plate, VIN, or the name or number of somebody who has a part in them."""
    found = customers.search(actor, text, limit)
    named = [int(one.source.partition(":")[2]) for one in found if one.source.startswith("vehicle:")]
    others = [one.id for one in found if not one.source.startswith("vehicle:")]
    exact = text.strip().upper().replace("·", "")
    rows = visible(actor).filter(
        Q(pk__in=named) | Q(plate=exact) | Q(vin=exact) | Q(pk__in=_cars_with(others))
    )
    return list(rows.order_by("-mileage_on", "pk")[:limit]) if text.strip() else []


def _cars_with(customer_ids: list[int]) -> QuerySet[Any]:
    living = Ownership.objects.filter(customer_id__in=customer_ids, until__isnull=True)
    return living.values("vehicle_id")


def owners_of(actor: Actor, vehicle_ids: Iterable[int]) -> dict[int, Customer]:
    """The living owner of each car, as far as the reader may see them. Two queries."""
    rows = Ownership.objects.filter(vehicle_id__in=list(vehicle_ids), role=Role.OWNER, until__isnull=True)
    owners = dict(rows.values_list("vehicle_id", "customer_id"))
    seen = customers.visible(actor).in_bulk(list(owners.values()))
    return {car: seen[who] for car, who in owners.items() if who in seen}


def plates_of(actor: Actor, vehicle_ids: list[int]) -> dict[int, str]:
    """What a search shows as the match: the plate, else the masked VIN."""
    rows = Vehicle.objects.filter(pk__in=vehicle_ids).values_list("pk", "plate", "vin")
    return {pk: plate or masked_vin(vin) for pk, plate, vin in rows}


def fleets_of(actor: Actor, customer_ids: list[int]) -> dict[int, list[Vehicle]]:
    """Owned cars of a page of customers, the newest purchase first."""
    living = Ownership.objects.filter(customer_id__in=customer_ids, role=Role.OWNER, until__isnull=True)
    found: dict[int, list[Vehicle]] = defaultdict(list)
    for part in living.select_related("vehicle").order_by("-vehicle__purchased_on", "pk"):
        found[part.customer_id].append(part.vehicle)
    return found


def series_choices(actor: Actor) -> list[tuple[str, str]]:
    return [(series, series) for series in values_of(Vehicle, "series")]



def policy_or_404(vehicle_id: int, policy_id: int) -> Policy:
    """Of a car that the reader was found to see."""
    found = policies_of(vehicle_id).filter(pk=policy_id).first()
    if found is None:
        raise Http404
    return found


def living_part_or_404(actor: Actor, vehicle_id: int, ownership_id: int) -> Part:
    for part in parts_of(actor, vehicle_id):
        if part.id == ownership_id and part.living:
            return part
    raise Http404
