"""`pg_dump` and `pg_restore`: the embedded engine's own, or those of this machine for another PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from qibu.config.backups.parts import PIECE
from qibu.config.home import ENGINE_MAJOR, Home, Role
from qibu.config.postgres import EngineError, connect_super, external_url, own_program

COMPRESSION = "gzip:2"


def program(home: Home, name: str) -> Path:
    """The one that fits the server: its own release or a newer one."""
    own = own_program(name)
    if not external_url():
        return own
    with connect_super(home, home.database) as connection:
        major = connection.info.server_version // 10000
    if major <= int(ENGINE_MAJOR):
        return own
    found = shutil.which(name)
    if found is None or _major(found) < major:
        raise EngineError(
            f"数据库是 PostgreSQL {major}，需要同版本的 {name}："
            f"请安装 postgresql-client-{major}，或由数据库管理员备份。"
        )
    return Path(found)


def _major(found: str) -> int:
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    return int("".join(sign for sign in said.rpartition(" ")[2].split(".")[0] if sign.isdecimal()) or 0)


def dumped(home: Home, role: Role, snapshot: str) -> Iterator[bytes]:
    """The database at the moment of the snapshot, piece by piece; whoever stops asking ends it."""
    command = [str(program(home, "pg_dump")), "--format=custom", f"--compress={COMPRESSION}", "--no-password"]
    command += [f"--snapshot={snapshot}"]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment(home, role), **streams) as process:  # type: ignore[call-overload]  # streams are constants
        said = _listening(process.stderr)
        try:
            while content := process.stdout.read(PIECE):
                yield content
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise EngineError(f"数据库导出失败：{said()}")


@contextmanager
def filling(home: Home, role: Role) -> Iterator[IO[bytes]]:
    """What is written into it goes into the empty database."""
    # The engine is stopped in good order before the home gets its name: until then nothing needs to be safe.
    target = {**environment(home, role), "PGOPTIONS": "-c statement_timeout=0 -c synchronous_commit=off"}
    command = [str(program(home, "pg_restore")), "--exit-on-error", "--single-transaction", "--no-password"]
    command += ["--dbname", target["PGDATABASE"]]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=target, **streams) as process:  # type: ignore[call-overload]  # streams are constants
        said = _listening(process.stderr)
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            pass  # what it says below is the reason
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise EngineError(f"数据库恢复失败：{said()}")


def environment(home: Home, role: Role) -> dict[str, str]:
    """How the programs reach the database: never in their arguments, which everybody may read."""
    url = external_url()
    found = conninfo_to_dict(url) if url and role == "super" else conninfo_to_dict(home.conninfo(role))
    found["dbname"] = home.database
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
    given = {names[name]: str(value) for name, value in found.items() if name in names}
    return {**kept, "LC_ALL": "C", **given, "PGOPTIONS": "-c statement_timeout=0"}


def _listening(stream: IO[bytes]) -> Listener:
    listener = Listener(stream)
    listener.start()
    return listener


class Listener(threading.Thread):
    """Hears what a program complains about, so that it never waits for being heard."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.stream, self.lines = stream, list[str]()

    def run(self) -> None:
        for line in self.stream:
            self.lines = [*self.lines[-20:], line.decode(errors="replace").rstrip()]

    def __call__(self) -> str:
        self.join(timeout=5)
        return "\n".join(self.lines[-8:])
