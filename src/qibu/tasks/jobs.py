"""What the worker does for tasks: once a minute it looks at the clocks that have something due."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.services import actors
from qibu.tasks.services import ladder


@app.periodic(cron="* * * * *")
@app.task(name="tasks.sweep", queueing_lock="tasks.sweep", pass_context=False)
def sweep_clocks(timestamp: int) -> int:
    """Each organisation in a scope of its own; gives the number of breaches and escalations."""
    now = times.now()
    total = 0
    for organisation_id in organisations_with_due_clocks():
        actor = actors.system(organisation_id)
        with scope(actor):
            done = ladder.sweep(actor=actor, now=now)
        total += done.breached + len(done.escalations)
    return total


def organisations_with_due_clocks() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tasks_organisations_with_due_clocks(%s)", [times.now()])
        return [number for (number,) in cursor.fetchall()]
