"""E-mail by SMTP (RFC 5321), step by step, so that it is known when the content goes out."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from qibu.contact.channels import Account, Letter, Problem, Refused, Uncertain
from qibu.contact.channels.destinations import Destination, find
from qibu.contact.models import MailAccount
from qibu.kernel import times

PATIENCE = 15.0  # seconds for each answer on the way
LONGEST_ANSWER = 200
TLS, STARTTLS = MailAccount.Security.TLS, MailAccount.Security.STARTTLS


@contextmanager
def open_session(account: Account, patience: float) -> Iterator[EmailSession]:
    """Connected, encrypted as asked for and signed in. `patience`: seconds for the answer to the content, which a
    server may look at for long (RFC 5321 4.5.3.2.6)."""
    place = find(account.host, account.port)
    if account.security == MailAccount.Security.NONE and not place.named:
        raise Refused(Problem.OPEN_LINE, temporary=False)
    with _said_plainly():
        server = _connected(account, place)
    try:
        with _said_plainly():
            _greet(server, account)
        yield EmailSession(server, account, patience)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
        server.close()


class EmailSession:
    """Letters over one connection."""

    def __init__(self, server: smtplib.SMTP, account: Account, patience: float) -> None:
        self.server, self.account, self.patience, self.content = server, account, patience, b""

    def offer(self, letter: Letter) -> None:
        self.content = _written(letter, self.account)
        with _said_plainly():
            _want(*self.server.rset())
            _want(*self.server.mail(self.account.sender))
            _want(*self.server.rcpt(letter.address))

    def hand_over(self) -> str:
        with _said_plainly():
            code, said = self.server.docmd("DATA")
            if code != 354:
                raise _refusal(code, said)
        try:
            if self.server.sock is not None:
                self.server.sock.settimeout(self.patience)
            self.server.send(smtplib._quote_periods(self.content) + b".\r\n")  # type: ignore[attr-defined]  # as smtplib's own data() does
            code, said = self.server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Uncertain(_text(str(error))) from error
        finally:
            if self.server.sock is not None:
                self.server.sock.settimeout(PATIENCE)
        if code == -1:
            raise Uncertain
        if code != 250:
            raise _refusal(code, said)
        return _text(f"{code} {_decoded(said)}")


class _Checked(smtplib.SMTP):
    """Connects to the address that was looked at; the name is for the certificate."""

    place: Destination

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return socket.create_connection((self.place.text, port), timeout)


class _CheckedTls(_Checked):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return ssl.create_default_context().wrap_socket(
            super()._get_socket(host, port, timeout), server_hostname=host
        )


def _connected(account: Account, place: Destination) -> smtplib.SMTP:
    server = (_CheckedTls if account.security == TLS else _Checked)(timeout=PATIENCE, local_hostname=_own_name(account))
    server.place = place
    server._host = account.host  # type: ignore[attr-defined]  # what STARTTLS checks the certificate for
    code, said = server.connect(account.host, account.port)
    if code != 220:
        server.close()
        raise _refusal(code, said)
    return server


def _greet(server: smtplib.SMTP, account: Account) -> None:
    server.ehlo_or_helo_if_needed()
    if account.security == STARTTLS:
        if not server.has_extn("starttls"):
            raise Refused(Problem.NO_STARTTLS, temporary=False)
        server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
    if account.username:
        _sign_in(server, account)


def _sign_in(server: smtplib.SMTP, account: Account) -> None:
    """In one way, once: `login` tries all of them in turn, and mailboxes are locked after a few wrong passwords."""
    offered = server.esmtp_features.get("auth", "").upper().split()
    ways: dict[str, Any] = {
        "PLAIN": server.auth_plain, "LOGIN": server.auth_login, "CRAM-MD5": server.auth_cram_md5,
    }  # fmt: skip
    chosen = next((way for way in ways if way in offered), None)
    if chosen is None:
        raise Refused(Problem.SIGN_IN, "AUTH " + " ".join(offered), temporary=False)
    server.user, server.password = account.username, account.password
    server.auth(chosen, ways[chosen])


def _own_name(account: Account) -> str:
    """Not this machine's name, which tells strangers about the house."""
    return account.sender.rpartition("@")[2] or "localhost"


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Whatever goes wrong before the content goes out: the letter was not taken."""
    try:
        yield
    except Refused:
        raise
    except smtplib.SMTPAuthenticationError as error:
        raise _refusal(error.smtp_code, error.smtp_error, Problem.SIGN_IN) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except ssl.SSLError as error:
        raise Refused(Problem.CERTIFICATE, _text(error.reason or str(error)), temporary=False) from error
    except smtplib.SMTPServerDisconnected as error:
        raise Refused(Problem.LOST, _text(str(error)), temporary=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(Problem.UNREACHABLE, _text(str(error)), temporary=True) from error


def _want(code: int, said: bytes) -> None:
    if not 200 <= code < 300:
        raise _refusal(code, said)


def _refusal(code: int, said: bytes | str, problem: Problem = Problem.REFUSED) -> Refused:
    """5xx is the server's last word (RFC 5321 4.2.1); anything else may be different later."""
    if code == -1:
        return Refused(Problem.LOST, temporary=True)
    return Refused(problem, _text(f"{code} {_decoded(said)}"), temporary=not 500 <= code < 600)


def _decoded(said: bytes | str) -> str:
    return said.decode("utf-8", errors="replace") if isinstance(said, bytes) else said


def _text(said: str) -> str:
    return " ".join(said.split())[:LONGEST_ANSWER]


def _written(letter: Letter, account: Account) -> bytes:
    """The same letter in every try, under the same Message-ID."""
    try:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(account.sender_name, addr_spec=account.sender)
        message["To"] = Address(letter.name, addr_spec=letter.address)
        message["Subject"] = letter.subject
        message["Message-ID"] = letter.reference
        message["Date"] = format_datetime(times.now())
        message["Content-Language"] = "en" if letter.language == "en" else "zh-CN"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notes don't answer it
        message.set_content(letter.text, cte="base64")
        if letter.html:
            message.add_alternative(letter.html, subtype="html", cte="base64")
        return message.as_bytes()
    except (MessageError, ValueError) as error:
        raise Refused(Problem.BROKEN, _text(str(error)), temporary=False) from error
