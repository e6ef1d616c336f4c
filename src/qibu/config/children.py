"""The children of the process group: started, watched, ended; their output is kept as JSON lines."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from qibu.config.liveness import alive, start_mark
from qibu.config.logs import JsonLines

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
# A child that lived this long was well: it is started again at once, and the pauses grow anew.
WELL_AFTER = 10.0
PATIENCE = 20.0
LOG_BYTES = 5_000_000
LOG_FILES = 5


def plain_environment() -> dict[str, str]:
    """What the web server and the worker are told: how the plain role reaches the database, and nobody else's way. An
    address of another PostgreSQL goes without the name and password of the role that keeps it."""
    told = {**os.environ, "QIBU_PLAIN_ROLE": "1"}
    if url := told.get("QIBU_DATABASE_URL"):
        parts = urlsplit(url)
        told["QIBU_DATABASE_URL"] = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return told


@dataclass
class Child:
    """One program of the group, in a process group of its own so that nothing of it is left behind."""

    name: str
    command: Sequence[str]
    logs: Path
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    next_start: float = 0.0
    wait: float = FIRST_WAIT
    falls: int = 0
    log: logging.Logger = field(init=False)

    def __post_init__(self) -> None:
        self.log = json_log(self.name, self.logs)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, env=plain_environment(),
        )  # fmt: skip
        self.began = time.monotonic()
        assert self.process.stdout is not None
        threading.Thread(target=keep_lines, args=(self.process.stdout, self.log), daemon=True).start()

    def fell(self) -> int | None:
        """The exit code when it has just ended by itself; the time of its next start is then set."""
        if self.process is None or self.process.poll() is None:
            return None
        code = self.process.returncode
        end_group(self.process.pid, patience=0)
        self.process = None
        self.wait = 0.0 if time.monotonic() - self.began > WELL_AFTER else self.wait
        self.next_start = time.monotonic() + self.wait
        self.wait = min(max(self.wait * 2, FIRST_WAIT), LONGEST_WAIT)
        self.falls += 1
        return code

    @property
    def due(self) -> bool:
        return self.process is None and time.monotonic() >= self.next_start

    def end(self) -> None:
        """Ask, wait, then insist."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.log.warning("killed since it did not end by itself")
        end_group(self.process.pid, patience=0)
        self.process.wait()
        self.process = None


@dataclass(frozen=True)
class Trace:
    """How to know a process again after the one that started it is gone."""

    name: str
    pid: int
    mark: str

    @classmethod
    def of(cls, name: str, pid: int) -> Trace:
        return cls(name, pid, start_mark(pid))

    @property
    def alive(self) -> bool:
        return alive(self.pid) and start_mark(self.pid) == self.mark


def end_group(leader: int, *, patience: float) -> None:
    """End a whole process group."""
    if patience:
        _signal_group(leader, signal.SIGTERM)
        end = time.monotonic() + patience
        while alive(leader) and time.monotonic() < end:
            time.sleep(0.05)
    _signal_group(leader, signal.SIGKILL)


def _signal_group(leader: int, sign: signal.Signals) -> None:
    try:
        os.killpg(leader, sign)
    except (ProcessLookupError, PermissionError):
        return


def json_log(name: str, folder: Path) -> logging.Logger:
    """A logger that writes JSON lines into a rotating file of its own."""
    log = logging.Logger(f"qibu.{name}")
    path = folder / f"{name}.log"
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    path.chmod(0o600)
    handler.setFormatter(Lines())
    log.addHandler(handler)
    return log


class Lines(JsonLines):
    """What is a JSON line already stays as it is; everything else becomes one."""

    STANDARD = JsonLines.STANDARD | {"finished"}

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "finished", False):
            return record.getMessage()
        return super().format(record)


def keep_lines(stream: IO[bytes], log: logging.Logger) -> None:
    """Write the lines of a child into its log until it ends."""
    for raw in stream:
        line = raw.decode("utf-8", errors="replace").rstrip()
        if line:
            log.info("%s", line, extra={"finished": _is_object(line)})


def _is_object(line: str) -> bool:
    if not line.startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
