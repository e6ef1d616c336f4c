"""How messages leave the house. A channel offers a letter first and hands it over afterwards.

    with CHANNELS[name](account, patience) as session:
        session.offer(letter)  # all that can be refused before the content goes out; nothing has been sent yet
        answer = session.hand_over()  # from here on it may have arrived

Both raise `Refused` when it is certain that the letter was not taken, `hand_over` raises `Uncertain` when nobody knows.
E-mail is the first one; text messages and WeChat follow by the same two steps (their `offer` has little to do).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Problem(StrEnum):
    """Why a letter was not taken; `contact.words` says it to people."""

    FORBIDDEN = "forbidden"  # the address of the server is one that is never connected to
    CLOSED_NETWORK = "closed_network"  # it is in a private network that the operator has not named
    PORT = "port"
    NO_NAME = "no_name"  # its name can't be resolved
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    NO_STARTTLS = "no_starttls"
    OPEN_LINE = "open_line"  # a password would go over the line in the clear
    SIGN_IN = "sign_in"
    REFUSED = "refused"  # the server's own words say why
    LOST = "lost"  # the connection ended before the letter was handed over
    NO_ANSWER = "no_answer"  # after it
    GONE = "gone"  # the account or the person is no longer there
    BROKEN = "broken"  # the letter can't be made


class Refused(Exception):
    """The letter was not taken. `temporary`: it may be later."""

    def __init__(self, problem: Problem, answer: str = "", *, temporary: bool) -> None:
        super().__init__(problem, answer)
        self.problem, self.answer, self.temporary = problem, answer, temporary


class Uncertain(Exception):
    """The letter was handed over, and no answer came."""

    def __init__(self, answer: str = "") -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True)
class Account:
    """What a channel needs to know of the sender."""

    host: str
    port: int
    security: str
    username: str
    password: str
    sender: str
    sender_name: str


@dataclass(frozen=True)
class Letter:
    address: str
    name: str
    subject: str
    text: str
    html: str
    reference: str
    language: str = "zh-hans"


class Session(Protocol):
    def offer(self, letter: Letter) -> None: ...

    def hand_over(self) -> str:
        """Gives the server's answer."""
        ...
