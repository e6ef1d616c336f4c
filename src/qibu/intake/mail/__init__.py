"""Letters with leads in them: how a mailbox is looked into, and what stands in a letter.

    with open_box(access) as box:
        for number in box.waiting():
            letter = box.fetch(number)
            …
            box.seen(number)

A port with one door: IMAP (`mail.imap`). Whatever goes wrong is `Unreachable` with a `Problem`, said by `intake.words`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Problem(StrEnum):
    FORBIDDEN = "forbidden"
    CLOSED_NETWORK = "closed_network"
    PORT = "port"
    NO_NAME = "no_name"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    NO_STARTTLS = "no_starttls"
    OPEN_LINE = "open_line"
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    LOST = "lost"
    PASSWORD = "password"  # noqa: S105  (the kept one can't be opened)


class Unreachable(Exception):
    """The mailbox could not be looked into; `answer` are the server's own words."""

    def __init__(self, problem: Problem, answer: str = "") -> None:
        super().__init__(problem, answer)
        self.problem, self.answer = problem, answer


@dataclass(frozen=True)
class Access:
    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str


class Box(Protocol):
    def waiting(self, most: int) -> Sequence[str]:
        """Numbers of letters that nobody has seen, the oldest first."""
        ...

    def fetch(self, number: str) -> bytes: ...

    def seen(self, number: str) -> None: ...


Open = Callable[[Access], AbstractContextManager[Box]]
