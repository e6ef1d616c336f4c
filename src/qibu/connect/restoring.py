"""After a restore: a load that was at work is said to be interrupted; a person begins the step anew."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.connect.models import Import
from qibu.connect.services import steps
from qibu.kernel import restored
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments


def interrupt(actor: Actor, moments: Moments) -> Mapping[str, int]:
    running = list(Import.objects.filter(organisation_id=actor.organisation_id, state__in=Import.RUNNING))
    for one in running:
        steps.settle(one, Import.State.FAILED, error={"code": "interrupted", "facts": {}})
    return {"imports": len(running)}


restored.settle("connect.loads", interrupt)
