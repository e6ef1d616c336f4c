"""Sequences are planned in the background, every hour of the day: what is planned already is not planned again."""

from __future__ import annotations

from datetime import time

from qibu.kernel import relay, times
from qibu.kernel.jobs import app, each
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.nurturing.services import planning
from qibu.nurturing.services.planning import Planned

MORNING, EVENING = time(7), time(17)


@app.periodic(cron="25 * * * *")
@app.task(name="qibu.nurturing.jobs.plan_all", queueing_lock="nurturing-plan-all", pass_context=False)
def plan_all(timestamp: int) -> None:
    if MORNING <= times.now().astimezone(times.ZONE).time() < EVENING:
        each(Organisation.objects.values_list("pk", flat=True), plan_day)


def plan_day(organisation_id: int) -> Planned:
    """Today, for one organisation, each in transactions of its own."""
    actor = actors.system(organisation_id)
    relay.catch_up(actor)
    return planning.plan(actor=actor, on=times.today())
