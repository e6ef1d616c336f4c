"""What the worker does for leads: grades fall with silence, and chances follow what was counted."""

from __future__ import annotations

from qibu.kernel.jobs import app, each
from qibu.kernel.scoping import scope
from qibu.leads.services import grading, scoring
from qibu.network.models import Organisation
from qibu.network.services import actors


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
