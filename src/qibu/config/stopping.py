"""`stop`: end the supervisor of this home and everything it started, and wait for it."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
import time

from qibu.config.home import Home
from qibu.config.postgres import Engine, external_url
from qibu.config.processes import AlreadyRunning, Record, end_orphans, only_supervisor

# Longer than web server, worker and database may take one after the other.
PATIENCE = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`stop` has the common options only."""


def run(args: argparse.Namespace) -> int:
    """The command `stop`."""
    home: Home = args.home
    if not home.run.exists():
        print(f"{home.path} 没有在运行。")
        return 0
    running = Record.read(home)
    if not _end_supervisor(home, running):
        print("七步没有按时停下，请查看日志 supervisor.log。", file=sys.stderr)
        return 1
    with only_supervisor(home):
        end_orphans(home)
        busy = not _end_engine(home)
    print("七步已停止。" if running else "七步没有在运行。")
    if busy:
        print("还有别的命令在使用数据库，它结束后数据库随之停止。")
    return 0


def _end_supervisor(home: Home, record: Record | None) -> bool:
    """Ask it; when its time is over, kill it: its children and the database are ended afterwards."""
    end = time.monotonic() + PATIENCE
    asked = False
    while _held(home):
        if record is None:
            record = Record.read(home)
        if record and record.supervisor.alive:
            late = time.monotonic() > end
            if late or not asked:
                os.kill(record.supervisor.pid, signal.SIGKILL if late else signal.SIGTERM)
                asked = True
        if time.monotonic() > end + 10:
            return False
        time.sleep(0.1)
    return True


def _held(home: Home) -> bool:
    try:
        with only_supervisor(home):
            return False
    except AlreadyRunning:
        return True


def _end_engine(home: Home) -> bool:
    """Stop a database that nobody uses any more."""
    if external_url():
        return True
    with (home.run / "engine.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        Engine(home).stop()
    return True
