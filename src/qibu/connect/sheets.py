"""Opens the spreadsheets that stores have and hands out their rows, one by one.

The kind is decided by what is inside the file, never by its name. A file comes from outside, so nothing
parses it in the process of the product: `convert` starts a child with bounded memory and processor time,
which writes the rows as JSON lines and reports its progress; `read_converted` reads those lines back. What
can't be read raises `UnreadableSheet` with a code and facts; the sentences belong to the page.

Codes: empty, wrong_type (fact `kind`), encrypted, broken, no_rows, unknown_encoding, too_big,
inflates_too_much, too_many_rows, too_many_columns, cell_too_long, too_heavy, too_slow, disk_full.
"""

from __future__ import annotations

import codecs
import csv
import errno
import html
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from threading import Timer
from typing import IO, Any
from xml.parsers.expat import ExpatError

import python_calamine as calamine

from qibu.connect import markup

Cell = str | float | int | date | datetime | bool | None
Row = list[Cell]
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column; all from 0


@dataclass(frozen=True)
class Limits:
    """What a file may cost. 400,000 rows of 14 columns need 0.6 GB of address space and 25 MB of file."""

    file_bytes: int = 200 * 2**20
    inflated_bytes: int = 2 * 2**30
    inflation: int = 250  # a repetitive real sheet reaches about 60
    rows: int = 1_000_000
    columns: int = 200
    cell_chars: int = 32_767  # what Excel itself allows
    merges: int = 200_000
    memory_bytes: int = 3 * 2**30
    written_bytes: int = 3 * 2**30
    cpu_seconds: int = 300
    seconds: int = 600


LIMITS = Limits()
HEADER_AREA = 60  # merged ranges that start above this row are reported
INFLATION_FLOOR = 64 * 2**20  # a small sheet may be as repetitive as it likes
REPORT_EVERY = 5_000
SNIFF_BYTES = 2**18
DIRECTORY_BYTES = 2**23
DELIMITERS = (",", "\t", ";", "|")
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
CODES_OF_SYSTEM = {
    errno.EFBIG: "too_heavy", errno.ENOMEM: "too_heavy", errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full",
}  # fmt: skip
FOREIGN = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "document"),
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableSheet(Exception):
    """The file can't be read; `code` says why, `facts` are what a sentence about it needs."""

    def __init__(self, code: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, Any] = dict(facts or {})


@dataclass(frozen=True)
class SheetInfo:
    kind: str  # xlsx | xls | csv, and what is called xls: html | xml
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    chosen: str = ""
    rows: int | None = None  # an estimate by `describe`, the count by `convert`
    columns: int | None = None
    merged: tuple[Merge, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(name for name in self.sheets if name != self.chosen)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SheetInfo:
        merged = tuple((a, b, c, d) for a, b, c, d in data.get("merged", ()))
        return cls(**{**data, "sheets": tuple(data.get("sheets", ())), "merged": merged})


# --- What kind of file is it -------------------------------------------------------------------------------


def describe(path: Path, *, limits: Limits = LIMITS) -> SheetInfo:
    """A look at the outside that parses no workbook: cheap, and safe in any process."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableSheet("empty")
    if size > limits.file_bytes:
        raise UnreadableSheet("too_big", {"bytes": size, "limit": limits.file_bytes})
    with path.open("rb") as file:
        head = file.read(SNIFF_BYTES)
    if head.startswith(ZIP):
        return _describe_zip(path, limits)
    if head.startswith(OLE):
        return _describe_ole(path)
    return _describe_text(path, head, size)


def _describe_zip(path: Path, limits: Limits) -> SheetInfo:
    _refuse_crowd(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if not {"xl/workbook.xml", "xl/workbook.bin"} & names:
                raise UnreadableSheet("wrong_type", {"kind": "archive"})
            _refuse_bomb(archive, path.stat().st_size, limits)
            return SheetInfo("xlsx", sheets=_sheet_names(archive), rows=_rows_announced(archive))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise UnreadableSheet("broken") from error


def _refuse_crowd(path: Path) -> None:
    """A list of millions of entries costs gigabytes once the archive is opened: look at its length."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 2**17, 0))
        tail = file.read()
    ends = [
        int.from_bytes(tail[at + skip : at + skip + size], "little")
        for mark, skip, size in ((b"PK\x05\x06", 12, 4), (b"PK\x06\x06", 40, 8))
        if (at := tail.rfind(mark)) >= 0
    ]
    if any(DIRECTORY_BYTES < end < 2**32 - 1 or end > 2**32 for end in ends):
        raise UnreadableSheet("broken")


def _refuse_bomb(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    inflated = sum(entry.file_size for entry in archive.infolist())
    steep = any(
        e.file_size > INFLATION_FLOOR and e.file_size > limits.inflation * max(e.compress_size, 1)
        for e in archive.infolist()
    )
    if steep or inflated > limits.inflated_bytes:
        raise UnreadableSheet("inflates_too_much", {"bytes": inflated, "limit": limits.inflated_bytes})


def _head_of(archive: zipfile.ZipFile, name: str, size: int) -> str:
    if name not in archive.namelist():
        return ""
    with archive.open(name) as entry:
        return entry.read(size).decode("utf-8", "replace")


def _sheet_names(archive: zipfile.ZipFile) -> tuple[str, ...]:
    # A pattern instead of an XML parser: nothing in the file can then make the parser work for it.
    found = re.findall(
        # No "<" within a tag: else each of many unclosed ones would be followed to the end of the file.
        r"<(?:\w+:)?sheet\s[^<>]*?\bname=\"([^\"<]*)\"", _head_of(archive, "xl/workbook.xml", 2**20)
    )
    return tuple(html.unescape(name) for name in found)


def _rows_announced(archive: zipfile.ZipFile) -> int | None:
    sheets = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    ends = [
        re.search(r"<(?:\w+:)?dimension ref=\"[A-Z]+\d+:[A-Z]+(\d{1,7})\"", _head_of(archive, name, 2**12))
        for name in sheets[:50]
    ]
    return max((int(end.group(1)) for end in ends if end), default=None)


def _describe_ole(path: Path) -> SheetInfo:
    with path.open("rb") as file:
        content = file.read(2**26)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableSheet("encrypted")
    if any(name.encode("utf-16-le") in content for name in ("WordDocument", "PowerPoint Document")):
        raise UnreadableSheet("wrong_type", {"kind": "document"})
    return SheetInfo("xls")


def _describe_text(path: Path, head: bytes, size: int) -> SheetInfo:
    for magic, kind in FOREIGN:
        if head.startswith(magic):
            raise UnreadableSheet("wrong_type", {"kind": kind})
    encoding = _encoding(path, head)
    text = _decode(head, encoding)
    if len(re.findall(r"[\x01-\x08\x0e-\x1f\x7f]", text)) * 20 > len(text):
        raise UnreadableSheet("wrong_type", {"kind": "binary"})
    if kind := markup.kind_of(text):
        return SheetInfo(kind, encoding)
    _refuse_markup(text)
    if not text.strip("\ufeff \t\r\n,;|"):
        raise UnreadableSheet("empty")
    lines = max(text.count("\n"), text.count("\r"), 1)
    return SheetInfo("csv", encoding, _delimiter(text), rows=max(lines * size // len(head), 1))


def _refuse_markup(text: str) -> None:
    start = text.lstrip("\ufeff \t\r\n")[:2_000].lower()
    if start.startswith("<") and re.search(r"<(!doctype html|html|table|head|meta)\b", start):
        raise UnreadableSheet("wrong_type", {"kind": "web_page"})
    if start.startswith("<?xml"):
        raise UnreadableSheet("wrong_type", {"kind": "xml"})


def _encoding(path: Path, head: bytes) -> str:
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    if head.count(0) * 50 > len(head):
        return _encoding_with_zeros(head)
    if _errors(path, "utf-8") <= _wide_bytes(head) // 50:  # one torn character doesn't make a file GBK
        return "utf-8"
    if _errors(path, "gb18030") <= _wide_bytes(head) // 50:
        return "gb18030"
    raise UnreadableSheet("unknown_encoding")


def _encoding_with_zeros(head: bytes) -> str:
    low, high = head[1::2].count(0), head[0::2].count(0)
    if max(low, high) * 8 < len(head) // 2 or min(low, high) * 10 > max(low, high):
        raise UnreadableSheet("wrong_type", {"kind": "binary"})
    return "utf-16-le" if low > high else "utf-16-be"


def _wide_bytes(head: bytes) -> int:
    return len(head) - len(head.translate(None, bytes(range(128, 256))))


def _errors(path: Path, encoding: str, enough: int = 2_000) -> int:
    """How many places of the file are not in this encoding; counting stops when it is enough."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    errors = 0
    with path.open("rb") as file:
        while block := file.read(2**20):
            errors += decoder.decode(block).count("\ufffd")
            if errors > enough:
                break
    return errors


def _decode(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def _delimiter(text: str) -> str:
    told = re.match(r"\ufeff?sep=(.)\r?\n", text)
    return told.group(1) if told else max(DELIMITERS, key=lambda mark: _regularity(text, mark))


def _regularity(text: str, mark: str) -> int:
    """Cells that stand in rows of the commonest width, when this character separates them."""
    lines = text.splitlines(keepends=True)[:-1] or text.splitlines()
    widths: Counter[int] = Counter()
    try:
        widths.update(len(row) for row in islice(csv.reader(lines, delimiter=mark), 200))
    except csv.Error:
        return 0
    return max(((width - 1) * count for width, count in widths.items()), default=0)


# --- The rows, in this process (the child's half) ----------------------------------------------------------


def iter_rows(path: Path, *, sheet: str = "", limits: Limits = LIMITS) -> Iterator[Row]:
    """The rows of the sheet with the most rows (or of the named one); row 1 of the file is the first item.

    Parses here and now: for files that are trusted, or inside the child that `convert` starts.
    """
    return _open(path, sheet, limits)[1]


def _open(path: Path, sheet: str, limits: Limits) -> tuple[SheetInfo, Iterator[Row]]:
    info = describe(path, limits=limits)
    if info.kind == "csv":
        return info, _text_rows(path, info, limits)
    if info.kind in (markup.HTML, markup.XML):
        return replace(info, merged=_merged_above(path, info)), _markup_rows(path, info, limits)
    return _open_workbook(path, info, sheet, limits)


def _text_rows(path: Path, info: SheetInfo, limits: Limits) -> Iterator[Row]:
    csv.field_size_limit(limits.cell_chars)
    with path.open(encoding=info.encoding, errors="replace", newline="") as file:
        reader = csv.reader((line.replace("\0", "") for line in file), delimiter=info.delimiter)
        try:
            for number, row in enumerate(reader, 1):
                if number > 1 or not (row and re.fullmatch(r"\ufeff?sep=.?", row[0])):
                    yield _checked([_unwrapped(text) for text in row], number, limits)
                else:
                    yield []
        except csv.Error as error:
            raise UnreadableSheet(
                "cell_too_long", {"row": reader.line_num, "limit": limits.cell_chars}
            ) from error


def _markup_rows(path: Path, info: SheetInfo, limits: Limits) -> Iterator[Row]:
    with path.open(encoding=info.encoding, errors="replace") as file:
        try:
            for number, row in enumerate(markup.read(file, info.kind, markup.Table()), 1):
                yield _checked([_unwrapped(text) if text else None for text in row], number, limits)
        except (ExpatError, markup.Untrusted) as error:
            raise UnreadableSheet("broken") from error


def _merged_above(path: Path, info: SheetInfo) -> tuple[Merge, ...]:
    """The merged cells of the first rows, in which the heading is looked for."""
    table = markup.Table()
    with path.open(encoding=info.encoding, errors="replace") as file, suppress(ExpatError, markup.Untrusted):
        for _row in islice(markup.read(file, info.kind, table), HEADER_AREA):
            pass
    return tuple(merge for merge in table.merged if merge[0] < HEADER_AREA)


def _unwrapped(text: str) -> str | None:
    """What Excel would show: `="0123"` and a leading apostrophe or tab are ways to keep a number as text."""
    text = text.strip(" \t\ufeff\u3000\xa0")
    if len(text) > 2 and text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text.removeprefix("'") or None


def _open_workbook(
    path: Path, info: SheetInfo, wanted: str, limits: Limits
) -> tuple[SheetInfo, Iterator[Row]]:
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheet = _choose(book, wanted)
        merged = sheet.merged_cell_ranges or []
    except calamine.PasswordError as error:
        raise UnreadableSheet("encrypted") from error
    except (calamine.CalamineError, OSError, ValueError, UnicodeError) as error:
        raise UnreadableSheet("encrypted" if "assword" in str(error) else "broken") from error
    if sheet.start is None or sheet.end is None:
        raise UnreadableSheet("no_rows", {"sheets": book.sheet_names})
    rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
    _refuse_size(rows, columns, limits)
    merges = [(a, b, c, d) for (a, b), (c, d) in merged[: limits.merges]]
    found = replace(
        info,
        sheets=tuple(book.sheet_names),
        chosen=sheet.name,
        rows=rows,
        columns=columns,
        merged=tuple(merge for merge in merges if merge[0] < HEADER_AREA),
    )
    return found, _book_rows(sheet, merges, limits)


def _choose(book: calamine.CalamineWorkbook, wanted: str) -> calamine.CalamineSheet:
    """The sheet asked for, else the visible one with the most rows; two at most are in memory at once."""
    if wanted in book.sheet_names:
        return book.get_sheet_by_name(wanted)
    pages = [m.name for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
    shown = [
        m.name
        for m in book.sheets_metadata
        if m.name in pages and m.visible == calamine.SheetVisibleEnum.Visible
    ]
    names = shown or pages
    if not names:
        raise UnreadableSheet("no_rows", {"sheets": book.sheet_names})
    best = book.get_sheet_by_name(names[0])
    for name in names[1:]:
        other = book.get_sheet_by_name(name)
        best = other if other.height > best.height else best
    return best


def _refuse_size(rows: int, columns: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise UnreadableSheet("too_many_rows", {"rows": rows, "limit": limits.rows})
    if columns > limits.columns:
        raise UnreadableSheet("too_many_columns", {"columns": columns, "limit": limits.columns})


def _book_rows(sheet: calamine.CalamineSheet, merges: Sequence[Merge], limits: Limits) -> Iterator[Row]:
    margin: Row = [None] * (sheet.start[1] if sheet.start else 0)
    last = sheet.end[0] if sheet.end else 0
    falling = {(row, b): a for a, b, c, d in merges if b == d for row in range(a + 1, min(c, last) + 1)}
    tops = {(a, b): None for a, b, c, d in merges if b == d and c > a}
    columns = sorted({column for _, column in tops})
    held: dict[int, Cell] = {}
    for index, cells in enumerate(sheet.iter_rows()):
        row = margin + [_plain(cell) for cell in cells]
        for column in columns:  # a cell merged downwards holds for each of its rows
            if (index, column) in falling and column < len(row):
                row[column] = held.get(column)
            elif (index, column) in tops and column < len(row):
                held[column] = row[column]
        yield _checked(row, index + 1, limits)


def _plain(cell: Any) -> Cell:
    if cell == "":
        return None
    if isinstance(cell, str):
        return cell.strip(" \t\ufeff\u3000\xa0") or None
    if isinstance(cell, time):
        return cell.isoformat("minutes")
    return cell.total_seconds() / 86_400 if isinstance(cell, timedelta) else cell


def _checked(row: Row, number: int, limits: Limits) -> Row:
    while row and row[-1] is None:
        row.pop()
    _refuse_size(number, len(row), limits)
    for column, cell in enumerate(row):
        if isinstance(cell, str) and len(cell) > limits.cell_chars:
            raise UnreadableSheet(
                "cell_too_long", {"row": number, "column": column, "limit": limits.cell_chars}
            )
    return row


# --- Through a child process -------------------------------------------------------------------------------


def convert(
    path: Path,
    target: Path,
    progress: Callable[[int], None] | None = None,
    *,
    sheet: str = "",
    limits: Limits = LIMITS,
) -> SheetInfo:
    """Writes the rows as JSON lines to `target`, line n being row n; the parsing happens in a child."""
    job = {"path": str(path), "target": str(target), "sheet": sheet, "limits": asdict(limits)}
    child = subprocess.Popen(
        [sys.executable, "-m", "qibu.connect.sheets"],
        env=_environment(),
        text=True,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    overdue = Timer(limits.seconds, child.kill)
    overdue.start()
    try:
        return _follow(child, job, progress or (lambda rows: None), limits)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        overdue.cancel()
        child.kill()
        child.wait()


def _environment() -> dict[str, str]:
    # The child needs no secrets of the parent: only where the code is.
    return {
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PATH": os.environ.get("PATH", ""),
        "PYTHONUTF8": "1",
    }


def _follow(
    child: subprocess.Popen[str], job: dict[str, Any], progress: Callable[[int], None], limits: Limits
) -> SheetInfo:
    assert child.stdin and child.stdout
    with child.stdout:
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(json.dumps(job))
        for line in child.stdout:
            report = json.loads(line)
            if "error" in report:
                raise UnreadableSheet(report["error"], report["facts"])
            if "info" in report:
                return SheetInfo.from_json(report["info"])
            progress(report["rows"])
    slow = child.wait() in (-signal.SIGKILL, -signal.SIGXCPU)
    raise UnreadableSheet(
        "too_slow" if slow else "too_heavy",
        {"seconds": limits.seconds} if slow else {"bytes": limits.memory_bytes},
    )


def read_converted(target: Path, *, start: int = 1) -> Iterator[tuple[int, Row]]:
    """Row number in the file and cells, from row `start` on."""
    with target.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if number >= start:
                yield number, json.loads(line, object_hook=_revived)


def _revived(cell: dict[str, str]) -> date:
    return date.fromisoformat(cell["day"]) if "day" in cell else datetime.fromisoformat(cell["moment"])


def _written(cell: object) -> dict[str, str]:
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    assert isinstance(cell, date)
    return {"day": cell.isoformat()}


def _write(rows: Iterator[Row], target: Path, report: Callable[[Mapping[str, Any]], None]) -> tuple[int, int]:
    count = width = filled = 0
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_written).encode
    with target.open("w", encoding="utf-8") as file:
        for count, row in enumerate(rows, 1):
            file.write(encode(row) + "\n")
            width, filled = max(width, len(row)), filled + bool(row)
            if count % REPORT_EVERY == 0:
                report({"rows": count})
    if not filled:
        raise UnreadableSheet("empty")
    return count, width


def _bind(limits: Limits) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written_bytes, limits.written_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _child(job: Mapping[str, Any], out: IO[str]) -> None:
    def report(message: Mapping[str, Any]) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    limits = Limits(**job["limits"])
    _bind(limits)
    try:
        info, rows = _open(Path(job["path"]), job["sheet"], limits)
        count, width = _write(rows, Path(job["target"]), report)
        report({"info": replace(info, rows=count, columns=width).to_json()})
    except UnreadableSheet as error:
        report({"error": error.code, "facts": error.facts})
    except MemoryError:
        report({"error": "too_heavy", "facts": {"bytes": limits.memory_bytes}})
    except OSError as error:
        code = CODES_OF_SYSTEM.get(error.errno or 0, "broken")
        report({"error": code, "facts": {"what": error.strerror}})
    except BaseException as error:  # a panic in the reader is no ordinary exception
        report({"error": "broken", "facts": {"what": type(error).__name__}})


if __name__ == "__main__":
    _child(json.load(sys.stdin), sys.stdout)
