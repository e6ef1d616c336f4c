"""Whether one's data are safe, every manager reads; what concerns the machine, the head of the whole installation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from qibu.kernel import keeping
from qibu.kernel.actors import Actor
from qibu.network.models import Organisation, Staff
from qibu.network.tests.test_pages import enter, found
from qibu.network.tests.test_second_factor import hire

pytestmark = pytest.mark.django_db
OF_THE_MACHINE = ("a.qibu", "1.0 MB", "/mnt/backup", "bin/qibu")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.QIBU_HOME = tmp_path
    for folder in ("run", "keys"):
        (tmp_path / folder).mkdir()
    file = tmp_path / "a.qibu"
    file.write_bytes(b"x")
    keeping.note_backup(tmp_path, keeping.Backup(str(file), "2026-11-18T02:31:00+00:00", 2**20, 3.0))
    keeping.note_failure(tmp_path, "/mnt/backup 剩余 3 MB")
    return tmp_path


def told(client: Client, who: Actor) -> list[bool]:
    page = enter(client, who).get("/settings/keeping/").content.decode()
    assert "没有成功" in page and "还没有恢复文件" in page
    return [word in page for word in OF_THE_MACHINE]


def test_who_has_nobody_above_and_all_others_below_reads_of_the_machine(client: Client) -> None:
    head = found("A")
    assert told(client, head) == [True] * 4
    below = found("B")
    Organisation.objects.filter(pk=below.organisation_id).update(parent=head.organisation_id)
    assert told(client, head) == [True] * 4
    assert told(client, below) == [False] * 4


def test_where_several_have_nobody_above_none_of_them_does(client: Client) -> None:
    stores = [found("A"), found("B")]
    assert [told(client, one) for one in stores] == [[False] * 4] * 2


def ringing(client: Client, who: Actor | Staff) -> bool:
    return "最近一次备份没有成功" in enter(client, who).get("/bell/").content.decode()


def test_a_night_without_a_backup_rings_for_managers_with_nobody_above(client: Client, home: Path) -> None:
    head, below = found("A"), found("B")
    Organisation.objects.filter(pk=below.organisation_id).update(parent=head.organisation_id)
    assert (ringing(client, head), ringing(client, below)) == (True, False)
    assert not ringing(client, hire(head, "seller", "sales_consultant"))
    made = datetime.now(UTC).isoformat(timespec="seconds")
    keeping.note_backup(home, keeping.Backup(str(home / "a.qibu"), made, 2**20, 3.0))
    assert not ringing(client, head)


def test_a_backup_that_grows_old_rings_where_one_is_made_each_night(client: Client, home: Path, settings: Any) -> None:
    head = found("A")
    (home / "run" / "backups.json").unlink()
    keeping.note_backup(home, keeping.Backup(str(home / "a.qibu"), "2026-11-18T02:31:00+00:00", 2**20, 3.0))
    for nightly, rings in (("", False), (str(home), True)):
        settings.QIBU_BACKUP_TO = nightly
        assert ("备份已超过两天" in enter(client, head).get("/bell/").content.decode()) is rings
