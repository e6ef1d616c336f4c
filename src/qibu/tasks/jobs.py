"""What the worker does for tasks: once a minute it looks at the clocks that have something due."""

from __future__ import annotations

from django.db import connection

from qibu.kernel import times
from qibu.kernel.jobs import app, each
from qibu.kernel.scoping import scope
from qibu.network.services import actors
from qibu.tasks.services import ladder, ladders


@app.periodic(cron="* * * * *")
@app.task(name="tasks.sweep", queueing_lock="tasks.sweep", pass_context=False)
def sweep_clocks(timestamp: int) -> int:
    """Each organisation in a scope of its own; gives the number of breaches and escalations."""
    now, totals = times.now(), list[int]()

    def sweep(organisation_id: int) -> None:
        with scope(actors.system(organisation_id)) as actor:
            done = ladder.sweep(actor=actor, now=now)
        totals.append(done.breached + len(done.escalations))

    each(organisations_with_due_clocks(), sweep)
    return sum(totals)


@app.task(name=ladders.LOOK_AGAIN)
def look_again(organisation_id: int, kind: str) -> None:
    """A ladder changed above this organisation."""
    with scope(actors.system(organisation_id)) as actor:
        ladder.look_again(actor=actor, kind=kind, now=times.now())


def organisations_with_due_clocks() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tasks_organisations_with_due_clocks(%s)", [times.now()])
        return [number for (number,) in cursor.fetchall()]
