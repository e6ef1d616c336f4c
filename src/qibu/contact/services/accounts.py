"""The mail account of an organisation: its own, or the one it inherits; what a person wants to be written."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from qibu.contact import letters
from qibu.contact.models import MailAccount, Message, Wish
from qibu.contact.selectors import accounts, people
from qibu.contact.services import delivering, outbox
from qibu.contact.services.outbox import Draft
from qibu.contracts.contact import MailAccountChanged, WishChanged
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.rules import Capability

EDITED = (
    "active", "host", "port", "security", "username", "sender", "sender_name", "site", "morning_lead",
)  # fmt: skip
# Where the password goes: with another one of these it must be typed again, or it could be led to a stranger's server.
GUARDED = ("host", "port", "security", "username")
TRIAL_PATIENCE = 15.0  # seconds: somebody waits before the page
TRIAL_LASTS = timedelta(seconds=30)  # shorter than the first pause: a test is not tried again later


class ChangedMeanwhile(Exception):
    """Somebody else saved since the page was opened; `row` is as it is now."""

    def __init__(self, row: MailAccount) -> None:
        super().__init__(row.pk)
        self.row = row


class PasswordMissing(ValueError):
    """The kept password is not used for another server or name."""


class NoAddress(ValueError):
    """The person has no e-mail address in the staff file."""


class NothingSends(ValueError):
    """There is no account, or it is switched off."""


def save(*, actor: Actor, values: Mapping[str, Any], password: str, version: int) -> MailAccount:
    """The organisation's own account from now on. `version` is of the own one the person saw, 0 for none."""
    actor.require(Capability.ORGANISATION_MANAGE)
    own = MailAccount.objects.select_for_update().filter(organisation_id=actor.organisation_id).first()
    if own is not None and own.version != version:
        raise ChangedMeanwhile(own)
    row = own or MailAccount(organisation_id=actor.organisation_id, version=0)
    changes = [name for name in EDITED if own is None or getattr(row, name) != values[name]]
    kept = own.password if own else None
    if values["username"] and not password and (not kept or set(changes) & set(GUARDED)):
        raise PasswordMissing
    for name in EDITED:
        setattr(row, name, values[name])
    row.password = (password or kept) if values["username"] else None
    if row.password != kept:
        changes.append("password")
    if changes:
        row.version += 1
        row.save()
        journal.record(MailAccountChanged(subject_id=row.pk, changes=tuple(changes)), actor=actor)
    return row


def inherit_again(*, actor: Actor) -> bool:
    """The organisation's own account goes; the one above it counts again, where there is one."""
    actor.require(Capability.ORGANISATION_MANAGE)
    gone, _rows = MailAccount.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(MailAccountChanged(changes=("inherited",)), actor=actor)
    return bool(gone)


def trial(*, actor: Actor) -> Message:
    """Send the person a test letter and give how it ended. Goes over the network, so it opens its own scopes."""
    actor.require(Capability.ORGANISATION_MANAGE)
    with scope(actor):
        message = _write_trial(actor)
    delivering.deliver(actor=actor, only=message.pk, patience=TRIAL_PATIENCE)
    with scope(actor):
        message.refresh_from_db()
    return message


def _write_trial(actor: Actor) -> Message:
    account = accounts.living(actor.organisation_id)
    if account.row is None or not account.sends:
        raise NothingSends
    staff = people.staff_of(actor)
    if not staff.email:
        raise NoAddress
    store = str(Organisation.objects.get(pk=actor.organisation_id))
    with letters.language_of(staff):
        words = letters.trial(staff, account.row, store)
    key, until = f"test:{uuid.uuid4()}", times.now() + TRIAL_LASTS
    draft = Draft(Message.Kind.TEST, key, staff, words.subject, words.text, words.html, until)
    return outbox.write(actor=actor, account=account.row, drafts=[draft])[0]


def wish(*, actor: Actor, morning: bool, alarms: bool) -> None:
    """What the person wants to be written in this organisation."""
    known = people.wish_of(actor)
    if (known.morning, known.alarms) == (morning, alarms):
        return
    Wish.objects.update_or_create(
        organisation_id=actor.organisation_id, staff_id=known.staff_id,
        defaults={"morning": morning, "alarms": alarms},
    )  # fmt: skip
    wanted = {Message.Kind.MORNING.value: morning, Message.Kind.ALARM.value: alarms}
    journal.record(WishChanged(letters=tuple(name for name, on in wanted.items() if on)), actor=actor)
