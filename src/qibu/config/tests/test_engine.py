import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from qibu.config import postgres
from qibu.config.home import Home
from qibu.config.postgres import Engine, EngineError, connect_super

NEIGHBOUR = """
import sys
from pathlib import Path
from qibu.config.home import Home
from qibu.config.postgres import Engine
with Engine(Home(Path(sys.argv[1])), throw_away=True).used():
    print("in", flush=True)
    sys.stdin.readline()
"""

# Kills its server and lives on without looking after it.
KILLING = """
import os, signal, sys
from pathlib import Path
from qibu.config.home import Home
from qibu.config.postgres import Engine
engine = Engine(Home(Path({home!r})))
with engine.used():
    number = engine.pid
    os.kill(number, signal.SIGKILL)
    print(number, flush=True)
    sys.stdin.readline()
    os._exit(0)
"""


@pytest.fixture
def engine(fresh_home: Home) -> Engine:
    return Engine(fresh_home, throw_away=True)


def neighbour(engine: Engine) -> "subprocess.Popen[str]":
    """Another command that uses the same home until its input ends."""
    command = [sys.executable, "-c", NEIGHBOUR, str(engine.home.path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    return process


@pytest.mark.by_turns
def test_the_last_to_leave_stops_the_server(engine: Engine) -> None:
    with engine.used():
        other = neighbour(engine)
        running = engine.pid
    assert engine.pid == running is not None
    other.communicate("")
    assert engine.pid is None


@pytest.mark.by_turns
def test_who_is_killed_holds_nobody_up(engine: Engine) -> None:
    with engine.used():
        other = neighbour(engine)
        other.kill()
        other.communicate()
    assert engine.pid is None


def test_committed_rows_survive_a_kill_of_the_server(fresh_home: Home) -> None:
    engine = Engine(fresh_home)
    with engine.used():
        with connect_super(engine.home, "qibu") as root:
            root.execute("CREATE TABLE kept AS SELECT 7 AS value")
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGKILL)
        engine.start()
        with connect_super(engine.home, "qibu") as root:
            assert root.execute("SELECT value FROM kept").fetchone() == (7,)


@pytest.mark.by_turns
def test_a_set_up_cut_short_is_begun_again(engine: Engine) -> None:
    engine.home.prepare()
    half = engine.home.db / "18.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with engine.used():
        assert engine.pid is not None


@pytest.mark.by_turns
def test_a_foreign_process_under_the_old_number_is_no_server(engine: Engine) -> None:
    with engine.used():
        pass
    (engine.home.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert engine.pid is None
    with engine.used():
        assert engine.pid not in (None, os.getpid())


@pytest.mark.by_turns
def test_a_server_whose_body_nobody_buries_is_dead(fresh_home: Home) -> None:
    engine = Engine(fresh_home)
    killing = KILLING.format(home=str(fresh_home.path))
    with subprocess.Popen([sys.executable, "-c", killing], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        zombie = int(parent.stdout.readline())
        os.kill(zombie, 0)
        with engine.used():
            assert engine.pid not in (None, zombie)


@pytest.mark.by_turns
def test_keys_of_another_home_are_named_as_the_reason(engine: Engine) -> None:
    with engine.used():
        pass
    (engine.home.keys / "database-super").write_text("another")
    with pytest.raises(EngineError, match="keys"), engine.used():
        pass
    assert engine.pid is None


@pytest.mark.by_turns
def test_the_server_has_no_network_and_sums_its_pages(engine: Engine) -> None:
    with engine.used(), connect_super(engine.home, "qibu") as root:
        asked = "SELECT current_setting('listen_addresses'), current_setting('data_checksums')"
        assert root.execute(asked).fetchone() == ("", "on")
        asked = "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'qibu'"
        assert root.execute(asked).fetchone() == ("b", "C.UTF-8")


@pytest.mark.by_turns
def test_a_broken_data_folder_is_reported_with_the_reason(engine: Engine) -> None:
    with engine.used():
        pass
    (engine.home.cluster / "global" / "pg_control").unlink()
    with pytest.raises(EngineError, match="pg_control"), engine.used():
        pass


def test_a_session_of_the_tests_is_bound_like_the_product(db: None) -> None:
    from django.db import connection

    assert connection.settings_dict["USER"] == "qibu_app"
    with pytest.raises(psycopg.Error), psycopg.connect(Home.from_environment().conninfo("app")) as plain:
        plain.execute("SET ROLE qibu_owner")


def test_a_failed_statement_is_not_in_the_server_s_log(fresh_home: Home) -> None:
    with Engine(fresh_home).used(), connect_super(fresh_home) as connection, pytest.raises(psycopg.Error):
        connection.execute("SELECT '13805530002' WHERE 1 / 0 = 1")
    said = "".join(log.read_text() for log in (fresh_home.logs / "postgres").glob("*.json"))
    assert "division by zero" in said and "13805530002" not in said


def test_a_server_that_has_no_room_for_anybody_is_not_waited_for(
    fresh_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> None:
        raise psycopg.OperationalError("FATAL:  could not write init file: No space left on device")

    monkeypatch.setattr(postgres, "connect_super", refuse)
    with pytest.raises(EngineError, match=r"磁盘满了.*清理磁盘"):
        Engine(fresh_home)._await(os.getpid())


def test_a_start_that_failed_for_a_full_disk_says_so_before_the_log(fresh_home: Home) -> None:
    fresh_home.prepare()
    (fresh_home.logs / "postgres-start.log").write_text("FATAL: could not write to file: No space left on device\n")
    first, *rest = Engine(fresh_home)._why_dead().splitlines()
    assert "磁盘满了" in first and "could not write" in rest[-1]


@pytest.mark.parametrize("said", ["No space left on device", "wrote only 4096\nHINT:  Check free disk space."])
def test_a_cluster_that_finds_no_room_says_so_before_the_program_s_words(
    fresh_home: Home, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    fresh_home.prepare()
    done = subprocess.CompletedProcess([], 1, "", said)
    monkeypatch.setattr(Engine, "_run", lambda *given: done)
    with pytest.raises(EngineError) as refused:
        Engine(fresh_home).initialise()
    first, *rest = str(refused.value).splitlines()
    assert "磁盘满了" in first and str(fresh_home.path) in first and said.splitlines()[-1] in rest[-1]


def test_rows_that_find_no_room_at_the_start_are_told_as_a_full_disk(
    fresh_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_home: Home) -> None:
        raise psycopg.errors.DiskFull("could not extend file")

    monkeypatch.setattr(postgres, "ensure_roles", refuse)
    with pytest.raises(EngineError, match=r"磁盘满了.*清理磁盘"), Engine(fresh_home).used():
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")
def test_a_full_disk_leaves_the_note_of_the_running_server(fresh_home: Home) -> None:
    """An empty one would keep PostgreSQL from starting for good."""
    fresh_home.cluster.mkdir(parents=True)
    note = fresh_home.cluster / "postmaster.pid"
    note.write_text("7\n/place\n")
    (fresh_home.cluster / "postmaster.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        Engine(fresh_home)._forget_old_number()
    assert note.read_text() == "7\n/place\n"
