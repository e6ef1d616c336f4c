"""A mailbox by IMAP (RFC 9051; RFC 3501 servers speak the same for what is needed here)."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from qibu.contact.channels import Refused
from qibu.contact.channels.destinations import Destination, find
from qibu.intake.mail import Access, Problem, Unreachable
from qibu.intake.models import Mailbox

PATIENCE = 20.0  # seconds for each answer
LARGEST = 10 * 2**20  # a letter that is bigger is left alone
LONGEST_ANSWER = 200
IMAP_PORTS = frozenset({143, 993})
TLS, STARTTLS, NONE = Mailbox.Security.TLS, Mailbox.Security.STARTTLS, Mailbox.Security.NONE


@contextmanager
def open_box(access: Access) -> Iterator[ImapBox]:
    """Connected to the very address that was judged, as with letters that go out; encrypted, signed in, folder open."""
    with _said_plainly():
        server = _connected(access, _place(access))
    try:
        with _said_plainly():
            _enter(server, access)
        yield ImapBox(server)
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


class ImapBox:
    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def waiting(self, most: int) -> Sequence[str]:
        with _said_plainly():
            found = _wanted(self.server.uid("SEARCH", "UNSEEN"))
        numbers = b" ".join(part for part in found if isinstance(part, bytes)).split()
        return sorted((one.decode() for one in numbers if one.isdigit()), key=int)[:most]

    def fetch(self, number: str) -> bytes:
        """The whole letter, without marking it as seen: that comes once its leads are safe. Empty where it is gone or
        far too big."""
        with _said_plainly():
            told = _wanted(self.server.uid("FETCH", number, "(RFC822.SIZE)"))
            size = _size(told)
            if size is None or size > LARGEST:
                return b""
            told = _wanted(self.server.uid("FETCH", number, "(BODY.PEEK[])"))
        return next((part[1] for part in told if isinstance(part, tuple) and len(part) > 1), b"")

    def seen(self, number: str) -> None:
        with _said_plainly():
            _wanted(self.server.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"))


def _size(told: Sequence[Any]) -> int | None:
    text = b" ".join(part if isinstance(part, bytes) else part[0] for part in told if part)
    _before, found, after = text.partition(b"RFC822.SIZE ")
    digits = after.split(b" ")[0].rstrip(b")")
    return int(digits) if found and digits.isdigit() else None


def _place(access: Access) -> Destination:
    try:
        return find(access.host, access.port, IMAP_PORTS)
    except Refused as refused:
        raise Unreachable(Problem(refused.problem.value), refused.answer) from refused


class _Checked(imaplib.IMAP4):
    """Connects to the address that was looked at; the name is for the certificate."""

    place: Destination

    def __init__(self, place: Destination, host: str, port: int) -> None:
        self.place = place
        super().__init__(host, port, timeout=PATIENCE)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self.place.text, self.port), timeout)


class _CheckedTls(_Checked):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


def _connected(access: Access, place: Destination) -> imaplib.IMAP4:
    if access.security == NONE and not place.named:
        raise Unreachable(Problem.OPEN_LINE)
    return (_CheckedTls if access.security == TLS else _Checked)(place, access.host, access.port)


def _enter(server: imaplib.IMAP4, access: Access) -> None:
    if access.security == STARTTLS:
        if "STARTTLS" not in server.capabilities:
            raise Unreachable(Problem.NO_STARTTLS)
        server.starttls(ssl.create_default_context())
    try:
        server.login(access.username, access.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise Unreachable(Problem.SIGN_IN, _text(error)) from error
    code, told = server.select(_quoted(access.folder))
    if code != "OK":
        raise Unreachable(Problem.FOLDER, _text(told))


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _wanted(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    code, told = answer
    if code != "OK":
        raise Unreachable(Problem.LOST, _text(told))
    return [part for part in told if part is not None]


@contextmanager
def _said_plainly() -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        raise Unreachable(Problem.CERTIFICATE, _text(error.reason or error)) from error
    except imaplib.IMAP4.error as error:
        raise Unreachable(Problem.LOST, _text(error)) from error
    except (OSError, EOFError, UnicodeError) as error:
        raise Unreachable(Problem.UNREACHABLE, _text(error)) from error


def _text(said: Any) -> str:
    if isinstance(said, list | tuple):
        said = b" ".join(part for part in said if isinstance(part, bytes))
    if isinstance(said, bytes):
        said = said.decode("utf-8", "replace")
    return " ".join(str(said).split())[:LONGEST_ANSWER]
