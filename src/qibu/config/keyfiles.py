"""The files in `keys/`: into a recovery file, and out of one into a home that has none."""

from __future__ import annotations

import os
from pathlib import Path

from qibu.config.home import ROLE_NAMES, Home
from qibu.config.postgres import EngineError
from qibu.kernel import keeping, recovery
from qibu.kernel.recovery import DATA, Secrets, Unusable

BACKUP = "backup"
ALL = (DATA, BACKUP, "django", *(f"database-{role}" for role in ROLE_NAMES))


def backup_key(home: Home) -> bytes:
    """The key of this home's backups; it is made on first use and is in none of them."""
    return home.key(BACKUP).encode("ascii")


def secrets_of(home: Home) -> Secrets:
    """Everything in `keys/` that the home can't do without."""
    backup_key(home)
    home.key("django")
    return Secrets({name: (home.keys / name).read_text() for name in ALL if (home.keys / name).exists()})


def write_recovery(home: Home, out: Path, passphrase: str) -> None:
    """A recovery file, readable by its owner alone. A file that is there is not overwritten: it may be the only one."""
    secret = secrets_of(home)
    text = recovery.wrap(secret, passphrase)
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Unusable(f"{out} 已经存在。请换一个文件名，旧的恢复文件留着：更早的备份可能要用它。") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    keeping.note_recovery(home.path, secret.numbers)


def read_recovery(file: Path, passphrase: str) -> Secrets:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Unusable("这不是七步的恢复文件，请再看看文件选得对不对。") from None
    return recovery.unwrap(text, passphrase)


def put_back(home: Home, secret: Secrets) -> None:
    """The keys into a home that has none. One that has keys keeps them: its data can be read with those alone."""
    if (home.keys / DATA).exists():
        raise EngineError(f"{home.keys} 里已经有密钥。恢复只写进没有密钥的目录，请另选 --home。")
    home.prepare()
    names = [name for name in secret.files if name in ALL and name != DATA]
    for name in (*names, DATA):  # the one that says that there are keys comes last
        _write(home.keys / name, secret.files[name])
    keeping.note_recovery(home.path, secret.numbers)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
