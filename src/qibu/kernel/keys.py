"""Keys for data at rest: AES-GCM with a key id, and keyed hashes for look-up.

The key file `<home>/keys/data.json` holds {"current": id, "keys": {id: base64}, "lookup": base64}.
It is never in a backup.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


class UnreadableSecret(ValueError):
    """The value was sealed with a key that is not in the key file, or was altered."""


class Keyring:
    def __init__(self, *, current: int, keys: dict[int, bytes], lookup: bytes) -> None:
        self.current = current
        self.lookup = lookup
        self.ciphers = {number: AESGCM(key) for number, key in keys.items()}

    def seal(self, text: str) -> bytes:
        nonce = os.urandom(NONCE)
        sealed = self.ciphers[self.current].encrypt(nonce, text.encode(), None)
        return bytes([self.current]) + nonce + sealed

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


@lru_cache(maxsize=4)
def _read(path: Path, _second: int) -> Keyring:
    if not path.exists():
        create(path)
    stored = json.loads(path.read_text())
    return Keyring(
        current=stored["current"],
        keys={int(number): base64.b64decode(key) for number, key in stored["keys"].items()},
        lookup=base64.b64decode(stored["lookup"]),
    )


def ring() -> Keyring:
    """The keys of this home. The file is looked at again every second, so that a new key is used while serving."""
    return _read(settings.QIBU_KEYS / "data.json", int(time.monotonic()))


def create(path: Path) -> None:
    """Write a new key file, readable by its owner alone; an existing one is left alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"current": 1, "keys": {"1": _random()}, "lookup": _random()}
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails if another process was first: then its keys count
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _random() -> str:
    return base64.b64encode(os.urandom(32)).decode()
