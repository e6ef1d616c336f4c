"""Once a day the forecast of the month is kept."""

from __future__ import annotations

from qibu.funnel.services import forecasts
from qibu.kernel import times
from qibu.kernel.jobs import app, each
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.rules import ABOVE_STORES
from qibu.network.services import actors


@app.periodic(cron="30 * * * *")  # a computer that sleeps at night is asked in the morning
@app.task(name="funnel.forecasts", queueing_lock="funnel.forecasts", pass_context=False)
def keep_forecasts(timestamp: int) -> None:
    """Each store in a scope of its own; the first word of a day stays."""

    def keep(organisation_id: int) -> None:
        with scope(actors.system(organisation_id)) as actor:
            forecasts.keep(actor=actor, on=times.today())

    stores = Organisation.objects.exclude(kind__in=ABOVE_STORES).order_by("pk")
    each(stores.values_list("pk", flat=True), keep)
