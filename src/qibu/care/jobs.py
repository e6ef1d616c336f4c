"""Planning in the background: every hour from six in the morning, and after data was loaded or a plan changed."""

from __future__ import annotations

from datetime import time

from qibu.care.services import dues, planner
from qibu.care.services.planner import Planned
from qibu.kernel import relay, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import app, each
from qibu.network.models import Organisation
from qibu.network.services import actors

MORNING = time(6)


@app.periodic(cron="5 * * * *")
@app.task(name="qibu.care.jobs.plan_all", queueing_lock="care-plan-all", pass_context=False)
def plan_all(timestamp: int) -> None:
    if times.now().astimezone(times.ZONE).time() < MORNING:
        return
    each(Organisation.objects.values_list("pk", flat=True), plan_day)


@app.task(name="qibu.care.jobs.plan_day")
def plan_day(organisation_id: int) -> None:
    """Today, for one organisation; whoever loads data or changes a plan asks for it."""
    catch_up_and_plan(actors.system(organisation_id))


@app.task(name="qibu.care.jobs.reckon_all")
def reckon_all(organisation_id: int) -> None:
    """Every car of one organisation, since the intervals changed; then the day is planned by the new days."""
    actor = actors.system(organisation_id)
    dues.refresh_all(actor=actor)
    catch_up_and_plan(actor)


def catch_up_and_plan(actor: Actor) -> Planned:
    relay.catch_up(actor)
    return planner.plan(actor=actor, on=times.today())
