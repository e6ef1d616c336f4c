"""The product as a group of real processes that are killed while people work with it.

`Served` is a `serve` in a home of its own; `kill` ends a part of it without warning, `well` waits until it is ready
again. `Clerk` is a person at a browser: numbered records through the product's own pages, the same form again where no
answer came."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

import psycopg

from qibu.config.home import Home
from qibu.config.liveness import alive
from qibu.config.postgres import Engine
from qibu.config.processes import Record, answers

PATIENCE = 240.0  # far beyond what is usual
PAUSE = 0.1  # while one waits: to look more often would take the time from those one waits for
TOKENS = {name: re.compile(rf'name="{name}" value="([^"]+)"') for name in ("csrfmiddlewaretoken", "once")}
USER, PASSWORD = "manager", "a-store-of-its-own-7"


def until(what: Callable[[], Any], why: Callable[[], str] = lambda: "it did not happen") -> Any:
    """Wait for other processes."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, why()
        time.sleep(PAUSE)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- The processes -----------------------------------------------------------------------------------------


class Served:
    """A `serve` and what it started. Everything is ended by the number it was started under."""

    def __init__(self, home: Home) -> None:
        self.home, self.port = home, free_port()
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("QIBU_")}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "qibu", *arguments, "--home", str(self.home.path)]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        serve = self.command("serve", "--port", str(self.port))
        with (self.home.path / "serve.out").open("ab") as said:
            self.process = subprocess.Popen(serve, env=self.environment, stdout=said, stderr=said)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None
        self.run("stop")

    def well(self) -> None:
        """Ready again: both children are there and pages are answered."""
        assert self.process is not None
        until(lambda: self.process.poll() is not None or (self.child("web") and self.child("worker")), self.last_words)
        until(lambda: self.process.poll() is not None or answers(self.port), self.last_words)
        assert self.process.poll() is None, self.last_words()

    def last_words(self) -> str:
        said = (self.home.path / "serve.out").read_text(errors="replace")[-1500:]
        log = (self.home.logs / "supervisor.log").read_text(errors="replace")[-1500:]
        return f"it is not ready again\n{said}\n{log}"

    def child(self, name: str) -> int:
        record = Record.read(self.home)
        if record and (self.process is None or record.supervisor.pid != self.process.pid):
            return 0  # of a supervisor that was killed
        return next((one.pid for one in record.children if one.name == name and one.alive), 0) if record else 0

    # -- endings without warning

    def kill_supervisor(self, _chance: random.Random) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.start()

    def kill_web(self, chance: random.Random) -> None:
        """The whole group, or its head alone: the body must not keep the port."""
        _kill(self.child("web"), group=chance.random() < 0.5)

    def kill_web_body(self, _chance: random.Random) -> None:
        """Granian's worker process, in which the pages are made."""
        body = _children_of(self.child("web"))
        if body:
            _kill(body[0])

    def kill_worker(self, _chance: random.Random) -> None:
        _kill(self.child("worker"), group=True)

    def kill_database(self, _chance: random.Random) -> None:
        _kill(Engine(self.home).pid or 0)

    def kill_backend(self, chance: random.Random) -> None:
        """One connection's process: PostgreSQL then ends all others and recovers by itself."""
        backends = [pid for pid in _children_of(Engine(self.home).pid or 0) if "qibu_app" in _command_of(pid)]
        if backends:
            _kill(chance.choice(backends))

    def look(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the superuser, whom no row security binds."""
        with psycopg.connect(self.home.conninfo("super"), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[call-overload,no-any-return]


KILLS: dict[str, Callable[[Served, random.Random], None]] = {
    "web": Served.kill_web, "web body": Served.kill_web_body, "worker": Served.kill_worker,
    "database": Served.kill_database, "backend": Served.kill_backend, "supervisor": Served.kill_supervisor,
}  # fmt: skip


def _kill(number: int, *, group: bool = False) -> None:
    if number:
        with suppress(ProcessLookupError):  # it was just ending by itself
            (os.killpg if group else os.kill)(number, signal.SIGKILL)
        until(lambda: not alive(number))


def _children_of(number: int) -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []


def _command_of(number: int) -> str:
    try:
        return Path(f"/proc/{number}/cmdline").read_text(errors="replace")
    except OSError:
        return ""


@contextmanager
def served(home: Home) -> Iterator[Served]:
    """With a store and its manager in it."""
    secret = home.path / "secret.txt"
    secret.write_text(PASSWORD)
    serving = Served(home)
    serving.start()
    try:
        serving.well()
        serving.run("init", "--code", "S1", "--name", "江城店", "--admin", USER, "--password-file", str(secret))
        yield serving
    finally:
        serving.stop()


# --- The people --------------------------------------------------------------------------------------------


class Lost(Exception):
    """No answer came: whether the form was taken, nobody knows."""


class Browser:
    """As much of a browser as a form needs."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, where it leads, page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, address, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            raise Lost from error
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {one.key: one.value for one in SimpleCookie(value).values()}
        return answer.status, answer.headers.get("Location", ""), page

    def opened(self, address: str, action: str = "") -> dict[str, str] | None:
        """The hidden proofs of the form that goes to `action`; None where there is no such page now."""
        try:
            status, _to, page = self.ask("GET", address)
        except Lost:
            return None
        form = page[page.index(f'action="{action}"') :] if action and status == 200 else page
        found = {name: pattern.search(form) for name, pattern in TOKENS.items()}
        return {name: match.group(1) for name, match in found.items() if match} if status == 200 else None

    def sign_in(self) -> None:
        form = {**until(lambda: self.opened("/sign-in/")), "username": USER, "password": PASSWORD}
        status, _to, page = self.ask("POST", "/sign-in/", form)
        assert status == 302, page


class Clerk(Thread):
    """Writes numbered records until told to leave; the last one is brought to its end."""

    def __init__(self, port: int, name: str, customer: int, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.browser, self.customer = Browser(port), customer
        self.chance = random.Random(seed)
        self.leaving = Event()
        self.acknowledged: set[str] = set()
        self.tried: set[str] = set()
        self.again = self.told = 0
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            self.browser.sign_in()
            number = 0
            while not self.leaving.wait(0.05):
                number += 1
                self.write(f"{self.name}-{number}", (self.of_customer, self.of_note, self.of_task)[number % 3])
        except BaseException as fault:
            self.fault = fault

    def of_customer(self, mark: str) -> tuple[str, str, dict[str, str]]:
        return "/customers/new/", "/customers/new/", {"kind": "person", "stage": "owner", "name": mark, "sure": "1"}

    def of_note(self, mark: str) -> tuple[str, str, dict[str, str]]:
        page = f"/customers/{self.customer}/"
        return page, f"{page}notes/", {"text": mark, "next": page}

    def of_task(self, mark: str) -> tuple[str, str, dict[str, str]]:
        return "/tasks/new/", "", {"kind": "todo", "title": mark, "due_at": "2099-01-01T10:00"}

    def write(self, mark: str, kind: Callable[[str], tuple[str, str, dict[str, str]]]) -> None:
        page, action, form = kind(mark)
        proofs: dict[str, str] = until(lambda: self.browser.opened(page, action))
        assert set(proofs) == set(TOKENS), (page, sorted(proofs))
        stubborn = self.chance.random() < 0.8  # the others go on to the next record, as people do
        self.tried.add(mark)
        end = time.monotonic() + PATIENCE
        while not self.sent(action or page, {**proofs, **form}, mark):
            assert time.monotonic() < end, f"{mark} was never taken"
            if not stubborn:
                return
            self.again += 1
            time.sleep(0.1)

    def sent(self, action: str, form: dict[str, str], mark: str) -> bool:
        try:
            status, leads, page = self.browser.ask("POST", action, form)
        except Lost:
            return False
        assert status in (302, 503), f"{mark}: {status} {page[:3000]}"
        if status == 503:
            assert re.search("正在(恢复|启动)", page), f"{mark}: {page}"
            self.told += 1
        if status == 302:
            assert "/sign-in/" not in leads, f"{mark}: {leads}"
            self.acknowledged.add(mark)
        return status == 302
