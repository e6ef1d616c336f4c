"""When the backup of the night is made, and what is said of it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from qibu.config import doctor
from qibu.config.backups import command
from qibu.config.backups.nightly import due
from qibu.config.home import Home
from qibu.kernel import keeping
from qibu.kernel.keeping import Backup, Backups, Failure

ZONE = ZoneInfo("Asia/Shanghai")
AT = time(2, 30)
NIGHT = datetime(2026, 11, 26, 2, 30, tzinfo=ZONE)


def made(at: datetime, file: str = "/b/one.qibu") -> Backup:
    return Backup(file, at.astimezone(UTC).isoformat(), 5_000_000, 2.0, [1])


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        (NIGHT, None, True),
        (NIGHT, NIGHT - timedelta(days=1), True),
        (NIGHT - timedelta(minutes=1), NIGHT - timedelta(days=1), False),
        (NIGHT + timedelta(minutes=10), NIGHT + timedelta(minutes=1), False),
        (NIGHT + timedelta(hours=9), NIGHT - timedelta(days=1), True),  # the machine slept
        (NIGHT + timedelta(hours=9), NIGHT - timedelta(hours=1), True),  # one by hand in the evening is another day's
        (NIGHT - timedelta(hours=1), NIGHT - timedelta(days=2), True),  # and made up before the next night
    ],
)
def test_once_a_night_and_made_up_in_the_morning(now: datetime, last: datetime | None, expected: bool) -> None:
    assert due(now, AT, Backups((made(last),) if last else ())) is expected


def test_a_failed_one_is_tried_again_after_an_hour() -> None:
    failed = Failure(NIGHT.astimezone(UTC).isoformat(), "disk")
    assert not due(NIGHT + timedelta(minutes=30), AT, Backups((), failed))
    assert due(NIGHT + timedelta(minutes=60), AT, Backups((), failed))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.prepare()
    (home.keys / "data.json").write_text('{"current": 1, "keys": {"1": "YQ=="}, "lookup": "Yg=="}')
    return home


def test_doctor_says_how_old_the_last_good_backup_is(home: Home) -> None:
    assert (doctor.backups(home).state, "还没有备份" in doctor.backups(home).text) == ("warn", True)
    file = home.path / "one.qibu"
    file.touch()
    keeping.note_backup(home.path, made(datetime.now(UTC) - timedelta(hours=3), str(file)))
    found = doctor.backups(home)
    assert (found.state, "3 小时前" in found.text, "4.8 MB" in found.text) == ("ok", True, True)
    keeping.note_failure(home.path, "磁盘已满")
    found = doctor.backups(home)
    assert (found.state, "磁盘已满" in found.text, "3 小时前" in found.text) == ("warn", True, True)
    keeping.note_backup(home.path, made(datetime.now(UTC) - timedelta(days=3), str(file)))
    found = doctor.backups(home)
    assert (found.state, "3 天前" in found.text) == ("warn", True)


def test_doctor_says_when_the_recovery_file_lacks_a_key(home: Home) -> None:
    assert (doctor.recovery(home).state, "还没有恢复文件" in doctor.recovery(home).text) == ("warn", True)
    keeping.note_recovery(home.path, [1])
    assert doctor.recovery(home).state == "ok"
    (home.keys / "data.json").write_text('{"current": 2, "keys": {"1": "YQ==", "2": "Yg=="}, "lookup": "Yg=="}')
    found = doctor.recovery(home)
    assert (found.state, "没有最新的密钥" in found.text) == ("warn", True)


def test_a_folder_mistyped_by_hand_is_no_night_that_failed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home.path / "letter.txt"
    file.touch()
    monkeypatch.setattr(command, "_refuse_nothing", lambda _home: None)
    with pytest.raises(FileExistsError):
        command.make(argparse.Namespace(home=home, to=file, keep=None))
    assert keeping.backups(home.path).failed is None
