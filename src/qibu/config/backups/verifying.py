"""Whether a backup is whole: every piece opens, every file is what it was, the database's part can be read."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from qibu.config.backups.envelope import Damaged, Opening
from qibu.config.backups.parts import ABOUT, DATABASE, ERASURES, FILES, MANIFEST, PIECE, unpacked


@dataclass
class Contents:
    """What a backup says of itself and what was found in it."""

    head: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    database_bytes: int = 0

    @property
    def rows(self) -> int:
        return sum(one["rows"] for one in self.manifest["tables"].values())


def opened(path: Path, key: bytes) -> tuple[Opening, IO[bytes]]:
    """The envelope, and the reading of what is in it."""
    file = path.open("rb")
    try:
        envelope = Opening(file, key)
    except BaseException:
        file.close()
        raise
    return envelope, io.BufferedReader(envelope, PIECE)


def beginning(path: Path, key: bytes) -> tuple[dict[str, Any], bytes]:
    """What a backup says of itself, and its ledger of erasures; before the rest of it is read."""
    envelope, source = opened(path, key)
    about, ledger = dict[str, Any](), b""
    with envelope.file:
        for name, content in unpacked(source):
            if name == ABOUT:
                about = json.load(content)
            elif name == ERASURES:
                ledger = content.read()
            else:
                break  # an older one has none
    if not about:
        raise Damaged("备份文件不完整，缺少目录。请换一份备份。")
    return about, ledger


def verify(path: Path, key: bytes, *, program: Path) -> Contents:
    """Read it from the first byte to the last; raises `Damaged`. Nothing of it is written anywhere."""
    envelope, source = opened(path, key)
    found = Contents(head=envelope.head)
    with envelope.file, subprocess.Popen(
        [str(program), "--list"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as listing:
        try:
            for name, content in unpacked(source):
                _look(found, name, content, listing)
        finally:
            if listing.stdin:
                with suppress(BrokenPipeError):
                    listing.stdin.close()
    if listing.returncode:
        raise Damaged("备份里的数据库部分读不出来。请换一份备份。")
    _compare(found)
    return found


def _look(found: Contents, name: str, content: IO[bytes], listing: subprocess.Popen[bytes]) -> None:
    if name == ABOUT:
        found.about = json.load(content)
    elif name == MANIFEST:
        found.manifest = json.load(content)
    elif name.startswith(DATABASE):
        found.database_bytes += _feed(content, listing)
    elif name.startswith(FILES):
        found.files[name.removeprefix(FILES)] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # a reader is enough
    elif name != ERASURES:  # it carries its own proof, for which the data keys are needed
        raise Damaged(f"备份里有不认识的部分：{name}。请先升级七步再试。")


def _feed(content: IO[bytes], listing: subprocess.Popen[bytes]) -> int:
    """`pg_restore --list` reads the beginning and has enough."""
    total = 0
    while piece := content.read(PIECE):
        total += len(piece)
        if listing.stdin and not listing.stdin.closed:
            try:
                listing.stdin.write(piece)
            except BrokenPipeError:
                listing.stdin = None
    return total


def _compare(found: Contents) -> None:
    if not found.about or not found.manifest or not found.database_bytes:
        raise Damaged("备份文件不完整，缺少目录或数据库。请换一份备份。")
    told = {name: one["digest"] for name, one in found.manifest["files"].items()}
    if told != found.files:
        wrong = sorted(name for name in told.keys() | found.files.keys() if told.get(name) != found.files.get(name))
        raise Damaged(f"备份里的文件和目录对不上：{'、'.join(wrong[:3])}。请换一份备份。")
