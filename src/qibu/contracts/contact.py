"""What happens with letters to one's own people."""

from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MailAccountChanged(Event):
    """`changes` are names of fields; that of the password says only that it is another one."""

    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class MessageSettled(Event):
    """A message came to an end: sent, failed, unknown, expired."""

    letter: str
    ended: str
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class MessageSentAgain(Event):
    """A person let a message be sent once more that failed or may have arrived."""

    letter: str
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class WishChanged(Event):
    """A person said what they want to be written."""

    letters: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SendingHeld(Event):
    """The home was restored from a backup: nothing is sent until a person has looked at the letters that wait."""

    snapshot_at: str
    letters: int


@dataclass(frozen=True, kw_only=True)
class SendingResumed(Event):
    """A person looked at what waited since the restore and decided; `subject_id` is the hold."""

    released: int
    dropped: int
