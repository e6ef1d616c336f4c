"""From a backup to a home: beside its place first, compared row by row, and only then under its name.

    .NAME.restoring/   everything happens here; what a killed restore left is removed by the next
    NAME/              appears at the end, whole
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from qibu.config.backups import dumping, snapshot, verifying
from qibu.config.backups.ledgers import Ledgers
from qibu.config.backups.parts import DATABASE, ERASURES, FILES, MANIFEST, PIECE, safe_path, unpacked
from qibu.config.home import Home
from qibu.config.keyfiles import BACKUP, put_back
from qibu.config.postgres import Engine, EngineError, connect_super, external_url
from qibu.kernel import erasures
from qibu.kernel.recovery import DATA, Secrets

ROOM = 500 * 2**20
MOST_NAMED = 5
Report = Callable[[str], None]


class NotTheSame(EngineError):
    """What was restored is not what was backed up; the text names where."""


@dataclass
class Restored:
    """What a restore did, for who asked for it."""

    about: dict[str, Any] = field(default_factory=dict)
    tables: int = 0
    rows: int = 0
    files: int = 0
    held: dict[str, int] = field(default_factory=dict)
    ledgers: Ledgers = field(default_factory=Ledgers)  # that tell who was erased since


def restore(
    backup: Path, home: Home, secret: Secrets, *, report: Report, ledgers: Sequence[Path] = ()
) -> Restored:
    """The backup as a new home. Raises before anything is touched where the place isn't free or the backup not ours.

    `ledgers`: of erasures, beside those that lie with the backup and in it. Who was erased since is erased again.
    """
    refuse_used(home)
    key = secret.files[BACKUP].strip().encode("ascii")
    about, _inside = verifying.beginning(backup, key)
    refuse_newer(about)
    refuse_missing_keys(about, secret)
    told = Ledgers.beside(backup, key, erasures.key_in(secret.files[DATA]), ledgers)
    draft = Home(home.path.with_name(f".{home.path.name}.restoring"), home.database)
    _remove(draft)
    refuse_full_disk(draft, about)
    try:
        found = _fill(backup, draft, secret, about, report, told)
        if home.path.exists():
            home.path.rmdir()  # it is empty
        draft.path.rename(home.path)
    except BaseException:
        _remove(draft)
        raise
    return found


# What is refused ---------------------------------------------------------------------------------------
def refuse_used(home: Home) -> None:
    if home.path.exists() and any(home.path.iterdir()):
        raise EngineError(f"{home.path} 里已经有东西。恢复只写进新的空目录，请用 --home 另选一个；原来的数据不会动。")
    if external_url() and _has_tables(home):
        raise EngineError("QIBU_DATABASE_URL 指定的数据库里已经有表。恢复只写进空的数据库，请另建一个。")


def _has_tables(home: Home) -> bool:
    import psycopg

    try:
        with connect_super(home, home.database) as connection:
            return bool(snapshot.tables(connection))
    except psycopg.OperationalError:
        return False  # it is made by the restore


def refuse_newer(about: dict[str, Any]) -> None:
    """A backup of a later version holds what this one doesn't understand."""
    unknown = sorted(set(about["migrations"]) - _known_migrations())
    if unknown:
        raise EngineError(
            f"这份备份由更新的七步写成（多出 {len(unknown)} 步数据库升级，例如 {unknown[0]}）。请先升级七步再恢复。"
        )


def refuse_missing_keys(about: dict[str, Any], secret: Secrets) -> None:
    """With a recovery file from before a new key, phones would be there and nobody could read them."""
    missing = sorted(set(about["keys"]) - set(secret.numbers))
    if missing:
        which = "、".join(map(str, missing))
        raise EngineError(f"恢复文件比备份旧，里面没有第 {which} 把密钥。请用换密钥以后写的恢复文件。")


def _known_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {name for one in loader.disk_migrations.values() for name in one.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def refuse_full_disk(draft: Home, about: dict[str, Any]) -> None:
    parent = next(path for path in draft.path.parents if path.exists())
    needed = ROOM + about["file_bytes"] + (0 if external_url() else about["bytes"] * 3 // 2)
    free = shutil.disk_usage(parent).free
    if free < needed:
        text = f"{parent} 剩余 {free / 2**20:.0f} MB，恢复要 {needed / 2**20:.0f} MB。请清理，或用 --home 换一个地方。"
        raise EngineError(text)


def refuse_low_numbers(draft: Home, about: dict[str, Any]) -> None:
    """Readers of the journal and its chain go by the numbers of transactions: new ones must lie above the old."""
    with connect_super(draft, "postgres" if not external_url() else draft.database) as connection:
        behind = about["next_transaction"] - snapshot.next_transaction(connection)
    if behind > 0:
        raise EngineError(
            f"QIBU_DATABASE_URL 指定的服务器的事务编号比备份里的少 {behind}，恢复后新的记录会被漏读。"
            "请换一台空服务器，并先用 pg_resetwal -x 把编号调到备份之上；或恢复到七步自带的数据库。"
        )


# Filling -----------------------------------------------------------------------------------------------
def _fill(
    backup: Path, draft: Home, secret: Secrets, about: dict[str, Any], report: Report, told: Ledgers
) -> Restored:
    put_back(draft, secret)
    erasures.add(draft.path / erasures.LEDGER, erasures.key_in(secret.files[DATA]), told.lines)
    with Engine(draft, report=report, first_transaction=about["next_transaction"]).used():
        refuse_low_numbers(draft, about)
        files, manifest = _unpack(backup, draft, secret.files[BACKUP].strip().encode("ascii"), report)
        report("正在逐行核对…")
        compare(draft, manifest, files)
        _analyse(draft)
        report("正在升级和收尾…")
        held = _settle(draft, about["snapshot_at"])
    rows = sum(one["rows"] for one in manifest["tables"].values())
    return Restored(about, len(manifest["tables"]), rows, len(files), held, told)


def _unpack(backup: Path, draft: Home, key: bytes, report: Report) -> tuple[dict[str, str], dict[str, Any]]:
    """The digests of the files, and what the backup says of everything."""
    envelope, source = verifying.opened(backup, key)
    files, told = dict[str, str](), dict[str, dict[str, Any]]()
    with envelope.file, dumping.filling(draft, "super") as database:
        total = 0
        for name, content in unpacked(source):
            if name.startswith(DATABASE):
                total += _copy(content, database)
                report(f"数据库 {total / 2**20:.0f} MB")
            elif name.startswith(FILES):
                files[name.removeprefix(FILES)] = _write(safe_path(draft.files, name), content)
                report(f"文件 {len(files)}")
            elif name != ERASURES:  # read before anything else
                told[name] = json.load(content)
    return files, told[MANIFEST]


def _copy(content: IO[bytes], into: IO[bytes]) -> int:
    total = 0
    while piece := content.read(PIECE):
        total += len(piece)
        into.write(piece)
    return total


def _write(path: Path, content: IO[bytes]) -> str:
    """A file with its digest; folders and files as closed as the product makes them."""
    for folder in reversed(path.parents):  # `parents=True` would leave those between as open as the machine likes
        folder.mkdir(mode=0o700, exist_ok=True)
    digest = hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def compare(home: Home, manifest: dict[str, Any], files: dict[str, str]) -> None:
    """Every row of every table, every file, and what the product relies on beyond them; raises `NotTheSame`."""
    with connect_super(home, home.database) as connection:
        snapshot.spell_out(connection)
        rows = snapshot.as_json(snapshot.marks(connection))
        wrong = [f"表 {table}" for table in _other_tables(manifest["tables"], rows)]
        now = snapshot.shape(connection)
        wrong += [f"{kind}：{line}" for kind, line in _other_lines(manifest["shape"], now)]
        wrong += [f"编号 {line}" for line in snapshot.numbers_behind(connection)]
    told = {name: one["digest"] for name, one in manifest["files"].items()}
    wrong += [f"文件 {name}" for name in sorted(told.keys() | files.keys()) if told.get(name) != files.get(name)]
    if wrong:
        more = f" 等 {len(wrong)} 处" if len(wrong) > MOST_NAMED else ""
        raise NotTheSame(f"恢复出来的和备份里的不一样：{'；'.join(wrong[:MOST_NAMED])}{more}。没有留下半成品。")


def _other_tables(told: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return sorted(table for table in told.keys() | now.keys() if told.get(table) != now.get(table))


def _other_lines(told: dict[str, list[str]], now: dict[str, list[str]]) -> list[tuple[str, str]]:
    if external_url():
        told, now = _without_roles(told), _without_roles(now)
    return [
        (kind, line)
        for kind in sorted(told.keys() | now.keys())
        for line in sorted(set(told.get(kind, [])) ^ set(now.get(kind, [])))
    ]


def _without_roles(lines: dict[str, list[str]]) -> dict[str, list[str]]:
    """Another server's administrator may have given rights of their own."""
    return {kind: found for kind, found in lines.items() if kind not in {"owners", "rights"}}


def _analyse(home: Home) -> None:
    """Statistics are not in a backup; without them the first pages would be slow."""
    with connect_super(home, home.database) as connection:
        connection.execute("ANALYZE")


def _settle(draft: Home, snapshot_at: str) -> dict[str, int]:
    environment = {**os.environ, "QIBU_HOME": str(draft.path)}
    environment.pop("QIBU_FILES", None)
    command = [sys.executable, "-m", "qibu.config.backups.settling", snapshot_at]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join(done.stderr.splitlines()[-8:])
        raise EngineError(f"恢复以后的升级和收尾没有成功：\n{last}")
    held: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return held


def _remove(draft: Home) -> None:
    """What a restore left that did not come to its end."""
    if draft.path.exists():
        Engine(draft).stop()
        shutil.rmtree(draft.path)
