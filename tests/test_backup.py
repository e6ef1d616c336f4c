"""Backups and the way back: the same row by row, whole or not there, and nothing old goes out."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.homes import environment, everything, in_home, lived_in, qibu, rows, words_in

from qibu.config import keyfiles
from qibu.config.backups import making, verifying
from qibu.config.backups.parts import Packing, unpacked
from qibu.config.home import Home
from qibu.config.postgres import Engine, own_program
from qibu.kernel import keeping
from qibu.testing import HOME

# What the last step of a restore changes on purpose; looked at one by one below.
SETTLED = {
    "procrastinate_jobs", "procrastinate_events", "django_session", "kernel_entry", "contact_sendinghold",
    "network_batchact", "network_export", "connect_import", "quotes_quotelink", "nurturing_sending",
    "drives_feedbacklink",
}  # fmt: skip
LINKS = {
    "quotes_quotelink": "revoked_at IS NULL AND expires_at > now()", "drives_feedbacklink": "expires_at > now()",
    "nurturing_sending": "state = 'sent' AND revoked_at IS NULL AND expires_at > now()",
}  # fmt: skip
WAITING = """
UPDATE contact_message SET state = 'queued', due_at = now(), expires_at = now() + interval '1 day', settled_at = NULL
 WHERE id IN (SELECT min(id) FROM contact_message GROUP BY organisation_id);
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, priority)
VALUES ('default', 'contact.deliver', '{}', 'todo', 0), ('default', 'contact.write', '{}', 'doing', 0);
UPDATE connect_import SET state = 'loading' WHERE id = (SELECT min(id) FROM connect_import);
"""


class Kept:
    """The home of this module, one backup of it, and what leads back."""

    def __init__(self, place: Path, ids: dict[str, dict[str, Any]]) -> None:
        self.place, self.home, self.backups, self.ids = place, Home(place / "home"), place / "backups", ids
        with psycopg.connect(self.home.conninfo("owner")) as owner:
            owner.execute(WAITING)
        self.words, self.recovery = words_in(place), place / "recovery"
        qibu(self.home, "audit", "anchor")
        self.said = [qibu(self.home, "keys", "recovery", "--out", str(self.recovery), *self.passphrase)]
        self.said.append(qibu(self.home, "backup", "--to", str(self.backups)))

    @property
    def passphrase(self) -> tuple[str, str]:
        return "--passphrase-file", str(self.words)

    @property
    def file(self) -> Path:
        (path,) = self.backups.glob("qibu-*.qibu")
        return path

    def restore(self, name: str, file: Path | None = None, *more: str) -> tuple[Home, int, str]:
        home = Home(self.place / name)
        way = more or ("--recovery", str(self.recovery), *self.passphrase)
        return home, *qibu(home, "restore", str(file or self.file), *way)


@pytest.fixture(scope="module")
def kept(django_db_setup: None) -> Iterator[Kept]:
    """Below the session's own folder, so that whatever is left running is ended with it."""
    place = HOME.path / "h" / f"b{os.getpid() % 10000}"
    place.mkdir(parents=True)
    for folder in (place.parent, place):
        folder.chmod(0o711)
    home = Home(place / "home")
    ids = lived_in(home)
    with Engine(home, throw_away=True).used():  # it runs all the time, as it does where people work
        yield Kept(place, ids)
    for home in place.iterdir():
        if (home / "db").exists():
            Engine(Home(home)).stop()
    shutil.rmtree(place)


@pytest.fixture(scope="module")
def restored(kept: Kept) -> tuple[Home, str]:
    home, code, said = kept.restore("again")
    assert code == 0, said
    return home, said


def test_a_backup_is_made_verified_and_noted(kept: Kept) -> None:
    assert [code for code, _said in kept.said] == [0, 0], kept.said
    assert "已核对" in kept.said[1][1]
    assert kept.file.stat().st_mode & 0o777 == 0o600
    last = keeping.backups(kept.home.path).last
    assert last is not None and (last.file, last.keys) == (str(kept.file), [1])
    code, said = qibu(kept.home, "backup", "verify", str(kept.file))
    assert (code, "备份完整" in said) == (0, True)
    assert not list(kept.backups.glob(".*"))


def test_everything_is_the_same_row_by_row(kept: Kept, restored: tuple[Home, str]) -> None:
    home, said = restored
    assert "逐行一致" in said
    before, after = everything(kept.home), everything(home)
    assert before.keys() == after.keys()
    different = {table for table in before if before[table] != after[table]}
    assert different <= SETTLED
    assert len(before["customers_customer"]) > 20
    assert set(before["kernel_entry"]) < set(after["kernel_entry"])


def files_of(home: Home) -> dict[Path, bytes]:
    return {path.relative_to(home.files): path.read_bytes() for path in home.files.rglob("*") if path.is_file()}


def test_anchors_of_the_trail_come_along(kept: Kept, restored: tuple[Home, str]) -> None:
    home, _said = restored
    assert (home.files / "audit" / "anchors.jsonl").read_text().count('"anchor"') >= len(kept.ids)
    assert qibu(home, "audit", "verify")[0] == 0


def test_an_anchor_that_came_after_the_snapshot_stays_out(tmp_path: Path, settings: Any) -> None:
    """It would be of a chain that the backup doesn't have, and look like a forgery in the new home."""
    settings.QIBU_FILES = tmp_path / "files"
    anchors = settings.QIBU_FILES / "audit" / "anchors.jsonl"
    anchors.parent.mkdir(parents=True)
    anchors.write_text("before\n")
    earlier = making._of_no_row()
    with anchors.open("a") as file:
        file.write("after\n")
    (anchors.parent / "later.jsonl").write_text("after\n")
    into = io.BytesIO()
    packing = Packing(into)
    making._put_files(packing, earlier, lambda _text: None)
    packing.close()
    found = {name: content.read() for name, content in unpacked(io.BytesIO(into.getvalue()))}
    assert found == {"files/audit/anchors.jsonl": b"before\n"}


def test_files_are_the_same_and_as_closed(kept: Kept, restored: tuple[Home, str]) -> None:
    home, _said = restored
    before, after = files_of(kept.home), files_of(home)
    assert before and before == after
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.files.rglob("*"))


def test_what_is_sealed_opens_in_the_new_home(kept: Kept, restored: tuple[Home, str]) -> None:
    home, _said = restored
    read = """
from qibu.config.loading import set_up_django
set_up_django()
from qibu.customers.models import ContactPoint
from qibu.kernel.scoping import scope
from qibu.network.services import actors
import sys
with scope(actors.system(int(sys.argv[1]))):
    print("|".join(ContactPoint.objects.order_by("pk").values_list("value", flat=True)))
"""
    number = str(kept.ids["a"]["organisation"])
    old, new = in_home(kept.home, read, number), in_home(home, read, number)
    assert new.returncode == 0, new.stderr
    assert old.stdout == new.stdout and "1310553" in new.stdout


def test_the_fences_stand_in_the_new_home(kept: Kept, restored: tuple[Home, str]) -> None:
    home, _said = restored
    with Engine(home, throw_away=True).used(), psycopg.connect(home.conninfo("app")) as app:
        with pytest.raises(psycopg.Error):
            app.execute("SELECT count(*) FROM customers_customer").fetchone()
        app.rollback()
        mine, other = kept.ids["a"]["organisation"], kept.ids["b"]["organisation"]
        app.execute("SELECT set_config('qibu.read_orgs', %s, true)", [f"{{{mine}}}"])
        app.execute("SELECT set_config('qibu.write_org', %s, true)", [str(mine)])
        found = app.execute("SELECT DISTINCT organisation_id FROM customers_customer").fetchall()
        assert found == [(mine,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("INSERT INTO customers_tag (organisation_id, name) VALUES (%s, 'x')", [other])
        app.rollback()
        app.execute("SELECT set_config('qibu.read_orgs', %s, true)", [f"{{{mine}}}"])
        app.execute("SELECT set_config('qibu.write_org', %s, true)", [str(mine)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):  # what happened stays
            app.execute("DELETE FROM kernel_entry")


def test_new_rows_get_new_numbers(restored: tuple[Home, str]) -> None:
    home, _said = restored
    with Engine(home, throw_away=True).used(), psycopg.connect(home.conninfo("owner")) as owner:
        made = owner.execute(
            "INSERT INTO customers_tag (organisation_id, name) SELECT min(id), '新'"
            " FROM network_organisation RETURNING id, (SELECT max(id) FROM customers_tag)"
        ).fetchone()
        assert made is not None and made[0] > made[1]
        owner.rollback()


def test_transactions_count_on_so_that_readers_of_the_journal_miss_nothing(
    kept: Kept, restored: tuple[Home, str]
) -> None:
    """Entries are read and chained by the number of their transaction: a new cluster would begin below the old ones."""
    home, _said = restored
    ((before,),) = rows(kept.home, "SELECT max(xid) FROM kernel_entry")
    ((after,),) = rows(home, "SELECT min(xid) FROM kernel_entry WHERE type = 'network.HomeRestored'")
    assert 0 < before < after
    code, said = qibu(home, "audit", "verify")
    assert code == 0, said


def test_nothing_old_goes_out(kept: Kept, restored: tuple[Home, str]) -> None:
    """Letters wait for a person, jobs are dropped, what was at work is stopped, everybody signs in again."""
    home, said = restored
    before = rows(kept.home, "SELECT count(*) FROM contact_message WHERE state = 'queued'")
    assert rows(home, "SELECT count(*) FROM contact_message WHERE state = 'queued'") == before != [(0,)]
    deliver = """
from qibu.config.loading import set_up_django
set_up_django()
from qibu.contact.services import delivering
from qibu.contact.jobs import _numbers
from qibu.network.services import actors
due = _numbers("contact_organisations_with_due_messages(now())")
print(len(due) > 0, sum(delivering.deliver_all(actor=actors.system(number)) for number in due))
"""
    done = in_home(home, deliver)
    assert (done.returncode, done.stdout.strip()) == (0, "True 0"), done.stderr
    organisations = rows(home, "SELECT count(*) FROM network_organisation")
    assert rows(home, "SELECT count(*) FROM contact_sendinghold WHERE ended_at IS NULL") == organisations
    assert rows(home, "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')") == [(0,)]
    assert rows(home, "SELECT count(*) FROM django_session") == [(0,)] != rows(
        kept.home, "SELECT count(*) FROM django_session"
    )
    assert rows(home, "SELECT state, error ->> 'code' FROM connect_import ORDER BY id LIMIT 1") == [
        ("failed", "interrupted")
    ]
    assert "先不发" in said and "已取消" in said
    for table, opens in LINKS.items():
        assert rows(home, f"SELECT count(*) FROM {table} WHERE {opens}") == [(0,)], table  # noqa: S608  # our own words
    assert "链接已停用" in said
    told = rows(home, "SELECT count(*) FROM kernel_entry WHERE type = 'network.HomeRestored'")
    assert told == organisations


def test_the_new_home_is_well_and_keeps_its_word(restored: tuple[Home, str]) -> None:
    home, _said = restored
    code, said = qibu(home, "doctor")
    assert code == 0, said
    assert "恢复文件写于" in said


def test_no_key_is_in_the_backup(kept: Kept) -> None:
    secret = keyfiles.secrets_of(kept.home).files
    _envelope, source = verifying.opened(kept.file, keyfiles.backup_key(kept.home))
    inside = b"".join(content.read() for _name, content in unpacked(source))
    assert len(inside) > 100_000
    raw = kept.file.read_bytes()
    words = [secret["backup"], secret["django"], *(part for part in secret["data.json"].split('"') if len(part) > 40)]
    assert len(words) == 4
    for word in words:
        assert word.strip().encode() not in inside
        assert word.strip().encode() not in raw
    assert b"PGDMP" in inside and b"PGDMP" not in raw


# What is refused ---------------------------------------------------------------------------------------
def refused(kept: Kept, name: str, sentence: str, file: Path | None = None, *more: str) -> None:
    home, code, said = kept.restore(name, file, *more)
    assert (code, sentence in said, "Traceback" in said) == (1, True, False), said
    assert not home.path.exists() and not list(kept.place.glob(f".{name}*"))


def test_a_used_folder_is_refused_and_stays_as_it_is(kept: Kept) -> None:
    used = kept.place / "used"
    used.mkdir()
    (used / "photo").write_text("x")
    _home, code, said = kept.restore("used")
    assert (code, "已经有东西" in said) == (1, True)
    assert [path.name for path in used.iterdir()] == ["photo"]


def test_a_wrong_passphrase_is_said(kept: Kept) -> None:
    wrong = kept.place / "wrong"
    wrong.write_text("ganz anders, aber lang\n")
    refused(kept, "n1", "恢复密码不对", None, "--recovery", str(kept.recovery), "--passphrase-file", str(wrong))


@pytest.mark.slow
def test_without_keys_the_way_is_named(kept: Kept) -> None:
    refused(kept, "n2", "不是七步的 keys 目录", None, "--keys", str(kept.place))
    refused(kept, "n2", "请用 --recovery", None, "--port", "8000")


@pytest.mark.slow
def test_a_backup_of_another_home_is_named(kept: Kept) -> None:
    other = Home(kept.place / "other")
    other.prepare()
    (other.keys / "data.json").write_text('{"current": 1, "keys": {"1": "YQ=="}, "lookup": "Yg=="}')
    refused(kept, "n3", "另一把备份密钥", None, "--keys", str(other.keys))


@pytest.mark.by_turns
@pytest.mark.parametrize(
    "damage", ["altered", *(pytest.param(one, marks=pytest.mark.slow) for one in ("short", "longer", "no backup"))]
)
def test_a_damaged_backup_is_refused_before_and_after(kept: Kept, damage: str) -> None:
    content, broken = kept.file.read_bytes(), kept.place / f"{damage}.qibu"
    middle = len(content) - 1000
    broken.write_bytes(
        {
            "short": content[:middle],
            "altered": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
            "longer": content + b"x",
            "no backup": b"PGDMP" + content,
        }[damage]
    )
    code, said = qibu(kept.home, "backup", "verify", str(broken))
    assert (code, "请换一份备份" in said) == (1, True), said
    refused(kept, "n4", "请换一份备份", broken)


@pytest.mark.slow
def test_a_newer_backup_is_refused(kept: Kept) -> None:
    newer = kept.place / "newer"
    with psycopg.connect(kept.home.conninfo("owner")) as owner:
        owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('care', '9999_later', now())")
        owner.commit()
        code, _said = qibu(kept.home, "backup", "--to", str(newer))
        owner.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    assert code == 0
    refused(kept, "n5", "请先升级七步", next(newer.glob("*.qibu")))


@pytest.mark.slow
def test_a_row_that_is_not_the_same_is_found(kept: Kept) -> None:
    """The comparison itself: a restore that lost or changed a row would not pass it."""
    script = """
from qibu.config.loading import set_up_django
set_up_django()
import sys
from pathlib import Path
from qibu.config.backups import restoring, snapshot
from qibu.config.home import Home
from qibu.config import keyfiles
whole, broken = restoring._unpack, []
def lossy(backup, draft, key, report):
    found = whole(backup, draft, key, report)
    from qibu.config.postgres import connect_super
    with connect_super(draft, draft.database) as root:
        root.execute(sys.argv[3])
    return found
restoring._unpack = lossy
home = Home(Path(sys.argv[2]))
restoring.restore(Path(sys.argv[1]), home, keyfiles.secrets_of(Home.from_environment()), report=lambda text: None)
"""
    for change, named in [
        ("UPDATE customers_tag SET name = 'X' WHERE id = (SELECT max(id) FROM customers_tag)", "表 customers_tag"),
        ("REVOKE INSERT ON kernel_entry FROM qibu_app", "rights"),
        ("ALTER TABLE customers_tag DISABLE ROW LEVEL SECURITY", "row security"),
        ("SELECT setval('customers_tag_id_seq', 1)", "customers_tag.id"),
    ]:  # fmt: skip
        target = kept.place / "lossy"
        done = in_home(kept.home, script, str(kept.file), str(target), change)
        assert done.returncode == 1 and "NotTheSame" in done.stderr and named in done.stderr, done.stderr[-800:]
        assert not target.exists() and not list(kept.place.glob(".lossy*"))


# While people work, and when all goes dark ---------------------------------------------------------------
@pytest.mark.slow
def test_under_load_a_backup_is_one_moment(kept: Kept) -> None:
    """A row and its book are written in one transaction, over and over; the backup has both or neither."""
    over, rounds = threading.Event(), [0]

    def work() -> None:
        with psycopg.connect(kept.home.conninfo("owner"), autocommit=True) as owner:
            while not over.is_set():
                with owner.transaction():
                    owner.execute("UPDATE network_organisation SET phone = %s", [str(rounds[0])])
                    owner.execute("UPDATE customers_customer SET city = %s", [str(rounds[0])])
                rounds[0] += 1

    with Engine(kept.home).used():
        worker = threading.Thread(target=work)
        worker.start()
        try:
            code, said = qibu(kept.home, "backup", "--to", str(kept.place / "busy"))
        finally:
            over.set()
            worker.join()
    assert code == 0, said
    assert rounds[0] > 10
    home, code, said = kept.restore("calm", next((kept.place / "busy").glob("*.qibu")))
    assert code == 0, said
    found = rows(home, "SELECT phone FROM network_organisation UNION SELECT city FROM customers_customer")
    assert len(found) == 1 and 0 <= int(found[0][0]) <= rounds[0]


KILLED = """
import os, signal, sys
from pathlib import Path
from qibu.config.home import Home
from qibu.config.loading import set_up_django
set_up_django()
from qibu.config import keyfiles
from qibu.config.backups import making, restoring, verifying
def die(*_anything, **_more):
    os.kill(os.getpid(), signal.SIGKILL)
stage = sys.argv[1]
if stage == "dump":
    making.dumping.dumped = lambda *_a: iter([b"x" * 100]) if die() else ()
elif stage == "files":
    making._put_files = die
elif stage == "verify":
    verifying.verify = die
elif stage == "rename":
    making._sync = die
elif stage == "unpack":
    restoring.compare = die
elif stage == "settle":
    restoring._analyse = die
home = Home.from_environment()
if stage in ("unpack", "settle"):
    restoring.restore(Path(sys.argv[2]), Home(Path(sys.argv[3])), keyfiles.secrets_of(home), report=print)
else:
    making.make(home, Path(sys.argv[2]), report=print)
"""


@pytest.mark.by_turns
@pytest.mark.parametrize(
    "stage", ["files", *(pytest.param(one, marks=pytest.mark.slow) for one in ("dump", "verify", "rename"))]
)
def test_a_backup_that_is_killed_leaves_the_home_whole_and_no_half_file(kept: Kept, stage: str) -> None:
    place = kept.place / f"killed-{stage}"
    done = in_home(kept.home, KILLED, stage, str(place))
    assert done.returncode == -signal.SIGKILL, done.stderr
    whole = list(place.glob("qibu-*.qibu"))
    assert len(whole) == (1 if stage == "rename" else 0)
    for file in whole:
        assert qibu(kept.home, "backup", "verify", str(file))[0] == 0
    code, said = qibu(kept.home, "backup", "--to", str(place))
    assert code == 0, said
    assert not list(place.glob(".*"))


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["unpack", "settle"])
def test_a_restore_that_is_killed_leaves_no_home_and_can_be_done_again(kept: Kept, stage: str) -> None:
    target = kept.place / f"half-{stage}"
    done = in_home(kept.home, KILLED, stage, str(kept.file), str(target))
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not target.exists()
    home, code, said = kept.restore(target.name)
    assert code == 0, said
    count = "SELECT count(*) FROM customers_customer"
    assert rows(home, count) == rows(kept.home, count)
    assert not list(kept.place.glob(f".{target.name}*"))


def test_ctrl_c_leaves_nothing_half(kept: Kept) -> None:
    place = kept.place / "broken-off"
    script = KILLED.replace("os.kill(os.getpid(), signal.SIGKILL)", "raise KeyboardInterrupt")
    done = in_home(kept.home, script, "files", str(place))
    assert "KeyboardInterrupt" in done.stderr
    assert list(place.iterdir()) == []
    assert keeping.backups(kept.home.path).failed is None, "a person's wish is no failure"


@pytest.mark.slow
def test_only_one_backup_at_a_time(kept: Kept) -> None:
    waiting = (
        "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print(1, flush=True); input()"
    )
    lock = str(kept.home.run / "backup.lock")
    with subprocess.Popen(
        [sys.executable, "-c", waiting, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == b"1\n"
        code, said = qibu(kept.home, "backup", "--to", str(kept.backups))
        other.communicate(b"\n")
    assert (code, "另一个备份正在进行" in said) == (1, True)


@pytest.mark.slow
def test_a_full_disk_is_told_before_anything_is_written(kept: Kept) -> None:
    script = KILLED.replace("stage = sys.argv[1]", "stage = ''; making.ROOM = 2**60")
    place = kept.place / "full"
    done = in_home(kept.home, script, "", str(place))
    assert done.returncode == 1 and "请清理" in done.stderr
    assert list(place.iterdir()) == []
    failed = keeping.backups(kept.home.path).failed
    assert failed is not None and "请清理" in failed.why
    assert "没有成功" in qibu(kept.home, "doctor")[1]


@pytest.mark.slow
def test_the_newest_are_kept_and_foreign_files_left(kept: Kept) -> None:
    place = kept.place / "few"
    place.mkdir()
    for name in ("qibu-20200101-000000.qibu", "qibu-20200102-000000.qibu"):
        shutil.copy(kept.file, place / name)
    (place / "qibu-20190101-000000.qibu").write_text("QIBU BACKUP {}\n")
    (place / "holiday.jpg").write_text("x")
    code, said = qibu(kept.home, "backup", "--to", str(place), "--keep", "2")
    assert code == 0, said
    names = sorted(path.name for path in place.iterdir())
    assert names[:3] == ["holiday.jpg", "qibu-20190101-000000.qibu", "qibu-20200102-000000.qibu"]
    assert len(names) == 5 and names[-1].endswith(".ledger"), "who was erased lies beside the backups"
    assert keeping.backups(kept.home.path).failed is None


def test_the_role_of_backups_reads_everything_and_writes_nothing(kept: Kept) -> None:
    with psycopg.connect(kept.home.conninfo("backup")) as backup:
        found = backup.execute("SELECT count(DISTINCT organisation_id) FROM customers_customer").fetchone()
        assert found == (3,)
        backup.rollback()
        for statement in ("DELETE FROM customers_customer", "CREATE TABLE public.mine (id int)", "SET ROLE qibu_owner"):
            with pytest.raises(psycopg.Error):
                backup.execute("SET default_transaction_read_only = off")
                backup.execute(statement)
            backup.rollback()


def test_every_file_of_the_world_belongs_to_a_known_area(kept: Kept) -> None:
    """Whoever keeps files says so in `holdings.py`; what nobody named would be taken whatever its rows say."""
    from qibu.kernel import holdings

    of_no_row = {"audit"}  # anchors of the trail, taken as they were before the snapshot
    assert {path.name for path in kept.home.files.iterdir()} <= set(holdings.areas()) | of_no_row
    known: dict[str, Any] = {area: rows(kept.home, statement) for area, statement in holdings.areas().items()}
    assert known["imports"]


def test_a_backup_reads_with_its_own_release_of_the_engine() -> None:
    done = subprocess.run([str(own_program("pg_dump")), "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and " 18" in done.stdout


ROTATING = """
import os, signal
from qibu.config.loading import set_up_django
set_up_django()
from qibu.network.services import resealing
resealing.PIECE = 3
one, seen = resealing.rotate(), []
def die(now):
    seen.append(now)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
resealing.work(one.pk, die)
"""


@pytest.mark.by_turns
def test_a_change_of_keys_that_is_killed_goes_on_and_asks_for_a_newer_recovery_file(kept: Kept) -> None:
    """Last of all here: the home has two keys from now on."""
    done = in_home(kept.home, ROTATING)
    assert done.returncode == -signal.SIGKILL, done.stderr
    held = rows(kept.home, "SELECT get_byte(value, 0), count(*) FROM customers_contactpoint GROUP BY 1 ORDER BY 1")
    assert [key for key, _count in held] == [1, 2], "some are under the new key, some under the old"
    code, said = qibu(kept.home, "keys", "resume")
    assert (code, "完成" in said) == (0, True), said
    held = rows(kept.home, "SELECT DISTINCT get_byte(value, 0) FROM customers_contactpoint")
    assert held == [(2,)]
    code, said = qibu(kept.home, "backup", "--to", str(kept.place / "rotated"))
    assert (code, "没有最新的密钥" in said) == (0, True), said
    refused(kept, "n6", "没有第 2 把密钥", next((kept.place / "rotated").glob("*.qibu")))


# Who was erased since ------------------------------------------------------------------------------------
ERASE = """
import sys
from qibu.config.loading import set_up_django
set_up_django()
from qibu.customers.services import erasures
from qibu.kernel.scoping import scope
from qibu.network.services import actors
with scope(actors.system(int(sys.argv[1]))) as actor:
    erasures.erase(actor=actor, customer_id=int(sys.argv[2]), reason="客户书面要求", with_promises=True)
"""


def ledger_beside(kept: Kept) -> Path:
    (path,) = kept.backups.glob("qibu-erasures-*.ledger")
    return path


def name_in(home: Home, customer: int) -> str:
    return str(rows(home, f"SELECT name FROM customers_customer WHERE id = {customer}")[0][0])  # noqa: S608


@pytest.fixture(scope="module")
def erased(kept: Kept, restored: tuple[Home, str]) -> tuple[int, str]:
    """Somebody whom the backup knows, erased after it; the last tests of the module have their home without them."""
    place = kept.ids["a"]
    name = name_in(kept.home, place["customer"])
    done = in_home(kept.home, ERASE, str(place["organisation"]), str(place["customer"]))
    assert done.returncode == 0, done.stderr
    assert name_in(kept.home, place["customer"]) == "已删除的客户"
    return place["customer"], name


def test_the_ledger_knows_at_once_and_lies_beside_the_backups(kept: Kept, erased: tuple[int, str]) -> None:
    own = kept.home.path / "erasures" / "ledger"
    assert own.stat().st_mode & 0o777 == 0o600
    assert own.read_bytes() == ledger_beside(kept).read_bytes()
    assert len(own.read_text().splitlines()) == 2
    assert erased[1] not in own.read_text()
    assert rows(kept.home, "SELECT count(*) FROM customers_erasure WHERE noted_at IS NULL") == [(0,)]


@pytest.mark.by_turns
def test_who_was_erased_since_the_backup_is_erased_again(kept: Kept, erased: tuple[int, str]) -> None:
    customer, name = erased
    home, code, said = kept.restore("erased-again")
    assert code == 0, said
    assert "1 位客户在备份以后应要求删除过" in said and str(ledger_beside(kept)) in said
    assert name_in(home, customer) == "已删除的客户"
    found = {table for table, lines in everything(home).items() if any(name in line for line in lines)}
    assert found <= {"kernel_entry"}
    assert rows(home, "SELECT again, by_id FROM customers_erasure") == [(True, None)]
    assert (home.path / "erasures" / "ledger").read_bytes() == ledger_beside(kept).read_bytes(), "it goes on with it"
    assert qibu(home, "doctor")[0] == 0


@pytest.mark.by_turns
def test_without_a_ledger_the_restore_says_so_and_a_named_one_is_taken(kept: Kept, erased: tuple[int, str]) -> None:
    customer, name = erased
    alone = kept.place / "alone"
    alone.mkdir()
    file = Path(shutil.copy(kept.file, alone / kept.file.name))
    way = ("--recovery", str(kept.recovery), *kept.passphrase)
    home, code, said = kept.restore("no-ledger", file, *way)
    assert (code, "没有找到单独存放的删除记录" in said, name_in(home, customer)) == (0, True, name), said
    home, code, said = kept.restore("named", file, *way, "--erasures", str(ledger_beside(kept)))
    assert (code, name_in(home, customer)) == (0, "已删除的客户"), said
    home, code, said = kept.restore("old-keys", file, "--keys", str(kept.home.keys))
    assert (code, name_in(home, customer)) == (0, "已删除的客户"), said


@pytest.mark.by_turns
def test_lines_cut_off_its_end_are_noticed_by_a_later_backup(kept: Kept, erased: tuple[int, str]) -> None:
    customer, _name = erased
    folder = kept.place / "cut"
    assert qibu(kept.home, "backup", "--to", str(folder))[0] == 0
    (later,) = folder.glob("qibu-*.qibu")
    earlier, (copy,) = Path(shutil.copy(kept.file, folder)), folder.glob("*.ledger")
    assert earlier.name < later.name
    copy.write_text(copy.read_text().splitlines(keepends=True)[0])
    home, code, said = kept.restore("cut-off", earlier)
    assert (code, "末尾少了 1 条，已从备份里补上" in said) == (0, True), said
    assert name_in(home, customer) == "已删除的客户"
    assert qibu(home, "audit", "verify")[0] == 0, "its anchors are those of its own chain"


@pytest.mark.by_turns
def test_an_altered_ledger_is_refused_before_anything_is_restored(kept: Kept, erased: tuple[int, str]) -> None:
    customer, _name = erased
    forged = kept.place / "forged.ledger"
    other = (f'"customer": {customer},', f'"customer": {customer + 1},')
    forged.write_text(ledger_beside(kept).read_text().replace(*other))
    way = ("--recovery", str(kept.recovery), *kept.passphrase)
    refused(kept, "n6", "被改过", None, *way, "--erasures", str(forged))
    refused(kept, "n6", "没有删除记录", None, *way, "--erasures", str(kept.place / "nowhere"))


def test_what_died_before_it_was_written_down_is_written_by_the_worker(kept: Kept, erased: tuple[int, str]) -> None:
    own = kept.home.path / "erasures" / "ledger"
    before = own.read_bytes()
    own.unlink()
    with psycopg.connect(kept.home.conninfo("owner")) as owner:
        owner.execute("UPDATE customers_erasure SET noted_at = NULL")
    note = """
from qibu.config.loading import set_up_django
set_up_django()
from qibu.customers.jobs import note_erasures
note_erasures(0)
"""
    done = in_home(kept.home, note)
    assert done.returncode == 0, done.stderr
    assert own.read_bytes() == before
