import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from qibu.config import doctor
from qibu.config.home import Home
from qibu.config.postgres import connect_super
from qibu.kernel import erasures, keys
from qibu.kernel.erasures import Erased
from qibu.testing import HOME


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    return home


@pytest.fixture
def root(db: None) -> Iterator[doctor.Connection]:
    """The tests' database as its superuser, in a transaction that is taken back."""
    with connect_super(HOME, connections["default"].settings_dict["NAME"]) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    findings = list(doctor.examine(Home(tmp_path / "none")))
    assert findings[-1].state == "fail"
    assert "bin/qibu serve" in findings[-1].text
    assert not (tmp_path / "none").exists()


def test_a_key_that_others_can_read_fails(home: Home) -> None:
    assert doctor.keys(home).state == "ok"
    (home.keys / "database-app").chmod(0o640)
    assert doctor.keys(home).state == "fail"


def test_an_open_folder_of_keys_fails(home: Home) -> None:
    home.keys.chmod(0o755)
    assert doctor.keys(home).state == "fail"


def test_a_clock_set_back_behind_what_was_written_fails(home: Home) -> None:
    assert doctor.clock(home).state == "ok"
    log = home.logs / "web.log"
    log.touch()
    os.utime(log, (4_000_000_000, 4_000_000_000))
    assert doctor.clock(home).state == "fail"


@pytest.mark.parametrize(("today", "state"), [
    (date(2026, 6, 1), "ok"), (date(2026, 12, 1), "warn"), (date(2031, 1, 1), "fail"),
])  # fmt: skip
def test_years_without_holidays_are_told_in_time(
    monkeypatch: pytest.MonkeyPatch, today: date, state: str
) -> None:
    monkeypatch.setattr("qibu.tasks.holidays.known_years", lambda: range(2004, 2027))
    assert doctor.calendar(today).state == state


def test_the_tables_and_roles_as_they_are_pass(root: doctor.Connection) -> None:
    assert doctor.row_security(root).state == "ok"
    assert doctor.roles(root).state == "ok"


def test_a_table_without_its_fence_fails_by_name(root: doctor.Connection) -> None:
    root.execute("ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY")
    finding = doctor.row_security(root)
    assert finding.state == "fail"
    assert "customers_customer" in finding.text


@pytest.mark.parametrize("right", ["ALTER ROLE qibu_app BYPASSRLS", "GRANT qibu_owner TO qibu_app"])
def test_a_role_that_could_leave_its_fence_fails(root: doctor.Connection, right: str) -> None:
    root.execute(right)
    assert doctor.roles(root).state == "fail"


def test_a_database_without_sums_fails_when_it_is_ours(root: doctor.Connection) -> None:
    # Tests run without writing through, which nobody else may.
    assert doctor.settings(root).state == "fail"


def test_passwords_that_do_not_fit_are_named(db: None, tmp_path: Path) -> None:
    with psycopg.connect(HOME.conninfo("app")):
        assert doctor.signing_in(HOME).state == "ok"
    # A home elsewhere with the same socket, but with keys of its own.
    other = Home(tmp_path / "other")
    other.prepare()
    (other.run / "pg").symlink_to(HOME.socket_folder)
    assert doctor.signing_in(other).state == "fail"


def test_an_entry_that_was_parked_is_named(root: doctor.Connection) -> None:
    assert doctor.parked(root).state == "ok"
    root.execute(
        "INSERT INTO kernel_parked (organisation_id, reader, entry_id, error, tries, next_at)"
        " VALUES (1, 'care.dues', 7, 'ValueError', 1, now())"
    )
    found = doctor.parked(root)
    assert (found.state, "care.dues 1 条" in found.text) == ("warn", True)


def test_a_ledger_of_erasures_that_lost_lines_is_told(home: Home, root: doctor.Connection) -> None:
    """The database knows of two; a restore would go by the ledger alone."""
    keys.create(home.keys / "data.json")
    key, ledger = erasures.key_in((home.keys / "data.json").read_text()), home.path / erasures.LEDGER
    root.execute("SET LOCAL session_replication_role = replica")  # whose rows they are is not looked at
    for number in (1, 2):
        root.execute(
            "INSERT INTO customers_erasure (organisation_id, customer_id, reason, at, again, noted_at)"
            " VALUES (1, %s, 'x', now(), false, now())",
            [number],
        )
    assert "少了 2 条" in doctor.erased(home, root).text
    erasures.add(ledger, key, [Erased(1, number, "2026-11-18T00:00:00+00:00", f"{number}") for number in (1, 2)])
    assert doctor.erased(home, root).state == "ok"
    lines = ledger.read_text().splitlines(keepends=True)
    ledger.write_text("".join(lines[:2]))
    assert (doctor.erased(home, root).state, "少了 1 条" in doctor.erased(home, root).text) == ("warn", True)
    ledger.write_text("".join([lines[0], lines[2]]))
    assert (doctor.erased(home, root).state, "被改过" in doctor.erased(home, root).text) == ("fail", True)
