"""What nurturing refuses."""

from __future__ import annotations

from collections.abc import Sequence


class NurturingFault(Exception):
    """Something that isn't done, with a sentence in `words.refusal`."""


class NotPermitted(NurturingFault):
    """The customer said no, or nobody has a yes for it."""


class NotOffered(NurturingFault):
    """The piece is gone, switched off, or its days are over."""


class Waiting(NurturingFault):
    """The same piece is prepared for this lead already, and waits to be sent."""


class NotNow(NurturingFault):
    """It was sent or dropped before, or the lead's state forbids it."""


class GoesOn(NurturingFault):
    """The customer goes through a sequence already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotInUse(NurturingFault):
    """The sequence is gone or switched off."""


class NothingToSend(NurturingFault):
    """A sequence without steps is not switched on."""


class UnknownPieces(NurturingFault):
    """Steps name pieces that aren't there."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


class TooManyReplies(NurturingFault):
    """A page takes only so many words of a customer."""
