"""A portfolio of ten thousand customers and twenty thousand tasks goes to three people and back, beside the bare
UPDATEs of the same rows in the same run. Started by `python -m benchmarks handover` in a home of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import django

CUSTOMERS, TASKS_EACH, WEIGHTS = 10_000, 2, (3, 2, 1)
BARE = (
    "UPDATE customers_customer SET advisor_id = %s, updated_at = now(), version = version + 1 WHERE advisor_id = %s",
    "UPDATE customers_customer SET seller_id = %s, updated_at = now(), version = version + 1 WHERE seller_id = %s",
    "UPDATE tasks_task SET assignee_id = %s, assigned_at = now() WHERE assignee_id = %s",
)
seconds: dict[str, float] = {}


class Back(Exception):
    """What was measured is taken back."""


@contextmanager
def timed(step: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - began


def main() -> None:
    django.setup()
    from django.db import connection

    from qibu.config.home import Home
    from qibu.config.postgres import Engine
    from qibu.kernel.scoping import scope
    from qibu.network.models import Organisation
    from qibu.network.services import actors, handovers
    from qibu.network.services.handovers import Plan

    with Engine(Home.from_environment()).used():
        actor = actors.system(Organisation.objects.get().pk)
        with scope(actor):
            giver, *takers = people(actor.organisation_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT kernel_analyse('customers_customer', 'tasks_task')")
        try:
            with scope(actor), connection.cursor() as cursor:
                with timed("bare UPDATEs"):
                    for statement in BARE:
                        cursor.execute(statement, [takers[0], giver])
                raise Back
        except Back:
            pass
        plan = Plan(dict(zip(takers, WEIGHTS, strict=True)))
        with scope(actor), timed("preview"):
            handovers.preview(actor=actor, giver_id=giver, plan=plan)
        with scope(actor), timed("hand over"):
            record = handovers.hand_over(actor=actor, giver_id=giver, plan=plan, reason="基准")
        with scope(actor), timed("undo"):
            handovers.undo(actor=actor, hand_over_id=record.pk)
        report(sum(record.moved.values()))


def people(organisation_id: int) -> list[int]:
    """The giver with all the work, and three who take it over."""
    from django.utils import timezone

    from qibu.customers.models import Customer
    from qibu.network.models import Staff
    from qibu.tasks.models import Task

    made = [Staff.objects.create(organisation_id=organisation_id, name=name).pk for name in "甲乙丙丁"]
    common = {"organisation_id": organisation_id}
    customers = Customer.objects.bulk_create(
        [Customer(**common, name=f"客户{n}", advisor_id=made[0], seller_id=made[0]) for n in range(CUSTOMERS)]
    )
    facts = {**common, "category": "due", "kind": "x", "title": "保养提醒", "assignee_id": made[0]}
    Task.objects.bulk_create(
        [Task(**facts, customer=one, due_at=timezone.now()) for one in customers for _n in range(TASKS_EACH)]
    )
    return made


def report(rows: int) -> None:
    print("| step | rows | seconds | ratio to the bare UPDATEs |\n|---|---|---|---|")
    for step, took in seconds.items():
        print(f"| {step} | {rows:,} | {took:.2f} | {took / seconds['bare UPDATEs']:.1f} × |")


if __name__ == "__main__":
    main()
