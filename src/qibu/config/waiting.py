"""Somebody at the door while there are no pages: the supervisor itself answers that the product is starting, or coming
back, and since when. It shares the port with the web server (SO_REUSEPORT, as granian binds it) for the moment in which
both stand there, and leaves once that one answers.

Standard library alone: Django is not in the supervisor's memory."""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import b64encode
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
PAGE = Template((HERE / "waiting.html").read_text("utf-8"))
# In the page, not beside it: with two at the door a second request might reach the other one.
STYLE = (HERE / "waiting.css").read_text("utf-8")
POLICY = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
REFRESH = '<meta http-equiv="refresh" content="2">'
BODY = 2**20  # of a form is read, so that its sender gets to read the answer
PATIENCE = 5.0
DOOR = "qibu"


class Phase(StrEnum):
    """What is being waited for."""

    STARTING = "starting"
    RECOVERING = "recovering"
    WEB = "web"
    TROUBLE = "trouble"


HEADLINES = {
    Phase.STARTING: ("七步正在启动", "Qibu is starting"),
    Phase.RECOVERING: ("数据库正在恢复", "The database is recovering"),
    Phase.WEB: ("网页服务正在恢复", "The pages are coming back"),
    Phase.TROUBLE: ("数据库起不来", "The database does not start"),
}
TEXTS = {
    Phase.TROUBLE: (
        "已经保存的都在。请管理员运行 bin/qibu doctor，按它说的处理；七步会一直再试。",
        "Everything saved is there. The administrator should run bin/qibu doctor; Qibu keeps trying.",
    )
}
USUAL = (
    "多半几秒就好，这一页自己会打开。已经保存的都在。",
    "A few seconds, mostly; this page opens by itself. Everything saved is there.",
)
SENT = (
    "刚才填写的内容还在浏览器里：恢复以后按浏览器的「刷新」再交一次。已经保存的都在。",
    "What you typed is still in the browser: once things are back, press its “Reload”. Everything saved is there.",
)
SINCE = ("已等 {n} 秒", "{n} s so far")


class Waiting:
    """Opens and closes; `phase` may change meanwhile."""

    def __init__(self, address: str, port: int) -> None:
        self.place = (address, port)
        self.phase = Phase.STARTING
        self.since = time.monotonic()
        self.server: Server | None = None

    def open(self, phase: Phase) -> None:
        self.phase, self.since = phase, time.monotonic()
        if self.server is None:
            with suppress(OSError):  # nothing depends on it
                self.server = Server(self)
                threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.since)


class Server(ThreadingHTTPServer):
    """Beside the web server's own socket."""

    daemon_threads = True

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        super().__init__(waiting.place, Door)

    def server_bind(self) -> None:
        for option in (socket.SO_REUSEPORT, socket.SO_REUSEADDR):  # the second, or what was answered keeps the port
            self.socket.setsockopt(socket.SOL_SOCKET, option, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.waiting.place

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever goes away in the middle is no trouble."""


class Door(BaseHTTPRequestHandler):
    """Says the same to everybody."""

    timeout = PATIENCE
    server_version, sys_version = DOOR, ""
    server: Server

    def do_GET(self) -> None:
        self.answer(sent=False)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if length.isdecimal():
            self.rfile.read(min(int(length), BODY))
        self.answer(sent=True)

    do_PUT = do_PATCH = do_DELETE = do_POST

    def answer(self, *, sent: bool) -> None:
        if self.path == "/healthz":
            kind, body = "application/json", self.health()
        elif self.headers.get("HX-Request"):  # the page around it has the words
            kind, body = "text/plain", ""
        else:
            kind, body = "text/html", self.page(sent=sent)
        whole = body.encode()
        self.send_response(503)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(whole))), ("Retry-After", "2"),
            ("Cache-Control", "no-store"), ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(whole)

    def health(self) -> str:
        waiting = self.server.waiting
        return json.dumps({"status": str(waiting.phase), "seconds": waiting.seconds})

    def page(self, *, sent: bool) -> str:
        waiting, english = self.server.waiting, self.english
        text = TEXTS.get(waiting.phase, SENT if sent else USUAL)
        return PAGE.substitute(
            lang="en" if english else "zh-CN", style=STYLE, refresh="" if sent else REFRESH,
            headline=HEADLINES[waiting.phase][english], text=text[english],
            seconds=SINCE[english].format(n=waiting.seconds),
        )  # fmt: skip

    @property
    def english(self) -> bool:
        chosen = self.headers.get("Cookie", "")
        if "qibu_language=" in chosen:
            return "qibu_language=en" in chosen
        return self.headers.get("Accept-Language", "").lower().startswith("en")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who asks is nobody's business."""


def said(address: str, port: int) -> str:
    """What is being waited for, in a sentence, as the one at the door or the pages say it; nothing when all is well."""
    connection = HTTPConnection(address, port, timeout=8)  # longer than a page waits for the database
    try:
        connection.request("GET", "/healthz")
        told = json.loads(connection.getresponse().read())
        since = f"（{SINCE[0].format(n=told['seconds'])}）" if "seconds" in told else ""
        return HEADLINES[Phase(told["status"])][0] + since
    except (HTTPException, OSError, ValueError, KeyError, TypeError):
        return ""
    finally:
        connection.close()
