"""The ledger of erasures: who was erased, outside the database, so that a restore of an older backup erases them again.

    erasures/ledger     a line that says whose ledger it is, then one for each: organisation, customer, moment,
                        mark of the person, MAC

It names nobody: `who` is a keyed fingerprint of the row's number and birth, so that another person who was given the
same number in another life of the database is never meant. Each MAC holds the one before it: a line that is altered,
slipped in or missing in the middle is noticed. What is cut off at the end shows against what knows more: the database
while the home lives, the newest backup, which has a copy in it, when it is restored. The key comes from the look-up key
of the home, which a recovery file brings along. No Django here but for the place of the running home.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

LEDGER = Path("erasures") / "ledger"  # below the home
BEGINNING = "qibu erasures 1"


class Forged(ValueError):
    """The ledger was altered or is of another home; the text says what to do."""


@dataclass(frozen=True)
class Erased:
    """One line."""

    organisation: int
    customer: int
    at: str
    who: str

    @property
    def erased_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


def key_of(lookup: bytes) -> bytes:
    return hmac.digest(lookup, b"qibu erasure ledger", hashlib.sha256)


def key_in(data: str) -> bytes:
    """Of a home whose `data.json` this is."""
    return key_of(base64.b64decode(json.loads(data)["lookup"]))


def who(key: bytes, organisation: int, customer: int, created_at: datetime) -> str:
    told = f"{organisation}:{customer}:{int(created_at.timestamp() * 1_000_000)}"
    return hmac.digest(key, told.encode(), hashlib.sha256).hex()[:32]


def read(path: Path, key: bytes) -> list[Erased]:
    """All lines, if the file is what was written; raises `Forged`. A line that a crash left half is not there."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (UnicodeDecodeError, OSError):
        raise _forged(path) from None
    return _lines(text, key, path)


def read_inside(content: bytes, key: bytes, path: Path) -> list[Erased]:
    """The lines that a backup at this place has in it."""
    return _lines(content.decode("utf-8", "replace"), key, path)


def _lines(text: str, key: bytes, path: Path) -> list[Erased]:
    head, *rest = text.splitlines(keepends=True) or [""]
    if not head.endswith("\n"):
        return []  # a crash left the very first line half
    if not hmac.compare_digest(head.strip().encode(), _head(key).strip().encode()):
        raise _forged(path)
    found, before = list[Erased](), BEGINNING
    for line in rest:
        if not line.endswith("\n"):
            break
        try:
            told = json.loads(line)
            mac, one = str(told.pop("mac")), Erased(**told)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _forged(path) from None
        if not hmac.compare_digest(mac, _mac(key, before, one)):
            raise _forged(path)
        before = mac
        found.append(one)
    return found


def add(path: Path, key: bytes, erased: Iterable[Erased]) -> None:
    """Behind what is there, on the disk when this returns; what it holds already is not written twice."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _lines(file.read(), key, path)
        there = set(known)
        whole = _written(key, known) if known else ""
        fresh = [one for one in dict.fromkeys(erased) if one not in there]
        file.seek(len(whole.encode()))
        file.truncate()  # half a line that a crash left
        file.write(_written(key, [*known, *fresh])[len(whole) :])
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def lay_beside(path: Path, target: Path) -> None:
    """A copy with the backups: whole under its name, or the one that was there."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(path.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def name_beside(backup_mark: str) -> str:
    """How the copy is called in a folder where several homes may keep their backups."""
    return f"qibu-erasures-{backup_mark[:8]}.ledger"


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(key: bytes, lines: Iterable[Erased]) -> str:
    text, before = _head(key), BEGINNING
    for one in lines:
        before = _mac(key, before, one)
        text += json.dumps({**asdict(one), "mac": before}) + "\n"
    return text


def _head(key: bytes) -> str:
    return json.dumps({"qibu": "erasures", "mac": hmac.digest(key, BEGINNING.encode(), hashlib.sha256).hex()}) + "\n"


def _mac(key: bytes, before: str, one: Erased) -> str:
    told = json.dumps([before, one.organisation, one.customer, one.at, one.who])
    return hmac.digest(key, told.encode(), hashlib.sha256).hex()


def _forged(path: Path) -> Forged:
    return Forged(f"删除记录 {path} 被改过，或是别的系统的，不能用。请用 --erasures 给出完好的一份。")
