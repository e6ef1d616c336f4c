"""After a restore: a sheet that was being let in is stopped; a person goes on with it."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.intake.models import LeadSheet
from qibu.kernel import restored
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments

State = LeadSheet.State


def stop_sheets(actor: Actor, moments: Moments) -> Mapping[str, int]:
    running = LeadSheet.objects.filter(organisation_id=actor.organisation_id, state=State.LOADING)
    return {"sheets": running.update(state=State.STOPPED, stop_asked=False)}


restored.settle("intake.sheets", stop_sheets)
