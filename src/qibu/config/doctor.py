"""`doctor`: is this installation well? One plain sentence a check; exit code 1 when one fails."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import psycopg

from qibu.config.home import ENGINE_MAJOR, ROLE_NAMES, Home, Role
from qibu.config.postgres import Engine, EngineError, connect_super, external_url
from qibu.config.processes import ADDRESS, AlreadyRunning, Record, answers, only_supervisor
from qibu.config.waiting import said
from qibu.kernel import erasures, keeping
from qibu.kernel.recovery import DATA

OLDEST = (3, 11)
LITTLE_SPACE, NO_SPACE = 5 * 2**30, 2**30
STALE_AFTER = 120
AHEAD = 60
HERALDED_IN = 11  # the next year's holidays are announced in November

LOGINS: tuple[Role, ...] = ("app", "owner")
State = Literal["ok", "warn", "fail"]
SIGNS: dict[State, str] = {"ok": "✓", "warn": "!", "fail": "✗"}
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True)
class Finding:
    """What a check found."""

    check: str
    state: State
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Ask for the machine-readable form."""
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 · print JSON")


def run(args: argparse.Namespace) -> int:
    """The command `doctor`."""
    findings = list(examine(args.home))
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{SIGNS[finding.state]} {finding.text}")
    return 1 if any(finding.state == "fail" for finding in findings) else 0


def examine(home: Home) -> Iterator[Finding]:
    """All checks; what needs the database comes last."""
    yield python()
    if not home.keys.exists():
        yield Finding("home", "fail", f"{home.path} 里还没有数据，请先运行 bin/qibu serve。")
        return
    yield keys(home)
    yield recovery(home)
    yield backups(home)
    yield space(home)
    yield clock(home)
    yield calendar(date.today())
    yield worker(home)
    with ExitStack() as stack:
        try:
            stack.enter_context(Engine(home).used())
            connection = stack.enter_context(connect_super(home, home.database))
        except (EngineError, psycopg.OperationalError) as error:
            yield Finding("engine", "fail", f"数据库连不上：{error}")
            return
        for check in (engine, settings, roles, row_security, parked):
            yield check(connection)
        yield erased(home, connection)
        yield signing_in(home)
        yield migrations()


def python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        return Finding("python", "fail", f"Python {have} 太旧，需要 3.11 或更新的版本。")
    return Finding("python", "ok", f"Python {have}。")


def keys(home: Home) -> Finding:
    wanted = [(home.keys, 0o700), *((path, 0o600) for path in sorted(home.keys.iterdir()))]
    wide = [path for path, mode in wanted if stat.S_IMODE(path.stat().st_mode) & ~mode]
    foreign = [path for path, _mode in wanted if path.stat().st_uid != os.geteuid()]
    if wide:
        return Finding("keys", "fail", f"别的用户能读密钥 {wide[0]}，请执行 chmod -R go= {home.keys}。")
    if foreign:
        return Finding("keys", "fail", f"密钥 {foreign[0]} 属于别的用户，请用建立数据的用户运行。")
    return Finding("keys", "ok", "密钥目录只有本用户能读。")


def recovery(home: Home) -> Finding:
    """Whether the keys are also somewhere else."""
    from qibu.config.keys_command import recovery_sentence

    known = keeping.recovery(home.path)
    return Finding("recovery", "warn" if known.missing or known.outdated else "ok", recovery_sentence(home))


def backups(home: Home) -> Finding:
    """How old the last good backup is, and why there is none since."""
    known = keeping.backups(home.path)
    if known.failed:
        text = f"最近一次备份没有成功：{known.failed.why}"
        return Finding("backup", "warn", f"{text}{_last_good(known.last)}")
    if known.last is None:
        text = "还没有备份，请执行 bin/qibu backup --to 目录，或设置 QIBU_BACKUP_TO 每夜备份。"
        return Finding("backup", "warn", text)
    state: State = "warn" if known.last.age > keeping.STALE else "ok"
    return Finding("backup", state, f"最近一次备份：{_backup(known.last)}。")


def _last_good(last: keeping.Backup | None) -> str:
    return f" 上一份完整的备份：{_backup(last)}。" if last else " 还没有一份完整的备份。"


def _backup(one: keeping.Backup) -> str:
    hours = one.age.total_seconds() / 3600
    age = f"{hours:.0f} 小时前" if hours < 48 else f"{hours / 24:.0f} 天前"
    there = "" if os.path.exists(one.file) else "，文件已不在原处"  # noqa: PTH110  (may be on a disk that is gone)
    return f"{age}，{one.bytes / 2**20:.1f} MB，{one.file}{there}"


def space(home: Home) -> Finding:
    free = shutil.disk_usage(home.path).free
    text = f"磁盘剩余 {free / 2**30:.1f} GB"
    if free < NO_SPACE:
        return Finding("space", "fail", f"{text}，不足 1 GB，数据库随时可能停下，请立即清理。")
    return Finding("space", "warn" if free < LITTLE_SPACE else "ok", f"{text}。")


def clock(home: Home) -> Finding:
    """A clock that was set back shows in files from the future; one never set, in the year."""
    now = time.time()
    newest = max((path.stat().st_mtime for path in [*home.logs.glob("*.log"), home.run]), default=now)
    text = datetime.fromtimestamp(now, UTC).astimezone().isoformat(" ", "minutes")
    if newest - now > AHEAD or now < datetime(2026, 1, 1, tzinfo=UTC).timestamp():
        return Finding("clock", "fail", f"电脑时钟 {text} 比已有的记录还早，请校准时间。")
    return Finding("clock", "ok", f"电脑时钟 {text}。")


def calendar(today: date) -> Finding:
    from qibu.tasks.holidays import known_years

    years = known_years()
    if today.year not in years:
        return Finding("calendar", "fail", f"没有 {today.year} 年的节假日安排，请升级七步或在日历里填写。")
    if today.month >= HERALDED_IN and today.year + 1 not in years:
        text = f"还没有 {today.year + 1} 年的节假日安排，请在国务院通知公布后升级七步或在日历里填写。"
        return Finding("calendar", "warn", text)
    return Finding("calendar", "ok", f"节假日安排到 {years[-1]} 年。")


def worker(home: Home) -> Finding:
    """Whether `serve` runs, its pages answer and its worker is awake."""
    try:
        with only_supervisor(home):
            return Finding("processes", "warn", "七步没有在运行，启动：bin/qibu serve。")
    except AlreadyRunning:
        pass
    record = Record.read(home)
    if record and (waiting := said(ADDRESS, record.port)):
        return Finding("processes", "warn", f"{waiting}，请稍等再看。")
    if record is None or not answers(record.port):
        return Finding("processes", "fail", f"网页没有响应，请查看 {home.logs / 'web.log'}。")
    beat = home.run / "worker.heartbeat"
    age = time.time() - beat.stat().st_mtime if beat.exists() else None
    if age is None or age > STALE_AFTER:
        return Finding("processes", "fail", f"后台任务没有动静，请查看 {home.logs / 'worker.log'}。")
    where = f"http://{ADDRESS}:{record.port}/"
    return Finding("processes", "ok", f"正在运行：{where} ，后台任务 {age:.0f} 秒前有动静。")


def engine(connection: Connection) -> Finding:
    version = show(connection, "server_version")
    if not external_url() and version.split(".")[0] != ENGINE_MAJOR:
        return Finding("engine", "fail", f"数据库是 PostgreSQL {version}，应是 {ENGINE_MAJOR}。")
    return Finding("engine", "ok", f"数据库 PostgreSQL {version}。")


def settings(connection: Connection) -> Finding:
    """What keeps committed data safe."""
    off = [name for name in ("data_checksums", "fsync", "full_page_writes") if show(connection, name) != "on"]
    if off:
        # Sums are chosen when a cluster is made, so a foreign one may lack them.
        state: State = "warn" if off == ["data_checksums"] and external_url() else "fail"
        return Finding("safety", state, f"数据库的 {'、'.join(off)} 没有打开，数据可能损坏而不被发现。")
    return Finding("safety", "ok", "数据校验和同步写盘已打开。")


def roles(connection: Connection) -> Finding:
    """The product's role may neither skip row security nor become one who may."""
    found = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
        " OR pg_has_role(oid, %(owner)s, 'MEMBER') FROM pg_roles WHERE rolname = %(app)s",
        {"owner": ROLE_NAMES["owner"], "app": ROLE_NAMES["app"]},
    ).fetchone()
    if found is None:
        return Finding("roles", "fail", f"缺少数据库角色 {ROLE_NAMES['app']}，请运行 bin/qibu migrate。")
    if found[0]:
        return Finding("roles", "fail", f"数据库角色 {ROLE_NAMES['app']} 权限过大，能绕过门店隔离。")
    if _writes(connection, ROLE_NAMES["backup"]):
        return Finding("roles", "fail", f"备份用的数据库角色 {ROLE_NAMES['backup']} 权限过大，应只能读。")
    return Finding("roles", "ok", "程序使用的数据库角色不能绕过门店隔离。")


def _writes(connection: Connection, name: str) -> bool:
    """Whether a role may write anything; one that isn't there may not."""
    found = connection.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR pg_has_role(oid, 'pg_write_all_data', 'MEMBER')"
        " OR pg_has_role(oid, %(owner)s, 'MEMBER') OR EXISTS (SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p')"
        "  AND c.relnamespace = 'public'::regnamespace AND has_table_privilege(r.oid, c.oid, 'INSERT,UPDATE,DELETE'))"
        " FROM pg_roles r WHERE rolname = %(name)s",
        {"owner": ROLE_NAMES["owner"], "name": name},
    ).fetchone()
    return bool(found and found[0])


def row_security(connection: Connection) -> Finding:
    """Every table that names an organisation is fenced."""
    rows = connection.execute(
        "SELECT c.relname, c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND a.attname = 'organisation_id' AND NOT a.attisdropped ORDER BY 1"
    ).fetchall()
    bare = [name for name, fenced in rows if not fenced]
    if bare:
        return Finding("row-security", "fail", f"这些表没有门店隔离：{'、'.join(bare)}。")
    return Finding("row-security", "ok", f"{len(rows)} 张门店数据表都有隔离。")


def parked(connection: Connection) -> Finding:
    """Entries of the journal that a reader could not handle."""
    rows = connection.execute("SELECT reader, count(*) FROM kernel_parked GROUP BY reader ORDER BY reader").fetchall()
    if rows:
        which = "、".join(f"{reader} {number} 条" for reader, number in rows)
        text = f"有记录没能处理，先放在一边，会自动再试：{which}。原因见 logs/worker.log，修好后可执行 bin/qibu retry。"
        return Finding("parked", "warn", text)
    return Finding("parked", "ok", "没有处理不了的记录。")


def erased(home: Home, connection: Connection) -> Finding:
    """Whether the ledger outside the database knows everybody who was erased: a restore goes by it."""
    there = connection.execute("SELECT to_regclass('customers_erasure')").fetchone()
    if not (home.keys / DATA).exists() or there == (None,):
        return Finding("erasures", "ok", "还没有删除过个人信息。")
    found = connection.execute("SELECT count(*) FROM customers_erasure WHERE noted_at IS NOT NULL").fetchone()
    wanted = found[0] if found else 0
    try:
        lines = len(erasures.read(home.path / erasures.LEDGER, erasures.key_in((home.keys / DATA).read_text())))
    except erasures.Forged as error:
        return Finding("erasures", "fail", f"{error}七步运行着的话，一小时内会照数据库重写一份，改过的留在旁边。")
    if lines < wanted:
        text = f"删除记录 {home.path / erasures.LEDGER} 少了 {wanted - lines} 条，七步运行着的话，一小时内会补上。"
        return Finding("erasures", "warn", text)
    return Finding("erasures", "ok", f"删除过的个人信息都有记录，共 {lines} 条。")


def signing_in(home: Home) -> Finding:
    """The passwords in the home are those of the database."""
    for role in LOGINS:
        name = ROLE_NAMES[role]
        try:
            psycopg.connect(home.conninfo(role)).close()
        except psycopg.OperationalError as error:
            return Finding("passwords", "fail", f"角色 {name} 登录不了数据库：{error}")
    return Finding("passwords", "ok", "密钥目录里的数据库口令有效。")


def migrations() -> Finding:
    from qibu.config.loading import set_up_django
    from qibu.config.migrating import pending

    try:
        set_up_django()
        todo = pending()
    except Exception as error:  # whatever is broken in there is the finding
        return Finding("migrations", "fail", f"数据库结构不能检查：{error}")
    if todo:
        text = f"有 {len(todo)} 步数据库升级没有执行，请运行 bin/qibu migrate。"
        return Finding("migrations", "fail", text)
    return Finding("migrations", "ok", "数据库结构是最新的。")


def show(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])
