"""What the worker does for leads: once a minute those that nobody answers, once a night those that nobody speaks to;
in the morning grades fall with silence, and chances follow what was counted."""

from __future__ import annotations

from django.db import connection

from qibu.kernel import times
from qibu.kernel.jobs import app, each
from qibu.kernel.scoping import scope
from qibu.leads.services import grading, scoring, silence
from qibu.network.models import Organisation
from qibu.network.services import actors


@app.periodic(cron="* * * * *")
@app.task(name="leads.sweep", queueing_lock="leads.sweep", pass_context=False)
def sweep(timestamp: int) -> int:
    """Each organisation in a scope of its own; gives how many leads changed hands."""
    now, moved = times.now(), list[int]()

    def look(organisation_id: int) -> None:
        with scope(actors.system(organisation_id)) as actor:
            done = silence.sweep(actor=actor, now=now)
        moved.append(done.passed_on + done.pooled)

    each(organisations_with_silence(), look)
    return sum(moved)


@app.periodic(cron="10 4 * * *")
@app.task(name="leads.quiet", queueing_lock="leads.quiet", pass_context=False)
def quiet(timestamp: int) -> int:
    """Piece by piece, each in a transaction of its own: a lead that is in the pool is not found again."""
    now, pooled = times.now(), list[int]()

    def look(organisation_id: int) -> None:
        while True:
            with scope(actors.system(organisation_id)) as actor:
                done = silence.give_back_quiet(actor=actor, now=now)
            pooled.append(done)
            if not done:
                return

    each(list(Organisation.objects.values_list("pk", flat=True)), look)
    return sum(pooled)


def organisations_with_silence() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM leads_organisations_with_silence(%s)", [times.now()])
        return [number for (number,) in cursor.fetchall()]


@app.task(name=scoring.RESCORE)
def rescore(organisation_id: int) -> None:
    with scope(actors.system(organisation_id)) as actor:
        scoring.rescore(actor)


@app.periodic(cron="20 21 * * *")  # 05:20 in China, before anybody comes
@app.task(name="leads.morning", queueing_lock="leads.morning", pass_context=False)
def morning(timestamp: int) -> None:
    """Leads whose silence or whose day of purchase changes their grade today."""

    def look(organisation_id: int) -> None:
        with scope(actors.system(organisation_id)) as actor:
            grading.regrade_all(actor)
            scoring.rescore(actor)

    each(Organisation.objects.order_by("pk").values_list("pk", flat=True), look)
