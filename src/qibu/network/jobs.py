"""Work of the background for the organisation itself: acts on many rows, exports of lists, forgetting what is over."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError

from qibu.kernel import sealing
from qibu.kernel.jobs import app, each
from qibu.network.models import Organisation
from qibu.network.services import actors, batches, chains, exports, once, resealing

log = logging.getLogger(__name__)


@app.task(name=batches.WORK)
def batch(organisation_id: int, act_id: int) -> None:
    actor = batches.actor_of(organisation_id, act_id)
    try:
        batches.work(actor=actor, act_id=act_id)
    except (InterfaceError, OperationalError):
        raise  # the database is gone: the act is taken up again when it is back
    except Exception:
        log.exception("act %s on many rows failed", act_id)
        batches.fail(actor=actor, act_id=act_id)


@app.task(name=exports.WORK)
def export(organisation_id: int, export_id: int) -> None:
    actor = exports.actor_of(organisation_id, export_id)
    try:
        if actor is None:
            exports.fail(organisation_id, export_id)
        else:
            exports.work(actor=actor, export_id=export_id)
    except (InterfaceError, OperationalError):
        raise  # the database is gone: it is begun anew when that is back
    except Exception:
        log.exception("export %s failed", export_id)
        exports.fail(organisation_id, export_id)


@app.task(name=resealing.WORK)
def reseal(number: int) -> None:
    """What was sealed with an older key, under the new one."""
    resealing.work(number)


@app.periodic(cron="* * * * *")
@app.task(name="qibu.network.jobs.take_up", queueing_lock="network-take-up", pass_context=False)
def take_up(timestamp: int) -> None:
    everywhere = list(Organisation.objects.values_list("pk", flat=True))
    each(everywhere, batches.take_up)
    each(everywhere, exports.take_up)
    resealing.take_up()


@app.periodic(cron="* * * * *")
@app.task(name="qibu.network.jobs.seal", queueing_lock="network-seal", pass_context=False)
def seal(timestamp: int) -> None:
    """What a store wrote in the last minute goes into its chain."""
    each(list(Organisation.objects.values_list("pk", flat=True)), lambda number: sealing.seal(actors.system(number)))


@app.task(name=chains.VERIFY)
def verify(organisation_id: int, staff_id: int | None = None) -> None:
    chains.work(actor=chains.actor_of(organisation_id, staff_id))


@app.periodic(cron="40 2 * * *")
@app.task(name="qibu.network.jobs.anchor", queueing_lock="network-anchor", pass_context=False)
def anchor(timestamp: int) -> None:
    """Each night the whole chain is reckoned anew, and the newest digest is kept outside the database."""
    everywhere = list(Organisation.objects.values_list("pk", flat=True))
    each(everywhere, lambda number: chains.verify(actor=actors.system(number)))
    each(everywhere, lambda number: chains.keep_anchor(actors.system(number)))


@app.periodic(cron="20 3 * * *")
@app.task(name="qibu.network.jobs.forget", queueing_lock="network-forget", pass_context=False)
def forget(timestamp: int) -> None:
    everywhere = list(Organisation.objects.values_list("pk", flat=True))
    each(everywhere, batches.forget)
    each(everywhere, exports.forget)
    each(everywhere, once.forget)
    resealing.tend()
