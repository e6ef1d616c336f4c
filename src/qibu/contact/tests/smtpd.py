"""A mail server process for the tests: what it does with a letter hangs on the address.

`python -m qibu.contact.tests.smtpd FOLDER` writes its port to FOLDER/port, each letter it took to FOLDER/letters.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = b"qibu", b"geheim-7"


class House:
    """busy@ and later@ are taken the second time, gone@ and spam@ never, drop@ is taken without a word."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.seen = folder, set[str]()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("gone@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("busy@") and address not in self.seen:
            self.seen.add(address)
            return "451 4.3.2 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if address.startswith("spam@"):
            return "554 5.7.1 not wanted"
        if address.startswith("later@") and address not in self.seen:
            self.seen.add(address)
            return "452 4.2.2 mailbox full"
        self._keep(envelope)
        if address.startswith("drop@"):
            assert server.transport is not None
            server.transport.abort()
        return "250 2.0.0 queued as 7B"

    def _keep(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        letter: Any = message_from_bytes(envelope.content, policy=policy.default)
        parts = {part.get_content_type(): part.get_content() for part in letter.walk() if not part.is_multipart()}
        told = {"to": envelope.rcpt_tos[0], "headers": dict(letter.items()), "parts": parts}
        with (self.folder / "letters").open("a") as file:
            file.write(json.dumps(told) + "\n")


def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)


async def main(folder: Path, *flags: str) -> None:
    secret = None
    if {"tls", "starttls"} & set(flags):
        secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        secret.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    house = House(folder)

    def talk() -> SMTP:
        return SMTP(
            house, hostname="localhost", authenticator=authenticate, auth_required="auth" in flags,
            auth_require_tls=False, tls_context=secret if "starttls" in flags else None, timeout=60,
        )  # fmt: skip

    loop = asyncio.get_running_loop()
    server = await loop.create_server(talk, "127.0.0.1", 0, ssl=secret if "tls" in flags else None)
    draft = folder / "port.new"
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(folder / "port")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
