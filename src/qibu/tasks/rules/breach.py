"""Why a promise was broken: whoever ends such work says it, from a short list that figures can count by."""

from dataclasses import dataclass
from enum import StrEnum

MOST_WORDS = 200


class Cause(StrEnum):
    """The reasons, in the order of their keys."""

    UNREACHABLE = "unreachable"
    SHORT_HANDED = "short_handed"
    WAITING = "waiting"
    HANDED_LATE = "handed_late"
    FORGOTTEN = "forgotten"
    OTHER = "other"


class Lack(StrEnum):
    """What an explanation lacks."""

    CAUSE = "cause"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Why:
    """A reason of the list; whatever is not in it is said in words, which may stand beside any of them."""

    cause: str = ""
    words: str = ""

    @property
    def lacks(self) -> Lack | None:
        """None when it explains something."""
        if self.cause not in {*Cause}:
            return Lack.CAUSE
        return Lack.WORDS if self.cause == Cause.OTHER and not self.words.strip() else None

    @property
    def said(self) -> str:
        """The words as they are kept."""
        return self.words.strip()[:MOST_WORDS]


UNSAID = Why()
