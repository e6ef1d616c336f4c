"""The process group as a whole, in homes of their own. Only the ordinary life is quick; falls are slow."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from qibu.config import processes
from qibu.config.children import Child, Trace
from qibu.config.home import Home
from qibu.config.liveness import alive
from qibu.config.postgres import Engine, EngineError
from qibu.config.processes import Record, answers, end_orphans, refuse_taken_port

DEADLINE = 180.0


def until(what: Callable[[], object]) -> None:
    """Wait for another process; the deadline is far beyond what is usual."""
    end = time.monotonic() + DEADLINE
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def qibu(home: Home, *arguments: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QIBU_")}
    command = [sys.executable, "-m", "qibu", *arguments, "--home", str(home.path)]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, env=environment, **streams)


def told(process: "subprocess.Popen[str]") -> tuple[int, str]:
    output, _nothing = process.communicate(timeout=DEADLINE)
    return process.returncode, output


@contextmanager
def served(home: Home) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """`serve`, once its first page answers."""
    port = free_port()
    process = qibu(home, "serve", "--port", str(port))
    try:
        until(lambda: process.poll() is not None or answers(port))
        yield port, process
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE)


def child(home: Home, name: str) -> int:
    """The number of a child as the supervisor recorded it, once it is there and alive."""
    found: list[int] = []

    def look() -> bool:
        record = Record.read(home)
        found[:] = [one.pid for one in record.children if one.name == name and one.alive] if record else []
        return bool(found)

    until(look)
    return found[0]


def test_a_life_of_serving(fresh_home: Home) -> None:
    with served(fresh_home) as (port, process):
        code, second = told(qibu(fresh_home, "serve"))
        assert code == 1
        assert f"http://127.0.0.1:{port}/" in second
        code, _said = told(qibu(fresh_home, "migrate"))
        assert code == 0
        assert answers(port)
        started = [Engine(fresh_home).pid, child(fresh_home, "web"), child(fresh_home, "worker")]
        code, said = told(qibu(fresh_home, "stop"))
        assert (code, said) == (0, "七步已停止。\n")
        assert process.wait(DEADLINE) == 0
    assert not any(alive(number) for number in started if number)
    assert Record.read(fresh_home) is None


@pytest.mark.slow
def test_a_command_works_without_serve_and_leaves_nothing_running(fresh_home: Home) -> None:
    code, said = told(qibu(fresh_home, "migrate"))
    assert (code, "最新" in said or "升级" in said) == (0, True)
    assert Engine(fresh_home).pid is None
    assert told(qibu(fresh_home, "stop")) == (0, "七步没有在运行。\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_is_started_again(fresh_home: Home, name: str) -> None:
    with served(fresh_home) as (port, _process):
        before = child(fresh_home, name)
        os.killpg(before, signal.SIGKILL)
        until(lambda: child(fresh_home, name) != before)
        until(lambda: answers(port))


@pytest.mark.slow
def test_a_web_server_that_lost_its_head_leaves_no_body_on_the_port(fresh_home: Home) -> None:
    with served(fresh_home) as (port, _process):
        before = child(fresh_home, "web")
        os.kill(before, signal.SIGKILL)
        until(lambda: child(fresh_home, "web") != before)
        until(lambda: answers(port))


@pytest.mark.slow
def test_a_killed_database_comes_back_with_what_was_committed(fresh_home: Home) -> None:
    with served(fresh_home) as (port, _process):
        with psycopg.connect(fresh_home.conninfo("owner")) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 7 AS value")
        before = Engine(fresh_home).pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until(lambda: Engine(fresh_home).pid not in (None, before))
        until(lambda: answers(port))
        with psycopg.connect(fresh_home.conninfo("owner")) as owner:
            assert owner.execute("SELECT value FROM kept").fetchone() == (7,)


@pytest.mark.slow
def test_after_a_killed_supervisor_the_next_start_ends_the_orphans(fresh_home: Home) -> None:
    with served(fresh_home) as (_port, process):
        orphans = [child(fresh_home, "web"), child(fresh_home, "worker")]
        process.kill()
        process.wait()
        assert all(alive(number) for number in orphans)
        with served(fresh_home) as (port, _next):
            assert answers(port)
            assert not any(alive(number) for number in orphans)


@pytest.mark.slow
def test_stop_ends_what_a_killed_supervisor_left(fresh_home: Home) -> None:
    with served(fresh_home) as (_port, process):
        left = [child(fresh_home, "web"), child(fresh_home, "worker"), Engine(fresh_home).pid]
        process.kill()
        process.wait()
        code, _said = told(qibu(fresh_home, "stop"))
        assert code == 0
        assert not any(alive(number) for number in left if number)


@pytest.mark.slow
def test_doctor_finds_a_running_installation_well(fresh_home: Home) -> None:
    with served(fresh_home):
        child(fresh_home, "worker")
        until((fresh_home.run / "worker.heartbeat").exists)
        code, said = told(qibu(fresh_home, "doctor"))
    assert code == 0, said


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(EngineError, match=rf"{port}.*--port"):
            refuse_taken_port(port)


def test_a_port_that_a_dying_orphan_still_holds_is_waited_for() -> None:
    with socket.socket() as orphan:
        orphan.bind(("127.0.0.1", 0))
        orphan.listen()
        port = orphan.getsockname()[1]
        Timer(0.5, orphan.close).start()
        refuse_taken_port(port, patience=DEADLINE)


def test_a_child_that_keeps_falling_waits_longer_each_time(tmp_path: Path) -> None:
    falling = Child("falling", [sys.executable, "-c", "print('out'); raise SystemExit(3)"], tmp_path)
    waits = []
    for _ in range(3):
        falling.start()
        assert falling.process is not None
        falling.process.wait()
        assert falling.fell() == 3
        waits.append(falling.next_start - time.monotonic())
    assert waits[0] < waits[1] < waits[2]
    assert not falling.due


def test_what_a_child_says_becomes_lines_of_json(tmp_path: Path) -> None:
    said = "print('plain'); print('{\"level\": \"info\"}')"
    talking = Child("talking", [sys.executable, "-c", said], tmp_path)
    talking.start()
    until(lambda: len((tmp_path / "talking.log").read_text().splitlines()) == 2)
    plain, ready = (tmp_path / "talking.log").read_text().splitlines()
    assert '"message": "plain"' in plain
    assert ready == '{"level": "info"}'


def test_another_process_under_a_recorded_number_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.run.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        me = Trace.of("supervisor", os.getpid())
        Record(8000, me, [Trace("web", innocent.pid, "another time")]).write(home)
        assert end_orphans(home) == 0
        assert innocent.poll() is None


class Gone(io.StringIO):
    def flush(self) -> None:
        raise BrokenPipeError


def test_a_closed_terminal_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Gone())
    with pytest.raises(BrokenPipeError):
        print("the fault is there", flush=True)
    processes.tell("七步已就绪")


def test_a_full_disk_ends_nobody_who_serves(fresh_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs can't be written down just then: it is tried again with the next turn."""
    fresh_home.prepare()
    supervisor = processes.Supervisor(fresh_home, 1)
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        supervisor.children[0].process = sleeper
        note = Record.path(fresh_home).with_suffix(".new")
        note.symlink_to("/dev/full")
        supervisor.write_record()
        assert Record.read(fresh_home) is None
        note.unlink()
        supervisor.write_record()
        kept = Record.read(fresh_home)
        sleeper.kill()
    assert kept is not None and [child.pid for child in kept.children] == [sleeper.pid]


def test_a_migration_that_finds_no_room_is_told_as_a_full_disk(fresh_home: Home) -> None:
    fresh_home.prepare()
    told = processes.Supervisor(fresh_home, 1)._not_migrated("DiskFull: …\nHINT:  Check free disk space.")
    assert "磁盘满了" in told.splitlines()[0]
    assert "磁盘" not in processes.Supervisor(fresh_home, 1)._not_migrated("ProgrammingError: no such table")
