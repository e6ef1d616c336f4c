"""Making a backup: one moment of the database with the files of its rows, sealed, read again, then given its name.

Nothing is in the way of those who work: the snapshot is a reading transaction, the files are read as they lie. Until
the end everything is in `.….part` beside the target; a killed backup leaves that, and the next one removes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any

from qibu.config import everyday
from qibu.config.backups import dumping, snapshot, verifying
from qibu.config.backups.envelope import Damaged, Sealing, head_of, mark_of
from qibu.config.backups.parts import ABOUT, ERASURES, MANIFEST, FileMark, Packing
from qibu.config.backups.snapshot import Connection, TableMark
from qibu.config.home import Home
from qibu.config.keyfiles import backup_key
from qibu.config.postgres import Engine, EngineError
from qibu.config.roles import role_for_backups
from qibu.kernel import erasures, holdings, keeping, keys, sealed
from qibu.kernel.recovery import DATA

SUFFIX = ".qibu"
ROOM = 100 * 2**20  # that stays free beside the backup
Report = Callable[[str], None]


@dataclass
class Made:
    """What a backup holds, for who asked for it."""

    path: Path
    rows: int = 0
    tables: int = 0
    files: int = 0
    bytes: int = 0
    seconds: float = 0
    keys: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


class AlreadyAtWork(EngineError):
    """Another backup of this home is being made."""


def make(home: Home, folder: Path, *, keep: int = 0, report: Report) -> Made:
    """A backup in the folder; `keep` newest of this home stay there, 0 means all. What went wrong is noted."""
    began = time.monotonic()
    try:
        with _only_one(home), Engine(home, report=report).used():
            made = _make(home, folder, report)
            made.seconds = round(time.monotonic() - began, 1)
            _note(home, made)
            lay_ledger_beside(home, folder)
            made.removed = _prune(home, folder, keep)
            return made
    except AlreadyAtWork:
        raise
    except Exception as error:
        said = everyday.sentence(error, folder, named=[folder])
        keeping.note_failure(home.path, said or str(error) or type(error).__name__)
        raise


def _make(home: Home, folder: Path, report: Report) -> Made:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f".qibu-*{SUFFIX}.part"):
        left.unlink()  # of a backup that was killed: we alone are at it
    path = folder / f"qibu-{datetime.now(UTC):%Y%m%d-%H%M%S}{SUFFIX}"
    draft = folder / f".{path.name}.part"
    earlier = _of_no_row()  # before the snapshot, so that no anchor is of a chain that isn't in it
    try:
        with _written(draft) as file, snapshot.taken(home, role := role_for_backups(home)) as (connection, name):
            refuse_full_disk(folder, snapshot.size(connection) // 2 + _files_size())
            packed = Packed(file, backup_key(home))
            made = _fill(home, packed, connection, lambda: dumping.dumped(home, role, name), report, earlier)
        report("正在核对…")
        verifying.verify(draft, backup_key(home), program=dumping.program(home, "pg_restore"))
        draft.rename(path)
        _sync(folder)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    made.path, made.bytes = path, path.stat().st_size
    return made


class Packed:
    """The envelope with the packing in it."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self.envelope = Sealing(file, key)
        self.packing = Packing(self.envelope)  # type: ignore[arg-type]  # tarfile only writes

    def put(self, name: str, content: Any) -> None:
        self.packing.put(name, json.dumps(content, ensure_ascii=False).encode())

    def finish(self) -> None:
        self.packing.close()
        self.envelope.finish()


def _fill(
    home: Home, into: Packed, connection: Connection, dump: Callable[[], Iterator[bytes]], report: Report,
    earlier: dict[str, Lying],
) -> Made:  # fmt: skip
    tables = snapshot.tables(connection)
    keys, named = _keys_in(connection, tables), _named(connection, tables) | earlier
    into.put(ABOUT, _about(home, connection) | {"keys": keys})
    into.packing.put(ERASURES, _ledger(home).read_bytes())
    counting = Counting(connection)
    shape = snapshot.shape(connection)
    counting.start()
    try:
        total = 0
        for content in dump():
            into.packing.put_database(content)
            total += len(content)
            report(f"数据库 {total / 2**20:.0f} MB")
    except BaseException:
        connection.cancel()  # whoever breaks off doesn't wait for the counting
        raise
    finally:
        counting.join()
    files, missing = _put_files(into.packing, named, report)
    marks = counting.result()
    into.put(
        MANIFEST,
        {"tables": snapshot.as_json(marks), "files": {name: asdict(one) for name, one in files.items()},
         "missing": missing, "shape": shape},
    )  # fmt: skip
    into.finish()
    rows = sum(one.rows for one in marks.values())
    return Made(Path(), rows, len(marks), len(files), keys=keys, missing=missing)


class Counting(threading.Thread):
    """Rows and digests of every table, in the same snapshot, while `pg_dump` reads."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(daemon=True)
        self.connection, self.found = connection, dict[str, TableMark]()
        self.trouble: Exception | None = None

    def run(self) -> None:
        try:
            self.found = snapshot.marks(self.connection)
        except Exception as error:  # told where it is waited for
            self.trouble = error

    def result(self) -> dict[str, TableMark]:
        if self.trouble:
            raise EngineError(f"数据库读到一半出错：{self.trouble}") from self.trouble
        return self.found


def _about(home: Home, connection: Connection) -> dict[str, Any]:
    row = connection.execute("SELECT now(), current_setting('server_version')").fetchone()
    assert row is not None
    return {
        "snapshot_at": row[0].isoformat(), "server": row[1], "release": release(), "database": home.database,
        "next_transaction": snapshot.next_transaction(connection),
        "migrations": snapshot.migrations(connection), "bytes": snapshot.size(connection),
        "file_bytes": _files_size(),
    }  # fmt: skip


def release() -> str:
    try:
        return version("qibu")
    except PackageNotFoundError:
        return "0"


# Files -------------------------------------------------------------------------------------------------
def files_folder() -> Path:
    from django.conf import settings

    return Path(settings.QIBU_FILES)


@dataclass(frozen=True)
class Lying:
    """A file as it lies there; `length` where it was looked at before the snapshot."""

    path: Path
    length: int | None = None


def _named(connection: Connection, tables: dict[str, list[str]]) -> dict[str, Lying]:
    """Every file of the snapshot's rows."""
    root, found = files_folder(), dict[str, Lying]()
    for statement in holdings.areas().values():
        if _table_of(statement) in tables:  # an older database may not have it yet
            for (name,) in connection.execute(statement.encode()).fetchall():
                found |= {inner: Lying(path) for inner, path in _below(root, root / name).items()}
                found.setdefault(name, Lying(root / name))
    return found


def _of_no_row() -> dict[str, Lying]:
    """Anchors of the audit trail, and what else lies there of no known area: rather too much than too little."""
    root, found = files_folder(), dict[str, Lying]()
    known = {root / area for area in holdings.areas()}
    for folder in root.iterdir() if root.exists() else ():
        if folder not in known:
            found |= {name: Lying(path, path.stat().st_size) for name, path in _below(root, folder).items()}
    return found


def _table_of(statement: str) -> str:
    words = statement.split()
    return words[words.index("FROM") + 1]


def _below(root: Path, path: Path) -> dict[str, Path]:
    inside = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    return {str(one.relative_to(root)): one for one in inside if not one.is_symlink()}


def _put_files(packing: Packing, named: dict[str, Lying], report: Report) -> tuple[dict[str, FileMark], list[str]]:
    """Those that are gone by now are named: the row was removed, or somebody removed the file."""
    taken, missing = dict[str, FileMark](), list[str]()
    for name, one in sorted(named.items()):
        if one.path.is_dir():
            continue  # its files are named themselves
        try:
            taken[name] = packing.put_file(name, one.path, one.length)
        except FileNotFoundError:
            missing.append(name)
        report(f"文件 {len(taken)} / {len(named)}")
    return taken, missing


def _files_size() -> int:
    return sum(one.stat().st_size for one in files_folder().rglob("*") if one.is_file())


def _keys_in(connection: Connection, tables: dict[str, list[str]]) -> list[int]:
    """By which keys something in the snapshot is sealed: they are needed to read it."""
    from psycopg import sql

    found: set[int] = set()
    for column in sealed.columns():
        if column.table in tables:
            asked = sql.SQL("SELECT DISTINCT get_byte({0}, 0) FROM {1} WHERE {0} IS NOT NULL")
            names = sql.Identifier(column.name), sql.Identifier(column.table)
            found |= {number for (number,) in connection.execute(asked.format(*names)).fetchall()}
    for table, name in (place for book in sealed.all_copies() for place in book.places):
        if table in tables:
            asked = sql.SQL("SELECT DISTINCT (regexp_matches({}::text, {}, 'g'))[1] FROM {}")
            pattern = sql.Literal(sealed.looks_sealed(range(1, 256)))
            rows = connection.execute(asked.format(sql.Identifier(name), pattern, sql.Identifier(table))).fetchall()
            found |= {int(digits, 16) for (digits,) in rows}
    return sorted(found)


# Around it -----------------------------------------------------------------------------------------------
@contextmanager
def _only_one(home: Home) -> Iterator[None]:
    with (home.run / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyAtWork("另一个备份正在进行，等它完成再试。") from None
        yield


@contextmanager
def _written(draft: Path) -> Iterator[IO[bytes]]:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def refuse_full_disk(folder: Path, needed: int) -> None:
    """Before anything is written: a compressed dump is smaller than half of its database with all indexes."""
    free = shutil.disk_usage(folder).free
    if free < needed + ROOM:
        raise EngineError(
            f"{folder} 剩余 {free / 2**20:.0f} MB，可能要 {(needed + ROOM) / 2**20:.0f} MB。"
            "请清理，或用 --to 换一个地方。"
        )


def lay_ledger_beside(home: Home, folder: Path) -> None:
    """Who was erased, newest of all: a restore of whichever backup erases them again (`kernel.erasures`)."""
    target = folder / erasures.name_beside(mark_of(backup_key(home)))
    erasures.lay_beside(_ledger(home), target)


def _ledger(home: Home) -> Path:
    """The home's own; that nobody has been erased yet is told, too."""
    if not (home.keys / DATA).exists():
        keys.create(home.keys / DATA)
    path = home.path / erasures.LEDGER
    if not path.exists():
        erasures.add(path, erasures.key_in((home.keys / DATA).read_text()), ())
    return path


def _note(home: Home, made: Made) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    keeping.note_backup(home.path, keeping.Backup(str(made.path), at, made.bytes, made.seconds, made.keys))


def _prune(home: Home, folder: Path, keep: int) -> list[str]:
    """Only backups of this home, only in this folder, the oldest first; and only after a new one is whole."""
    mine = sorted(path for path in folder.glob(f"qibu-*{SUFFIX}") if _is_mine(home, path))
    gone = mine[:-keep] if keep > 0 else []
    for path in gone:
        path.unlink()
    return [path.name for path in gone]


def _is_mine(home: Home, path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return bool(head_of(file).get("key") == mark_of(backup_key(home)))
    except (Damaged, OSError):
        return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
