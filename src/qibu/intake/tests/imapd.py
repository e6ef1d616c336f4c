"""A mailbox server for the tests: speaks as much IMAP (RFC 3501) as is needed, in a thread, on the loopback."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Any

USER, PASSWORD = "leads@store.example", "geheim-7"


@dataclass
class Kept:
    """What the server has: letters by their number, what is marked as seen, and what it should do wrong."""

    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    fetched: list[int] = field(default_factory=list)
    drop_at: str = ""  # the command at which the line is cut
    drops: int = 0

    def add(self, content: bytes) -> int:
        number = max(self.letters, default=0) + 1
        self.letters[number] = content
        return number


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.kept = Kept()
        super().__init__(("127.0.0.1", 0), Talk)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> Server:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_args: Any) -> None:
        self.shutdown()
        self.server_close()


class Talk(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say("* OK here")
        for line in iter(self.rfile.readline, b""):
            tag, _blank, told = line.decode().strip().partition(" ")
            command = told.upper()
            kept = self.server.kept
            if kept.drop_at and kept.drop_at in command and kept.drops:
                kept.drops -= 1
                return
            if not self.answer(tag, told, command, kept):
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def answer(self, tag: str, told: str, command: str, kept: Kept) -> bool:
        if command == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif command.startswith("LOGIN"):
            if told.split(" ", 1)[1].replace('"', "") != f"{USER} {PASSWORD}":
                self.say(f"{tag} NO wrong user or password")
                return True
        elif command.startswith("SELECT"):
            if '"INBOX"' not in command:
                self.say(f"{tag} NO no such mailbox")
                return True
            self.say(f"* {len(kept.letters)} EXISTS")
        elif command.startswith("UID SEARCH"):
            self.say("* SEARCH " + " ".join(str(n) for n in kept.letters if n not in kept.seen))
        elif found := re.fullmatch(r"UID FETCH (\d+) \((.*)\)", command):
            self.fetch(int(found[1]), found[2], kept)
        elif found := re.fullmatch(r"UID STORE (\d+) .*SEEN.*", command):
            kept.seen.add(int(found[1]))
        elif command == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        self.say(f"{tag} OK done")
        return True

    def fetch(self, number: int, what: str, kept: Kept) -> None:
        content = kept.letters.get(number)
        if content is None:
            return
        if what == "RFC822.SIZE":
            self.say(f"* 1 FETCH (UID {number} RFC822.SIZE {len(content)})")
            return
        kept.fetched.append(number)
        self.wfile.write(f"* 1 FETCH (UID {number} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n")
