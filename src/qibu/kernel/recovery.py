"""The recovery file: the keys of a home, wrapped by a passphrase, to be kept somewhere else.

    七步 Qibu 恢复文件 …                      two lines for whoever finds it
    {"qibu": "recovery", "version": 1, …}    JSON: how the passphrase is stretched, and what is sealed

The passphrase goes through Argon2id (RFC 9106, section 4, second choice: 64 MiB, three passes, four lanes); what comes
out seals the keys with AES-GCM, over everything that stands in the open. No Django here: it is opened without a home.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
COST = {"memory": 64 * 1024, "passes": 3, "lanes": 4}
MOST = {"memory": 1024 * 1024, "passes": 64, "lanes": 64}
SHORTEST = 12
DATA = "data.json"
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read for something else
TITLE = (
    "七步 Qibu 恢复文件：和密码一起，可以在新电脑上打开备份。请存放在这台电脑以外，不要和备份放在一起。\n"
    "Recovery file of Qibu. With its passphrase it opens backups on another machine. Keep it apart from them.\n"
)


class Unusable(ValueError):
    """The file can't be used; the text says why and what to do."""


class WrongPassphrase(Unusable):
    """It is not the passphrase of this file, or the sealed part was altered: the two can't be told apart."""


@dataclass(frozen=True)
class Secrets:
    """What a home can't be read without: the files of `keys/` by name, with their texts."""

    files: dict[str, str]

    @property
    def numbers(self) -> list[int]:
        """The data keys among them."""
        return sorted(map(int, json.loads(self.files[DATA])["keys"]))


def invented() -> str:
    """A passphrase to be written down: five groups of five signs, some 123 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(5))


def wrap(secret: Secrets, passphrase: str) -> str:
    """The text of a recovery file."""
    if len(passphrase) < SHORTEST:
        raise Unusable(f"恢复密码太短，至少 {SHORTEST} 个字。")
    salt, nonce = os.urandom(16), os.urandom(12)
    head = {
        "qibu": "recovery", "version": VERSION, "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "keys": secret.numbers, "kdf": {"name": "argon2id", **COST, "salt": _text(salt)},
        "nonce": _text(nonce),
    }  # fmt: skip
    inner = json.dumps({"files": secret.files}).encode()
    sealed = AESGCM(_stretched(passphrase, salt, COST)).encrypt(nonce, inner, _canonical(head))
    return TITLE + json.dumps({**head, "sealed": _text(sealed)}, indent=1) + "\n"


def unwrap(text: str, passphrase: str) -> Secrets:
    """The keys in a recovery file."""
    head = _head(text)
    try:
        sealed, nonce = _bytes(head.pop("sealed")), _bytes(head["nonce"])
        salt, cost = _bytes(head["kdf"]["salt"]), {name: int(head["kdf"][name]) for name in COST}
        if any(not 0 < cost[name] <= MOST[name] for name in cost):
            raise ValueError("a cost beyond reason")
        inner = AESGCM(_stretched(passphrase, salt, cost)).decrypt(nonce, sealed, _canonical(head))
        return Secrets({str(name): str(content) for name, content in json.loads(inner)["files"].items()})
    except InvalidTag:
        raise WrongPassphrase("恢复密码不对，或者恢复文件被改过。请再试一次，注意大小写和全角半角。") from None
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable("恢复文件坏了，读不出来。请换另外保存的一份。") from error


def _head(text: str) -> dict[str, Any]:
    try:
        head = json.loads(text[text.index("{") :])
    except ValueError:
        raise Unusable("这不是七步的恢复文件，或者文件不完整。请换另外保存的一份。") from None
    if not isinstance(head, dict) or head.get("qibu") != "recovery":
        raise Unusable("这不是七步的恢复文件，请再看看文件选得对不对。")
    if head.get("version") != VERSION:
        raise Unusable("恢复文件由更新的七步写成，请先升级七步再试。")
    return head


def _stretched(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(
        passphrase.strip().encode(), salt, time_cost=cost["passes"], memory_cost=cost["memory"],
        parallelism=cost["lanes"], hash_len=32, type=Type.ID,
    )  # fmt: skip


def _canonical(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
