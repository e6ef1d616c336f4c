"""Keys for data at rest: AES-GCM with a key id, and keyed hashes for look-up.

The key file `<home>/keys/data.json` holds {"current": id, "keys": {id: base64}, "lookup": base64, "made": {id: time}}.
It is never in a backup. A new key is used within a second by everybody who serves; the old ones open what they sealed
until nothing is sealed by them any more (`qibu.network.services.resealing`). See docs/decisions/keys.md.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
MOST_KEYS = 255  # the id is one byte


class UnreadableSecret(ValueError):
    """The value was sealed with a key that is not in the key file, or was altered."""


class Keyring:
    def __init__(self, *, current: int, keys: dict[int, bytes], lookup: bytes) -> None:
        self.current = current
        self.lookup = lookup
        self.keys = keys
        self.ciphers = {number: AESGCM(key) for number, key in keys.items()}

    def seal(self, text: str) -> bytes:
        return self._seal(text, os.urandom(NONCE))

    def reseal(self, sealed: bytes) -> bytes:
        """The same text under the current key. Equal values stay equal, so that copies in a book still fit their rows:
        the nonce comes from what was sealed before, which is as unique as the nonce in it."""
        derived = hmac.digest(self.keys[self.current], b"reseal:" + sealed, hashlib.sha256)
        return self._seal(self.open(sealed), derived[:NONCE])

    def _seal(self, text: str, nonce: bytes) -> bytes:
        return bytes([self.current]) + nonce + self.ciphers[self.current].encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        cipher = self.ciphers.get(sealed[0])
        if cipher is None:
            raise UnreadableSecret(f"Key {sealed[0]} is not in the key file.")
        try:
            return cipher.decrypt(sealed[1 : NONCE + 1], sealed[NONCE + 1 :], None).decode()
        except Exception as error:
            raise UnreadableSecret("The value can't be opened with its key.") from error

    def fingerprint(self, purpose: str, text: str) -> bytes:
        """16 bytes that are equal for equal texts of one purpose and tell nothing without the key."""
        return hmac.digest(self.lookup, f"{purpose}:{text}".encode(), hashlib.sha256)[:16]


def path() -> Path:
    return Path(settings.QIBU_KEYS) / "data.json"


@lru_cache(maxsize=4)
def _read(file: Path, _second: int) -> Keyring:
    if not file.exists():
        create(file)
    stored = stored_in(file)
    return Keyring(
        current=stored["current"],
        keys={int(number): base64.b64decode(key) for number, key in stored["keys"].items()},
        lookup=base64.b64decode(stored["lookup"]),
    )


def ring() -> Keyring:
    """The keys of this home. The file is looked at again every second, so that a new key is used while serving."""
    return _read(path(), int(time.monotonic()))


def opened(sealed: bytes) -> str:
    """What was sealed. A key that this process doesn't know yet may have come this very second."""
    known = ring()
    if sealed[0] not in known.ciphers:
        _read.cache_clear()
        known = ring()
    return known.open(sealed)


def stored_in(file: Path) -> dict[str, Any]:
    """What stands in a key file."""
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def create(file: Path) -> None:
    """Write a new key file, readable by its owner alone; an existing one is left alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"current": 1, "keys": {"1": _random()}, "lookup": _random(), "made": {"1": _now()}}
    draft = _draft(file, content)
    try:
        os.link(draft, file)  # fails if another process was first: then its keys count
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def add(file: Path) -> int:
    """A new key that counts from now on; gives its number."""
    if not file.exists():
        create(file)
    with _changing(file) as content:
        number: int = _free_number(content)
        content["keys"][str(number)] = _random()
        content["current"] = number
        content["made"] = {**content.get("made", {}), str(number): _now()}
    return number


def retire(file: Path, number: int) -> None:
    """Forget a key by which nothing is sealed any more. The current one is never forgotten."""
    with _changing(file) as content:
        if content["current"] != number:
            content["keys"].pop(str(number), None)
            content.get("made", {}).pop(str(number), None)


def _free_number(content: dict[str, Any]) -> int:
    current = int(content["current"])
    taken: set[int] = {int(number) for number in content["keys"]}
    turn: list[int] = [*range(current + 1, MOST_KEYS + 1), *range(1, current)]
    return next(number for number in turn if number not in taken)


@contextmanager
def _changing(file: Path) -> Iterator[dict[str, Any]]:
    """The content, to be changed by one at a time; whoever reads sees the old file or the new one, whole."""
    handle = os.open(file.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        content = stored_in(file)
        yield content
        _draft(file, content).replace(file)
        _sync_folder(file.parent)
        _read.cache_clear()


def _draft(file: Path, content: dict[str, Any]) -> Path:
    draft = file.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)  # of a process that was killed and had our number
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened_file:
        json.dump(content, opened_file)
        opened_file.flush()
        os.fsync(opened_file.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _random() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
