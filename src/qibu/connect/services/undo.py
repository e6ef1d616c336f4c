"""Taking a load back (B5): only what is unchanged since goes; the rest stays and is listed with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from qibu.connect.models import Difference, Import
from qibu.connect.services.loading.sql import Load
from qibu.connect.services.undoing import judging, removing, restoring
from qibu.contracts.connect import ImportUndone
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

KINDS = ("customer", "vehicle", "visit", "staff")


class NotLoaded(Exception):
    """There is nothing to take back."""


@dataclass(frozen=True)
class Outlook:
    """What would go, what would go back, what would stay and why."""

    removed: dict[str, int]
    restored: int
    kept: list[dict[str, Any]]  # kind, reason, number

    @property
    def counts(self) -> dict[str, Any]:
        return {"removed": sum(self.removed.values()), "kept": sum(one["number"] for one in self.kept)}


def outlook(*, actor: Actor, import_id: int) -> Outlook:
    """What undoing would do now; changes nothing."""
    actor.require(Capability.IMPORT)
    load = Load(actor, import_id)
    judging.judge(load)
    restoring.compare(load)
    return _outlook(load)


def undo(*, actor: Actor, import_id: int) -> Outlook:
    """In one transaction; other loads of the store wait."""
    actor.require(Capability.IMPORT)
    load = Load(actor, import_id)
    load.lock()
    one = Import.objects.select_for_update().get(pk=import_id)
    if one.state not in (Import.State.LOADED, Import.State.UNDOING):
        raise NotLoaded
    judging.judge(load)
    restoring.compare(load)
    found = _outlook(load)
    load.run("CREATE TEMPORARY TABLE batch ON COMMIT DROP AS " + _BATCH)
    removing.remove(load, _("导入已撤销"))
    restoring.restore(load)
    _retract(load)
    _settle(one, found, load)
    return found


def _outlook(load: Load) -> Outlook:
    removed = {kind: load.value(f"SELECT count(*) FROM gone_{kind}") for kind in KINDS}  # noqa: S608
    kept = load.rows("SELECT kind, reason, count(*) FROM kept GROUP BY 1, 2 ORDER BY 1, 2")
    restored = load.value("SELECT count(DISTINCT (kind, id)) FROM standing WHERE stands")
    return Outlook(removed, restored, [{"kind": k, "reason": r, "number": n} for k, r, n in kept])


# Entries of the load about rows that stay, stay on the time line.
_BATCH = """
    SELECT e.id, e.type, e.at, e.customer_id, e.vehicle_id, e.subject_id FROM kernel_entry e
    WHERE e.organisation_id = %(org)s AND e.batch_id = %(import)s AND e.retracts_id IS NULL
      AND NOT EXISTS (
        SELECT FROM kept k WHERE (k.kind, k.id) = (CASE split_part(e.type, '.', 1)
          WHEN 'customers' THEN 'customer' WHEN 'vehicles' THEN 'vehicle' WHEN 'aftersales' THEN 'visit' END,
          CASE split_part(e.type, '.', 1) WHEN 'vehicles' THEN e.vehicle_id ELSE e.subject_id END))
      AND (e.type <> 'network.StaffJoined' OR e.subject_id IN (SELECT id FROM gone_staff))
"""


def _retract(load: Load) -> None:
    """Each entry of the load is followed by one that names it; readers and the time line look for that."""
    load.run(
        """
        INSERT INTO kernel_entry (organisation_id, type, actor_id, batch_id, retracts_id, customer_id, vehicle_id,
                                  subject_id, data)
        SELECT %(org)s, type, %(staff)s, %(import)s, id, customer_id, vehicle_id, subject_id, '{}'
        FROM batch ORDER BY id
        """
    )


def _settle(one: Import, found: Outlook, load: Load) -> None:
    counts = found.counts | {
        "by_kind": found.removed, "restored": found.restored, "kept_by_reason": found.kept,
        "tasks_cancelled": load.counts["tasks"],
    }  # fmt: skip
    counts["kept_rows"] = _kept_rows(load)
    Difference.objects.filter(source_id=one.pk).delete()
    Import.objects.filter(pk=one.pk).update(
        state=Import.State.UNDONE, undone_at=times.now(), undo_counts=counts, stop_asked=False, error={}
    )
    event = ImportUndone(
        subject_id=one.pk, kind=one.kind, file_name=one.file_name, removed=counts["removed"], kept=counts["kept"]
    )
    journal.record(event, actor=load.actor)


def _kept_rows(load: Load) -> list[list[Any]]:
    """The first of what stays, for the list on the page."""
    return [list(row) for row in load.rows("SELECT kind, id, reason FROM kept ORDER BY kind, id LIMIT 500")]
