"""A store that sells, with demonstration cars and leads, for the tests of this app."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from qibu.drives.models import DemoCar, Drive, Route
from qibu.drives.services import bookings, driving, fleet
from qibu.drives.services.driving import Shown
from qibu.drives.services.planning import Plan
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, receiving
from qibu.leads.tests.world import caller, received
from qibu.tasks.models import WorkCalendar
from qibu.tasks.tests.world import person, store

__all__ = ["at", "car", "driven", "lead_of", "person", "plan", "ready", "route", "store", "team"]
STROKES = "[[[10, 10], [200, 200], [400, 40]], [[500, 100], [700, 300]]]"
LICENCE = Shown(driver="方雅雯", licence_class="C1", issued_on=date(2019, 5, 1), expires_on=date(2035, 5, 1))
OPEN = [["08:30", "12:00"], ["13:00", "18:00"]]


def team() -> tuple[Actor, Actor, Actor]:
    """Manager, and two who sell. The store is open every day, with a lunch break."""
    number = store()
    people = (
        person(number, "郭亮", "sales_manager"), person(number, "李思远", "sales_consultant"),
        person(number, "孙梅", "sales_consultant"),
    )  # fmt: skip
    with scope(people[0]):
        WorkCalendar.objects.create(organisation_id=number, hours={str(day): OPEN for day in range(1, 8)})
    return people


def car(manager: Actor, plate: str = "皖B1QB01", **facts: Any) -> DemoCar:
    told = {"series": "追光", "plate": plate, "insured_until": times.today() + timedelta(days=200), "mileage": 1200}
    return fleet.add_car(actor=manager, facts={**told, **facts})


def route(manager: Actor, name: str = "城东环线", **facts: Any) -> Route:
    return fleet.add_route(actor=manager, facts={"name": name, "km": 6, "minutes": 25, **facts})


def lead_of(seller: Actor, phone: str = "13855530001", name: str = "方雅雯") -> Lead:
    found = receiving.receive(actor=seller, received=received(caller(name, phone))).lead
    if found.consultant_id != seller.staff_id:
        allocating.move(seller, found, seller.staff_id, Reason.GIVEN)
    return Lead.objects.select_related("customer", "next_task").get(pk=found.pk)


def at(hour: int = 10, minute: int = 0, days: int = 3) -> datetime:
    return times.at_time(times.today() + timedelta(days=days), time(hour, minute))


def plan(what: DemoCar, who: Actor, starts_at: datetime | None = None, **more: Any) -> Plan:
    values: dict[str, Any] = {"starts_at": starts_at or at(), "minutes": 30, **more}
    return Plan(car_id=what.pk, consultant_id=who.staff_id or 0, **values)


def ready(actor: Actor, drive: Drive) -> None:
    """Licence seen, agreement signed."""
    driving.see_licence(actor=actor, drive_id=drive.pk, shown=LICENCE)
    driving.sign(actor=actor, drive_id=drive.pk, strokes=STROKES)


def driven(actor: Actor, what: DemoCar, **back: Any) -> Drive:
    drive = bookings.book(actor=actor, lead_id=lead_of(actor).pk, plan=plan(what, actor))
    ready(actor, drive)
    driving.leave(actor=actor, drive_id=drive.pk, km=1200)
    return driving.come_back(actor=actor, drive_id=drive.pk, **{"km": 1208, **back})
