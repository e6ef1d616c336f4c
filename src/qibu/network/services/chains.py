"""The chain over the journal, as an auditor asks for it: reckoned anew, its newest digest kept outside the database.

Anchors lie one a line in `files/audit/anchors.jsonl`, which is in the backup but not in the database; the log has them,
too.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from qibu.contracts.network import AuditVerified
from qibu.kernel import journal, sealing, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import app
from qibu.kernel.scoping import scope
from qibu.kernel.sealing import Anchor
from qibu.network.models import Staff, Verification
from qibu.network.rules import Capability
from qibu.network.services import actors

VERIFY = "qibu.network.jobs.verify"
OFTEN = 0.5  # seconds between two words on how far it is
log = logging.getLogger(__name__)


class Stopped(Exception):
    """Somebody asked to stop: nothing was found, neither good nor bad."""


@dataclass(frozen=True)
class Finding:
    """What a verification found; `broken` is empty when all is well."""

    entries: int
    waiting: int
    broken: str
    entry_id: int
    position: int
    anchors: int
    anchor: Anchor | None


def ask(*, actor: Actor) -> None:
    """Have the chain reckoned anew in the background; asked twice it is done once."""
    actor.require(Capability.AUDIT_VIEW)
    if waiting(actor.organisation_id):
        _mine(actor).update(stop_asked=False)
        return
    fresh = {"done": 0, "total": 0, "stop_asked": False, "stopped_at": None}
    Verification.objects.update_or_create(organisation_id=actor.organisation_id, defaults=fresh)
    task = app.configure_task(VERIFY, queueing_lock=f"{VERIFY}:{actor.organisation_id}")
    job = task.make_new_job(organisation_id=actor.organisation_id, staff_id=actor.staff_id)
    app.job_manager.batch_defer_jobs([job])


def stop(*, actor: Actor) -> None:
    """The one that was asked for ends with its present piece, and says nothing of the chain."""
    actor.require(Capability.AUDIT_VIEW)
    _mine(actor).update(stop_asked=True)


def work(*, actor: Actor) -> None:
    """The one that was asked for, telling how far it is. Not in a scope."""
    try:
        verify(actor=actor, report=_told(actor))
    except Stopped:
        with scope(actor):
            _mine(actor).update(stop_asked=False, stopped_at=times.now())


def _mine(actor: Actor) -> QuerySet[Verification]:
    return Verification.objects.filter(organisation_id=actor.organisation_id)


def _told(actor: Actor) -> sealing.Report:
    """Writes down now and then how far it is, and looks whether it was stopped."""
    told = 0.0

    def report(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told < OFTEN:
            return
        told = time.monotonic()
        with scope(actor):
            _mine(actor).update(done=done, total=total)
            if _mine(actor).filter(stop_asked=True).exists():
                raise Stopped

    return report


def waiting(organisation_id: int) -> bool:
    """Whether a verification is asked for or under way."""
    lock = f"{VERIFY}:{organisation_id}"
    return ProcrastinateJob.objects.filter(queueing_lock=lock, status__in=["todo", "doing"]).exists()


def actor_of(organisation_id: int, staff_id: int | None) -> Actor:
    """Who asked, with the duty alone that the act needs; the system where nobody did."""
    system = actors.system(organisation_id)
    with scope(system):
        person = Staff.objects.filter(pk=staff_id).first() if staff_id else None
    if person is None:
        return system
    rights = frozenset({Capability.AUDIT_VIEW})
    return Actor(organisation_id=organisation_id, staff_id=person.pk, name=person.name, capabilities=rights)


def verify(*, actor: Actor, report: sealing.Report = lambda _done, _total: None) -> Finding:
    """Reckon the chain anew and compare it with the anchors that were kept. Opens its own scopes, one a piece."""
    actor.require(Capability.AUDIT_VIEW)
    sealing.seal(actor)
    kept = list(anchors(actor.organisation_id))
    verdict = sealing.verify(actor, report)
    lost = next((one for one in kept if not sealing.holds(actor, one)), None)
    if verdict.broken:
        found = (verdict.broken.why, verdict.broken.entry_id, verdict.broken.position)
    else:
        found = ("anchor", 0, lost.total) if lost else ("", 0, 0)
    finding = Finding(verdict.entries, verdict.waiting, *found, len(kept), verdict.anchor)
    _tell(actor, finding)
    return finding


def _tell(actor: Actor, finding: Finding) -> None:
    facts = {name: value for name, value in vars(finding).items() if name != "anchor"}
    with scope(actor):
        journal.record(AuditVerified(**facts), actor=actor)
    if finding.broken:
        where = (finding.broken, finding.position, finding.entry_id, actor.organisation_id)
        log.error("the journal's chain is broken (%s) at place %s, entry %s of organisation %s", *where)


def keep_anchor(actor: Actor) -> Anchor | None:
    """Write the newest digest down outside the database."""
    anchor = sealing.newest(actor)
    if anchor is None:
        return None
    line = {"at": times.now().isoformat(), "organisation": actor.organisation_id, "anchor": str(anchor)}
    path = _file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(json.dumps(line) + "\n")
    log.info("anchor of the journal of organisation %s: %s", actor.organisation_id, anchor)
    return anchor


def anchors(organisation_id: int) -> Iterator[Anchor]:
    """Those that were kept of an organisation, oldest first."""
    if not _file().exists():
        return
    for line in _file().read_text().splitlines():
        kept = json.loads(line)
        if kept["organisation"] == organisation_id:
            yield read(kept["anchor"])


def read(text: str) -> Anchor:
    """As it is written down: the number of entries, a colon, the digest or its beginning. Raises ValueError."""
    total, sign, digest = "".join(text.split()).replace("：", ":").partition(":")
    if not sign or not total.isdecimal() or len(digest) < 16 or int(digest, 16) < 0:
        raise ValueError(_("校验码写成「条数:编码」，编码至少 16 位，例如 1204:9f86d081884c7d65。"))
    return Anchor(int(total), digest)


def _file() -> Path:
    return settings.QIBU_FILES / "audit" / "anchors.jsonl"
