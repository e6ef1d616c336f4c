"""Why an act at the doors is refused. Pages turn these into sentences beside the field."""

from __future__ import annotations


class IntakeFault(Exception):
    """Base of all refusals."""


class Settled(IntakeFault):
    """Somebody else has dealt with it already."""


class ChangedMeanwhile(IntakeFault):
    """Somebody else saved since the page was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class PasswordMissing(IntakeFault):
    """The kept password is not used for another server or name."""


class NotReady(IntakeFault):
    """A sheet is not where this can be done with it."""
