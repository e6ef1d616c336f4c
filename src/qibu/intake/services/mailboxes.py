"""The mailbox into which others send leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qibu.contracts.intake import MailboxChanged
from qibu.intake.errors import ChangedMeanwhile, PasswordMissing
from qibu.intake.models import Mailbox
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

EDITED = ("active", "host", "port", "security", "username", "folder", "source")
# Where the password goes: with another one of these it must be typed again, or it could be led to a stranger's server.
GUARDED = {"host", "port", "security", "username"}


def save(*, actor: Actor, values: Mapping[str, Any], password: str, version: int) -> Mailbox:
    actor.require(Capability.SALES_MANAGE)
    own = Mailbox.objects.select_for_update().first()
    if own is not None and own.version != version:
        raise ChangedMeanwhile(own.version)
    box = own or Mailbox(organisation_id=actor.organisation_id, version=0)
    changes = [name for name in EDITED if own is None or getattr(box, name) != values[name]]
    kept = own.password if own else None
    if not password and (not kept or GUARDED & set(changes)):
        raise PasswordMissing
    for name in changes:
        setattr(box, name, values[name])
    if password and password != kept:
        box.password = password
        changes.append("password")
    if changes:
        box.version, box.problem, box.answer = box.version + 1, "", ""
        box.save()
        journal.record(MailboxChanged(subject_id=box.pk, changes=tuple(changes)), actor=actor)
    return box
