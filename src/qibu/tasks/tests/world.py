"""People, customers and tasks of a store for the tests of this app."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from qibu.customers.models import ContactPoint, Customer
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors
from qibu.tasks.models import Task
from qibu.tasks.services import clocks

CHINA = times.ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def store(code: str = "S1") -> int:
    return Organisation.objects.create(code=code, name=f"恒通 {code}").pk


def person(organisation_id: int, name: str, *roles: str, signs_in: bool = True) -> Actor:
    user = User.objects.create(username=f"{name}{organisation_id}") if signs_in else None
    with scope(actors.system(organisation_id)):
        staff = Staff.objects.create(
            organisation_id=organisation_id, name=name, user=user, roles=list(roles) or ["service_advisor"]
        )
    return actors.of_staff(staff)


def customer(actor: Actor, name: str = "王建国", phones: tuple[str, ...] = ("13800005678",), **facts: Any) -> Customer:
    found = Customer.objects.create(organisation_id=actor.organisation_id, name=name, **facts)
    for index, number in enumerate(phones):
        ContactPoint.objects.create(
            organisation_id=actor.organisation_id,
            customer=found,
            value=number,
            masked=f"{number[:3]}****{number[-4:]}",
            hash=number[-11:].encode().ljust(16, b"0"),
            primary=index == 0,
        )
    return found


def task(actor: Actor, whom: Customer | None = None, *, clock: bool = True, **facts: Any) -> Task:
    now = times.now()
    values: dict[str, Any] = {
        "category": Task.Category.FOLLOW_UP,
        "kind": "visit.three_days",
        "title": "三日回访",
        "due_at": now + timedelta(hours=1),
        "shown_from": now - timedelta(hours=1),
        "assignee_id": actor.staff_id,
        **facts,
    }
    made = Task.objects.create(organisation_id=actor.organisation_id, customer=whom, **values)
    if clock and made.state == Task.State.OPEN:
        clocks.start(actor=actor, task=made, at=made.shown_from)
    return made
