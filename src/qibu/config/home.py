"""The home folder: everything the product keeps, and how to reach its database."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from psycopg.conninfo import make_conninfo

Role = Literal["app", "owner", "super", "backup"]

ROLE_NAMES: dict[Role, str] = {
    "app": "qibu_app", "owner": "qibu_owner", "super": "qibu_super", "backup": "qibu_backup",
}  # fmt: skip
ENGINE_MAJOR = "18"
ZONE = "Asia/Shanghai"  # of the stores; the machine may live in another
# A socket's address holds 107 bytes; PostgreSQL adds "/.s.PGSQL.5432" and a lock file beside it.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


def moment(at: datetime) -> str:
    """As the commands say it: by the stores' clock, like the pages."""
    return at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Home:
    """Where one installation lives."""

    path: Path
    database: str = "qibu"

    @classmethod
    def from_environment(cls) -> Home:
        chosen = os.environ.get("QIBU_HOME")
        path = Path(chosen).expanduser().resolve() if chosen else default_path()
        return cls(path, os.environ.get("QIBU_DATABASE_NAME") or _named_by_url() or "qibu")

    @property
    def db(self) -> Path:
        return self.path / "db"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def cluster(self) -> Path:
        return self.db / ENGINE_MAJOR

    @property
    def socket_folder(self) -> Path:
        folder = self.run / "pg"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        mark = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"qibu-{mark}"

    def prepare(self) -> None:
        """Make the folders and passwords. The database's user may pass, but never look into the keys."""
        passing = 0o711 if os.geteuid() == 0 else 0o700
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(passing)
        for folder in (self.db, self.run, self.logs):
            folder.mkdir(exist_ok=True)
            folder.chmod(passing)
        for folder in (self.keys, self.files):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        for role in ROLE_NAMES:
            self.key(f"database-{role}")

    def key(self, name: str) -> str:
        """A secret of this home; it is made on first use."""
        path = self.keys / name
        if not path.exists():
            self._make_key(path)
        return path.read_text(encoding="ascii").strip()

    def password(self, role: Role) -> str:
        """The password of a role; empty before the first start: settings are read without a home, too."""
        path = self.keys / f"database-{role}"
        return path.read_text(encoding="ascii").strip() if path.exists() else ""

    def database_settings(self, role: Role) -> dict[str, Any]:
        """The entry of Django's DATABASES for a role."""
        address = self.database_address()
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": address.pop("dbname"),
            "HOST": address.pop("host"),
            "PORT": address.pop("port"),
            "USER": ROLE_NAMES[role],
            "PASSWORD": self.password(role),
            "OPTIONS": address,
        }

    def conninfo(self, role: Role) -> str:
        """The same for psycopg."""
        return make_conninfo(
            "", **self.database_address(), user=ROLE_NAMES[role], password=self.password(role)
        )

    def database_address(self) -> dict[str, str]:
        """Host, port, name and further connection options, without a user."""
        url = os.environ.get("QIBU_DATABASE_URL", "")
        if not url:
            return {"host": str(self.socket_folder), "port": "5432", "dbname": self.database}
        parts = urlsplit(url)
        return {
            "host": unquote(parts.hostname or "localhost"),
            "port": str(parts.port or 5432),
            "dbname": self.database,
            **dict(parse_qsl(parts.query)),
        }

    def _make_key(self, path: Path) -> None:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link fails when a second process was faster, whose key then counts.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()


def _named_by_url() -> str:
    return unquote(urlsplit(os.environ.get("QIBU_DATABASE_URL", "")).path.lstrip("/"))


def default_path() -> Path:
    """Where the home is unless told: the machine's for root, the user's own otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/qibu")
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if data else Path.home() / ".local" / "share") / "qibu"
