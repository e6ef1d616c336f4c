"""Why an act on spot checks is refused. Pages turn these into sentences (`words.refusal`)."""

from __future__ import annotations

from datetime import date


class CheckFault(Exception):
    """Base of all refusals."""


class DrawnAlready(CheckFault):
    """A month is drawn once: drawing again until it suits would be no lot."""


class NotOver(CheckFault):
    """The month isn't over yet: not everybody of it is known."""

    def __init__(self, until: date) -> None:
        super().__init__(until)
        self.until = until


class NobodyToAsk(CheckFault):
    """There was no lead of the month at these stages."""


class NobodyToCall(CheckFault):
    """Nobody is there who could call and isn't the one who is checked."""


class AboutOneself(CheckFault):
    """Nobody checks, or decides about, themselves."""


class Closed(CheckFault):
    """The check, or the proposal, has come to its end."""


class Incomplete(CheckFault):
    """Questions without an answer. `codes` are theirs."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(codes)
        self.codes = codes


class ReasonMissing(CheckFault):
    """It takes a word about why."""


class StillOpen(CheckFault):
    """Checks of the month that are still to be made."""

    def __init__(self, checks: int) -> None:
        super().__init__(checks)
        self.checks = checks


class SetOffAlready(CheckFault):
    """An entry is set off once."""


class ChangedMeanwhile(CheckFault):
    """Somebody else changed the rule after the form was opened."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class WordedMeanwhile(CheckFault):
    """Somebody else changed the questions after the form was opened; `mark` is how they stand now."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark
