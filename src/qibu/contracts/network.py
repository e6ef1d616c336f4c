"""What happens in the organisation itself: the audit trail reads these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganisationCreated(Event):
    code: str
    organisation_name: str


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(Event):
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReadersRetried(Event):
    """Somebody let the readers of the journal try again what they could not handle."""

    handled: int
    left: int


@dataclass(frozen=True, kw_only=True)
class StaffJoined(Event):
    staff_name: str
    roles: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffChanged(Event):
    staff_name: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaffLeft(Event):
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class PasswordReset(Event):
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """By the person, who knew the old one."""


@dataclass(frozen=True, kw_only=True)
class SignInGranted(Event):
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class SignInBarred(Event):
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class SignInRestored(Event):
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class StaffReturned(Event):
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    capability: str
    path: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    address: str = ""
    device: str = ""
    failures: int = 0  # tries with a wrong password since the last time
    factor: str = ""  # "app" or "recovery" where a code was typed


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """By the person; a session that ran out leaves no entry."""


@dataclass(frozen=True, kw_only=True)
class PortfolioHandedOver(Event):
    giver: str
    taker: str
    moved: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class HandOverUndone(Event):
    """What was unchanged since went back to the giver; `kept` stayed where it is now."""

    giver: str
    back: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class ListExported(Event):
    what: str
    rows: int
    purpose: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomFieldChanged(Event):
    """A field of the organisation's own was made, changed, taken over again from above, or removed.

    `subject_id` is the field; `changes` names what changed: created, inherited, removed, or attributes.
    """

    record: str
    label: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AbsenceRecorded(Event):
    """Somebody is away for some days; `subject_id` is the absence."""

    staff_name: str
    first_day: date
    last_day: date
    kind: str
    stand_in: str = ""


@dataclass(frozen=True, kw_only=True)
class AbsenceChanged(Event):
    """The days, the reason or the stand-in of an absence are others now; `subject_id` is the absence."""

    staff_name: str
    first_day: date
    last_day: date
    kind: str
    stand_in: str = ""


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Event):
    """An absence was taken back or cut short."""

    staff_name: str


@dataclass(frozen=True, kw_only=True)
class SavedViewChanged(Event):
    """Somebody saved, changed or removed a view of a list; `subject_id` is the view; `changes` says which."""

    what: str
    view_name: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BatchEnded(Event):
    """An act on many rows has ended, or was taken back; `subject_id` is the act, `deed` its kind and args as JSON."""

    deed: str
    state: str
    rows: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class ExportAsked(Event):
    """Somebody asked for rows of a list as a spreadsheet; `waits`: somebody else is to agree first."""

    what: str
    rows: int
    purpose: str
    waits: bool


@dataclass(frozen=True, kw_only=True)
class ExportDecided(Event):
    """Somebody agreed to a colleague's export, or did not."""

    what: str
    rows: int
    staff_name: str
    agreed: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CodeRefused(Event):
    """The password was right, the code was not: somebody else may know the password."""

    address: str = ""
    device: str = ""


@dataclass(frozen=True, kw_only=True)
class FactorEnrolled(Event):
    """The person signs in with a code from now on; `again`: with another telephone than before."""

    again: bool = False


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(Event):
    """By the person, who gave the password."""


@dataclass(frozen=True, kw_only=True)
class FactorReset(Event):
    """Somebody took a colleague's second factor away, who had lost it."""

    staff_name: str


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    """New recovery codes; those before are good for nothing."""


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """The person ended sign-ins of theirs on other devices."""

    sessions: int


@dataclass(frozen=True, kw_only=True)
class AuditVerified(Event):
    """The chain over the journal was reckoned anew. `broken` is why it does not hold ("" when it does): "changed",
    "removed", "inserted", "seal" or "anchor"; then `entry_id` and `position` say where first."""

    entries: int
    waiting: int
    broken: str = ""
    entry_id: int = 0
    position: int = 0
    anchors: int = 0  # digests kept outside the database that were compared


@dataclass(frozen=True, kw_only=True)
class SecurityPolicyChanged(Event):
    """What is demanded of those who sign in; `changes` are "name=value"."""

    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KeysRotated(Event):
    """What is sealed from now on is sealed with another key; `key` is its number."""

    key: int


@dataclass(frozen=True, kw_only=True)
class KeyRetired(Event):
    """A key by which nothing was sealed any more was forgotten."""

    key: int


@dataclass(frozen=True, kw_only=True)
class HomeRestored(Event):
    """Everything was restored from a backup; what happened after `snapshot_at` is not known here."""

    snapshot_at: str


@dataclass(frozen=True, kw_only=True)
class ApiTokenMade(Event):
    """Another system may show a token of the organisation from now on."""

    token_name: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApiTokenRevoked(Event):
    token_name: str
