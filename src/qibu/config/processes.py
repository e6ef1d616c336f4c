"""`serve`: one supervisor over the database engine, the web server and the worker.

What falls is started again with growing pauses. The supervisor writes what it started into `run/serve.json`,
so that after its own sudden death the next start finds and ends the orphans.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from qibu.config import room
from qibu.config.children import PATIENCE, Child, Trace, end_group, json_log
from qibu.config.home import Home
from qibu.config.postgres import Engine, EngineError, external_url
from qibu.config.waiting import DOOR, Phase, Waiting
from qibu.kernel import keeping

ADDRESS = "127.0.0.1"
THREADS = 8
TICK = 0.2
OFTEN = 3
ENGINE_PAUSE = 5.0
ASKED = 4  # times in a row: of two at the door chance says which one answers
NO_RECOVERY = "还没有恢复文件，硬盘坏了备份也打不开。请执行：bin/qibu keys recovery --out 文件名"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`serve` has the common options only."""


def run(args: argparse.Namespace) -> int:
    """The command `serve`."""
    return serve(args.home, args.port)


def serve(home: Home, port: int, welcome: str = "") -> int:
    """Run everything until told to stop; `welcome` is shown below the address."""
    home.prepare()
    try:
        with only_supervisor(home):
            ended = end_orphans(home)
            refuse_taken_port(port, patience=PATIENCE if ended else 0)
            return Supervisor(home, port, welcome).run()
    except AlreadyRunning as running:
        print(running, file=sys.stderr)
        return 1


class Interrupted(Exception):
    """Told to stop while still starting."""


class AlreadyRunning(Exception):
    """A supervisor of this home lives."""


@dataclass
class Record:
    """What a supervisor tells about itself in `run/serve.json`."""

    port: int
    supervisor: Trace
    children: list[Trace] = field(default_factory=list)

    @staticmethod
    def path(home: Home) -> Path:
        return home.run / "serve.json"

    @classmethod
    def read(cls, home: Home) -> Record | None:
        try:
            kept = json.loads(cls.path(home).read_text())
            children = [Trace(**child) for child in kept["children"]]
            return cls(kept["port"], Trace(**kept["supervisor"]), children)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, home: Home) -> None:
        draft = self.path(home).with_suffix(".new")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(self.path(home))


@contextmanager
def only_supervisor(home: Home) -> Iterator[None]:
    """Hold the place of the one supervisor of this home."""
    with (home.run / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            record = Record.read(home)
            where = f"：http://{ADDRESS}:{record.port}/ （进程 {record.supervisor.pid}）" if record else ""
            raise AlreadyRunning(f"七步已经在运行{where}，数据目录 {home.path}") from None
        yield


def end_orphans(home: Home) -> int:
    """End children whose supervisor died without doing so."""
    record = Record.read(home)
    left = [child for child in record.children if child.alive] if record else []
    for child in left:
        end_group(child.pid, patience=PATIENCE)
    Record.path(home).unlink(missing_ok=True)
    return len(left)


def refuse_taken_port(port: int, *, patience: float = 0) -> None:
    """`patience`: orphans that were just killed hold the port for a moment longer than they live."""
    end = time.monotonic() + patience
    while True:
        try:
            return _try_port(port)
        except EngineError:
            if time.monotonic() > end:
                raise
            time.sleep(TICK)


def _try_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            reason = "已被别的程序占用" if not isinstance(error, PermissionError) else "需要更高的权限"
            text = f"端口 {port} {reason}。请换一个，例如：bin/qibu serve --port {port + 1}"
            raise EngineError(text) from error


class Supervisor:
    """The life of one `serve`."""

    def __init__(self, home: Home, port: int, welcome: str = "") -> None:
        self.home, self.port, self.welcome = home, port, welcome
        self.engine = Engine(home, report=self.recovering)
        self.waiting = Waiting(ADDRESS, port)
        self.log = json_log("supervisor", home.logs)
        self.record = Record(port, Trace.of("supervisor", os.getpid()))
        self.children = [Child(name, command, home.logs) for name, command in self.programs().items()]
        self.recorded: list[tuple[str, int]] = []
        self.stopping = False
        self.ready = self.announced = False
        # Until there are children to end in order, a signal may break off what is going on.
        self.interruptible = True
        self.began = time.monotonic()

    def programs(self) -> dict[str, list[str]]:
        web = ["granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", str(THREADS)]
        web += ["--host", ADDRESS, "--port", str(self.port), "--workers-kill-timeout", "10"]
        return {
            "web": [sys.executable, "-m", *web, "qibu.config.wsgi:application"],
            "worker": [sys.executable, "-m", "qibu", "worker"],
        }

    def run(self) -> int:
        self.record.write(self.home)
        self.export()
        self.waiting.open(Phase.STARTING)
        with self.stopped_by_signals():
            try:
                with self.engine.used():
                    self.supervise()
            except Interrupted:
                pass
            finally:
                self.waiting.close()
                Record.path(self.home).unlink(missing_ok=True)
        self.say("七步已停止。")
        return 0

    def supervise(self) -> None:
        self.migrate()
        self.interruptible = False
        try:
            while not self.stopping:
                self.revive_engine()
                self.revive_children()
                self.announce()
                time.sleep(TICK)
        finally:
            self.say("正在停止…")
            self.waiting.close()
            for child in self.children:
                child.end()

    def migrate(self) -> None:
        """In a process of its own: Django would stay in the supervisor's memory for good."""
        command = [sys.executable, "-m", "qibu.config.migrating"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            assert child.stdout and child.stderr
            telling = threading.Thread(target=self.say_lines, args=(child.stdout,), daemon=True)
            telling.start()
            try:
                wrong = child.stderr.read()
            except BaseException:  # told to stop
                child.kill()
                raise
            telling.join()
        for line in wrong.splitlines():
            self.log.info(line)
        if child.returncode:
            raise EngineError(self._not_migrated(wrong))

    def _not_migrated(self, said: str) -> str:
        lines = said.splitlines() or [""]
        last = next((line for line in reversed(lines) if "rror" in line), lines[-1])  # what follows are hints
        told = f"数据库升级失败，详见 {self.home.logs / 'supervisor.log'}：\n{last}"
        if room.lacks(said) or room.none_left(self.home.path):
            return f"{room.sentence(self.home.path, '数据库没有升级完')}\n{told}"
        return told

    def export(self) -> None:
        """What children and their settings read."""
        os.environ["QIBU_HOME"] = str(self.home.path)
        os.environ["QIBU_PORT"] = str(self.port)

    def revive_engine(self) -> None:
        if not external_url() and self.engine.pid is None:
            self.log.warning("the database has ended and is started again")
            try:
                self.engine.start()
            except EngineError as error:
                self.waiting.phase = Phase.TROUBLE
                self.say(f"{error}\n{ENGINE_PAUSE:.0f} 秒后再试。")
                time.sleep(ENGINE_PAUSE)
            else:
                self.waiting.phase = Phase.WEB
                self.log.info("the database is back")

    def revive_children(self) -> None:
        for child in self.children:
            code = child.fell()
            if code is not None:
                self.log.warning("%s ended with %s and is started again", child.name, code)
                if child.name == "web":
                    self.ready = False
                    self.waiting.open(Phase.WEB)
                if child.falls % OFTEN == 0:
                    log = self.home.logs / f"{child.name}.log"
                    self.say(f"{child.name} 已经停了 {child.falls} 次，仍在重新启动，原因见 {log}")
            if child.due:
                child.start()
        self.write_record()

    def write_record(self) -> None:
        """When it changed. A full disk ends nobody who serves: it is tried again with the next turn."""
        alive = [(child.name, child.process.pid) for child in self.children if child.process]
        if alive == self.recorded:
            return
        self.record.children = [Trace.of(name, pid) for name, pid in alive]
        with suppress(OSError):
            self.record.write(self.home)
            self.recorded = alive

    def recovering(self, text: str) -> None:
        self.waiting.phase = Phase.RECOVERING
        self.say(text)

    def announce(self) -> None:
        if self.ready or not answers(self.port):
            return
        self.waiting.close()
        self.ready = True
        if not self.announced:
            self.announced = True
            took = time.monotonic() - self.began
            self.say(f"七步已就绪：http://{ADDRESS}:{self.port}/ （用时 {took:.1f} 秒，按 Ctrl-C 停止）")
            if keeping.recovery(self.home.path).missing:
                self.say(NO_RECOVERY)
            if self.welcome:
                tell(f"\n{self.welcome}")

    def say(self, text: str) -> None:
        tell(text)
        self.log.info(text)

    def say_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.say(line.rstrip())

    @contextmanager
    def stopped_by_signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stopping = True
            if self.interruptible:
                raise Interrupted

        signs = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before: list[Callable[[int, FrameType | None], object] | int | None]
        before = [signal.signal(sign, stop) for sign in signs]
        try:
            yield
        finally:
            for sign, handler in zip(signs, before, strict=True):
                signal.signal(sign, handler)


def tell(text: str) -> None:
    """For whoever watches: a terminal or pipe that was closed must not end the supervisor before its children."""
    with suppress(OSError):
        print(text, flush=True)


def answers(port: int) -> bool:
    """Whether the first page can be had; an answer of the one at the door (`waiting`) is none."""
    for _time in range(ASKED):
        # Not urllib: it would follow the machine's proxy settings.
        connection = HTTPConnection(ADDRESS, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            if answer.headers.get("Server", "").strip() != DOOR:
                return answer.status == 200
        except (HTTPException, OSError):
            return False
        finally:
            connection.close()
    return False


logging.raiseExceptions = False
