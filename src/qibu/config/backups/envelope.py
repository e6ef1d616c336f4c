"""The outer form of a backup: a readable line, then pieces sealed with AES-GCM under a key of this file alone.

    QIBU BACKUP {"format": 1, "made": …, "salt": …, "key": …}\\n
    4 bytes of length (the highest bit: the last piece), the piece; …

The file's key comes from the home's backup key and the salt (HKDF). A piece's nonce is its number and whether it is the
last one, and the line is sealed along with each: what is cut off, exchanged or altered doesn't open.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import struct
from datetime import UTC, datetime
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 1
MAGIC = b"QIBU BACKUP "
PIECE = 1024 * 1024
LAST = 0x8000_0000
LONGEST_LINE = 4096


class Damaged(ValueError):
    """The file is no backup, not whole, or was altered; the text says what and what to do."""


class OtherKey(Damaged):
    """It was made with the backup key of another home."""


def mark_of(key: bytes) -> str:
    """By which key a backup can be opened, without telling the key."""
    return hashlib.sha256(b"qibu backup key:" + key).hexdigest()[:16]


def head_of(file: IO[bytes]) -> dict[str, Any]:
    """The readable line."""
    line = file.readline(LONGEST_LINE)
    try:
        if not line.startswith(MAGIC) or not line.endswith(b"\n"):
            raise ValueError(line[:20])
        head: dict[str, Any] = json.loads(line[len(MAGIC) :])
        if head["format"] > FORMAT:
            raise Damaged("备份由更新的七步写成，请先升级七步再试。")
        base64.b64decode(head["salt"], validate=True)
    except Damaged:
        raise
    except (ValueError, KeyError, TypeError):
        raise Damaged("这不是七步的备份文件，或者开头就坏了。请换一份备份。") from None
    return head


class Sealing(io.RawIOBase):
    """Write into it; `finish` seals the last piece."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        salt = os.urandom(32)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        head = {"format": FORMAT, "made": made, "salt": base64.b64encode(salt).decode(), "key": mark_of(key)}
        self.file, self.line = file, MAGIC + json.dumps(head).encode() + b"\n"
        self.cipher, self.number, self.waiting = _cipher(key, salt), 0, bytearray()
        file.write(self.line)

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.waiting += content
        while len(self.waiting) > PIECE:  # one full piece may turn out to be the last
            self._seal(bytes(self.waiting[:PIECE]), 0)
            del self.waiting[:PIECE]
        return len(content)

    def finish(self) -> None:
        self._seal(bytes(self.waiting), LAST)
        self.waiting.clear()

    def _seal(self, content: bytes, last: int) -> None:
        sealed = self.cipher.encrypt(_nonce(self.number, last), content, self.line)
        self.file.write(struct.pack(">I", len(sealed) | last) + sealed)
        self.number += 1


class Opening(io.RawIOBase):
    """Read from it what was sealed; at the end it is sure that nothing is missing."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        line = file.readline(LONGEST_LINE)
        head = head_of(io.BytesIO(line))
        if head.get("key") != mark_of(key):
            raise OtherKey("密钥对不上：这份备份是用另一把备份密钥写的。请用备份那时候、那套系统的恢复文件。")
        self.head, self.file, self.line = head, file, line  # as it stands there, not as it might be written
        self.cipher, self.number = _cipher(key, base64.b64decode(head["salt"])), 0
        self.left, self.over = b"", False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.left and not self.over:
            self.left = self._open()
        some, self.left = self.left[: len(buffer)], self.left[len(buffer) :]
        buffer[: len(some)] = some
        return len(some)

    def _open(self) -> bytes:
        prefix = self.file.read(4)
        if len(prefix) < 4:
            raise Damaged("备份文件不完整，后面的部分没有了。请换一份备份。")
        (length,) = struct.unpack(">I", prefix)
        last, length = length & LAST, length & ~LAST
        sealed = self.file.read(min(length, PIECE + 64))
        try:
            if len(sealed) != length:
                raise InvalidTag
            content = self.cipher.decrypt(_nonce(self.number, last), sealed, self.line)
        except InvalidTag:
            raise Damaged(f"备份文件在第 {self.number + 1} MB 处坏了。请换一份备份。") from None
        self.number, self.over = self.number + 1, bool(last)
        if self.over and self.file.read(1):
            raise Damaged("备份文件后面多出了内容，不能相信。请换一份备份。")
        return content


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"qibu backup 1").derive(key))


def _nonce(number: int, last: int) -> bytes:
    return struct.pack(">QI", number, 1 if last else 0)
