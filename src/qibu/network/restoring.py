"""After a restore: acts on many rows and exports that were at work are stopped; whoever wants them begins them anew."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.kernel import restored, times
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments
from qibu.network.models import BatchAct, Export
from qibu.network.services.exports import path_of


def stop_what_was_at_work(actor: Actor, moments: Moments) -> Mapping[str, int]:
    acts = BatchAct.objects.filter(organisation_id=actor.organisation_id, state__in=BatchAct.AT_WORK)
    exports = Export.objects.filter(organisation_id=actor.organisation_id, state__in=Export.AT_WORK)
    return {
        "batches": acts.update(state=BatchAct.State.STOPPED, stop_asked=False, ended_at=times.now()),
        "exports": exports.update(state=Export.State.STOPPED, stop_asked=False),
        "lost": forget_lost_files(actor),
    }


def forget_lost_files(actor: Actor) -> int:
    """A spreadsheet that is not in the backup can't be fetched."""
    ready = Export.objects.filter(organisation_id=actor.organisation_id, state=Export.State.READY)
    lost = [export.pk for export in ready if not path_of(export).exists()]
    return Export.objects.filter(pk__in=lost).update(state=Export.State.GONE)


restored.settle("network.work", stop_what_was_at_work)
