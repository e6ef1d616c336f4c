"""What lies in a backup, in this order, as a tar inside the envelope:

    about.json            what it is: release, migrations, sizes; read before anything is done with the rest
    erasures.ledger       who had been erased when it was made (`kernel.erasures`)
    database/00000 …      `pg_dump` in its own format, in pieces
    files/<area>/…        the files of the snapshot's rows, and anchors of the audit trail that were written before it
    manifest.json         rows and digest of every table, digest of every file, the shape of the database
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qibu.config.backups.envelope import Damaged

ABOUT, DATABASE, FILES, MANIFEST = "about.json", "database/", "files/", "manifest.json"
ERASURES = "erasures.ledger"
PIECE = 8 * 1024 * 1024


@dataclass(frozen=True)
class FileMark:
    """`torn`: it was still being written; `digest` is that of what was taken."""

    bytes: int
    digest: str
    torn: bool = False


class Packing:
    """Puts the parts into the envelope one after the other."""

    def __init__(self, into: IO[bytes]) -> None:
        self.tar = tarfile.open(fileobj=into, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  (closed by `close`)
        self.pieces = 0

    def put(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        self.tar.addfile(entry, io.BytesIO(content))

    def put_database(self, content: bytes) -> None:
        self.put(f"{DATABASE}{self.pieces:05}", content)
        self.pieces += 1

    def put_file(self, name: str, path: Path, length: int | None = None) -> FileMark:
        """As long as it was, or is now: what is written behind that meanwhile belongs to a later moment."""
        with path.open("rb") as file:
            length = path.stat().st_size if length is None else length
            entry = tarfile.TarInfo(FILES + name)
            entry.size = length
            counted = Counted(file, length)
            self.tar.addfile(entry, counted)
        return FileMark(length, counted.digest.hexdigest(), counted.torn)

    def close(self) -> None:
        self.tar.close()


class Counted(io.RawIOBase):
    """A file with exactly so many bytes; when it has become shorter, zeros follow and it is torn."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file, self.left, self.torn, self.digest = file, length, False, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, most: int = -1) -> bytes:
        wanted = self.left if most < 0 else min(most, self.left)
        content = self.file.read(wanted)
        if len(content) < wanted:
            self.torn = True
            content += bytes(wanted - len(content))
        self.left -= wanted
        self.digest.update(content)
        return content


def unpacked(source: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """The parts in their order; each is to be read before the next is asked for."""
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is not None:
                    yield entry.name, content
    except tarfile.TarError:
        raise Damaged("备份文件的内容读不下去。请换一份备份。") from None
    while source.read(PIECE):
        pass  # to the very end: only there it is sure that nothing was cut off


def safe_path(folder: Path, name: str) -> Path:
    """Where a file of the backup goes; never outside its folder."""
    path = folder / name.removeprefix(FILES)
    if not path.resolve().is_relative_to(folder.resolve()) or ".." in Path(name).parts:
        raise Damaged(f"备份里有路径不对的文件：{name}。这份备份不能用。")
    return path
