"""Files that are no good, by page and by command: a sentence that says what is wrong and what to do, nothing
half-loaded, and the next file goes through as if nothing had been."""

from __future__ import annotations

import io
import json
import re
import resource
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qibu.connect import messages, sheets
from qibu.connect.mapping import Mapping
from qibu.connect.models import Import
from qibu.connect.storage import Folder
from qibu.connect.tests.loads import LI, OWNER_HEADS, WANG, State, load, owners, rows_of, step, store
from qibu.connect.tests.test_command import run
from qibu.connect.tests.test_pages import signed_in
from qibu.customers.models import ContactPoint, Customer
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.vehicles.models import Vehicle

Table = list[list[Any]]
HEADS = list(OWNER_HEADS)
GOOD: Table = [HEADS, list(LI), list(WANG)]


@pytest.fixture
def actor() -> Actor:
    return store()


# --- What there is -----------------------------------------------------------------------------------------


def archive(**entries: bytes | str) -> bytes:
    """A zip file; `a__b` stands for a/b."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "/"), content)
    return whole.getvalue()


def workbook(table: Table, change: Callable[[Any], None] = lambda book: None) -> bytes:
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    change(book)
    whole = io.BytesIO()
    book.save(whole)
    return whole.getvalue()


def rewritten(content: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one of its parts written otherwise."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, change(text.decode()) if part == name else text)
    return whole.getvalue()


def locked() -> bytes:
    """What Excel makes of a workbook with a password to open it: an OLE file with two streams (MS-OFFCRYPTO 2.3.4)."""
    sector = bytearray(512)
    sector[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    sector[24:34] = bytes([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0])
    names = [name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", "EncryptionInfo")]
    return bytes(sector) + b"".join(names) + "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0") + b"\x9c" * 4096


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHING = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{LAUGHS}]>'


def laughing_workbook() -> bytes:
    """Billion laughs where the cells are."""
    return rewritten(
        workbook(GOOD), "xl/worksheets/sheet1.xml",
        lambda text: LAUGHING + text.partition("?>")[2].replace("<sheetData>", "<sheetData>&l9;", 1),
    )  # fmt: skip


def laughing_xml() -> bytes:
    """A spreadsheet of Excel 2003 that is called .xls."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    table = "<Table><Row><Cell><Data>&l9;</Data></Cell></Row></Table>"
    return f'{LAUGHING}<Workbook xmlns="{space}"><Worksheet>{table}</Worksheet></Workbook>'.encode()


def strings_without_end() -> bytes:
    """Shared strings that inflate a thousandfold."""
    text = "<si><t>" + "长" * 1000 + "</t></si>"
    return archive(**{"xl/workbook.xml": "<workbook/>", "xl/sharedStrings.xml": f"<sst>{text * 60_000}</sst>"})


def deep_bomb() -> bytes:
    content = archive(**{"0.bin": bytes(2**22)})
    for level in range(6):
        content = archive(**{f"{level}.zip": content})
    return content


def lying_bomb() -> bytes:
    """It says of itself that it is small."""
    content = bytearray(archive(**{"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": b" " * 2**27}))
    size = (2**27).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(content)


def columns(number: int) -> bytes:
    heads = HEADS + [f"列{n}" for n in range(number - len(HEADS))]
    return workbook([heads, list(LI) + ["x"] * (number - len(LI))])


def columns_of_text() -> bytes:
    return (",".join(map(str, range(201))) + "\n").encode() * 3


def database() -> bytes:
    return b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20" + bytes(4000)


def open_quote() -> bytes:
    return (",".join(HEADS) + '\n"李敏,').encode() + b"x" * 40_000


def torn_character() -> bytes:
    content = owners(LI, WANG).decode().encode("gb18030")
    return content.replace("中山路".encode("gbk"), b"\xd6\xd0\xc9")


BAD: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    # name of the file, what is in it, code, a word of the sentence
    "pdf": ("车主.xlsx", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "wrong_type", "PDF"),
    "picture": ("车主.xls", lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "wrong_type", "图片"),
    "document": ("车主.docx", lambda: archive(word__document="<w/>"), "wrong_type", "压缩包"),
    "page": ("车主.xls", lambda: "<html><body>登录已过期</body></html>".encode(), "wrong_type", "网页"),
    "database": ("车主.xls", database, "wrong_type", "文件"),
    "empty": ("车主.csv", lambda: b"", "empty", "空的"),
    "blanks": ("车主.csv", lambda: b"\r\n , ,\r\n" * 20, "empty", "空的"),
    "heads alone": ("车主.csv", lambda: owners(), "no_rows", "没有数据行"),
    "heads alone in a workbook": ("车主.xlsx", lambda: workbook([HEADS]), "no_rows", "没有数据行"),
    "201 columns": ("车主.xlsx", lambda: columns(201), "too_many_columns", "201 列"),
    "201 columns of text": ("车主.csv", columns_of_text, "too_many_columns", "201 列"),
    "a password": ("车主.xlsx", locked, "encrypted", "打开密码"),
    "torn": ("车主.xlsx", lambda: workbook(GOOD * 50)[:-300], "broken", "损坏"),
    "half": ("车主.xlsx", lambda: workbook(GOOD * 50)[:2000], "broken", "损坏"),
    "no sheet": ("车主.xlsx", lambda: archive(**{"xl/workbook.xml": "<workbook/>"}), "broken", "损坏"),
    "deep bomb": ("车主.xlsx", deep_bomb, "wrong_type", "压缩包"),
    "wide bomb": ("车主.xlsx", strings_without_end, "inflates_too_much", "解压"),
    "lying bomb": ("车主.xlsx", lying_bomb, "broken", "损坏"),
    "laughs in a workbook": ("车主.xlsx", laughing_workbook, "broken", "损坏"),
    "laughs in an old sheet": ("车主.xls", laughing_xml, "broken", "损坏"),
    "an open quote": ("车主.csv", open_quote, "cell_too_long", "引号"),
    "one line": ("车主.csv", lambda: b"a," + b"x" * 30_000_000, "cell_too_long", "第 1 行"),
    "noise": ("车主.csv", lambda: b"\xff,\x80\xfe\n" * 400, "unknown_encoding", "编码"),
}  # fmt: skip


def nothing_is_there(actor: Actor) -> None:
    with scope(actor):
        assert (Customer.objects.count(), Vehicle.objects.count(), ContactPoint.objects.count()) == (0, 0, 0)
        for one in Import.objects.all():
            assert one.state == State.FAILED
            files = {path.name for path in Folder(actor.organisation_id, one.pk).path.iterdir()}
            assert files <= {"original"}


def and_the_next_one_loads(actor: Actor) -> None:
    load(actor, owners(LI, WANG))
    with scope(actor):
        assert Customer.objects.count() == 2


@pytest.mark.by_turns
@pytest.mark.django_db
@pytest.mark.parametrize("what", BAD)
def test_on_the_page(actor: Actor, what: str) -> None:
    name, content, _code, word = BAD[what]
    client = signed_in(actor)
    answer = client.post("/imports/new/", {"file": SimpleUploadedFile(name, content())})
    if answer.status_code == 302:  # what only a reading child finds out
        with scope(actor):
            one = Import.objects.get()
        step(actor, one, State.READING)
        answer = client.get(answer["Location"])
    else:
        assert answer.status_code == 422
    page = answer.content.decode()
    assert word in page and "请" in page
    nothing_is_there(actor)
    and_the_next_one_loads(actor)


@pytest.mark.django_db(transaction=True)
def test_by_command(tmp_path: Path, capsys: Any) -> None:
    """One after the other: each is a sentence that begins with the name of the file, and nothing is left of any."""
    actor = store()
    for what, (name, content, code, word) in BAD.items():
        path = tmp_path / name
        path.write_bytes(content())
        assert run("owners", str(path), "--json") == 1, what
        said = capsys.readouterr()
        error = json.loads(said.out.splitlines()[-1])["error"]
        assert (error["code"], word in error["message"]) == (code, True), (what, error)
        assert said.err.strip().splitlines()[-1].startswith(f"{name}：") and error["message"].endswith("。")
        nothing_is_there(actor)
    and_the_next_one_loads(actor)


# --- What looks odd and is good ----------------------------------------------------------------------------


def of_1904(book: Any) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


def protected(book: Any) -> None:
    book.active.protection.sheet = True
    book.active.protection.password = "nobody"


def hidden_beside(book: Any) -> None:
    other = book.create_sheet("字典", 0)
    other.sheet_state = "veryHidden"
    for number in range(50):
        other.append([number, "余利"])


def merged_above(book: Any) -> None:
    book.active.insert_rows(1)
    book.active["A1"] = "客户信息"
    book.active.merge_cells("A1:J1")


def as_number(row: tuple[Any, ...], phone: Any) -> list[Any]:
    return [row[0], phone, *row[2:]]


def with_lies_about_its_size() -> bytes:
    lie = '<dimension ref="A1:A1"/>'
    return rewritten(workbook(GOOD), "xl/worksheets/sheet1.xml", lambda text: re.sub("<dimension[^>]*/>", lie, text))


ODD: dict[str, Callable[[], bytes]] = {
    "200 columns": lambda: columns(200),
    "a sheet that may not be changed": lambda: workbook(GOOD, protected),
    "a hidden sheet before it": lambda: workbook(GOOD, hidden_beside),
    "a merged heading above": lambda: workbook(GOOD, merged_above),
    "a size that is not true": with_lies_about_its_size,
    "phones as numbers": lambda: workbook([HEADS, as_number(LI, 13955300001), as_number(WANG, 13955300002.0)]),
    "phones in powers of ten": lambda: owners(as_number(LI, "1.3955300001E+10"), WANG),
    "nulls in the text": lambda: owners(LI, WANG).replace("李敏".encode(), "李\0敏".encode()),
    "two columns of one name": lambda: workbook([[*HEADS, "手机"], [*LI, ""], [*WANG, ""]]),
    "gbk with a torn character": torn_character,
    "formulas": lambda: workbook([HEADS, [*LI[:6], "=HYPERLINK(\"http://x\")", *LI[7:]], list(WANG)]),
    "text that is a formula": lambda: owners((*LI[:6], "=cmd|' /C calc'!A0", *LI[7:]), WANG),
}  # fmt: skip


@pytest.mark.by_turns
@pytest.mark.django_db
@pytest.mark.parametrize("what", ODD)
def test_an_odd_file_that_is_good(actor: Actor, what: str) -> None:
    load(actor, ODD[what]())
    with scope(actor):
        assert "李敏" in set(Customer.objects.values_list("name", flat=True))
        assert Vehicle.objects.filter(vin=LI[2]).exists()
        phones = set(ContactPoint.objects.filter(customer__name="李敏").values_list("value", flat=True))
    assert "13955300001" in phones


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda book: None, of_1904], ids=["1900", "1904"])
def test_days_of_both_calendars(actor: Actor, change: Callable[[Any], None]) -> None:
    load(actor, workbook([HEADS, [*LI[:5], date(2022, 3, 12), *LI[6:]], list(WANG)], change))
    with scope(actor):
        assert Vehicle.objects.get(vin=LI[2]).purchased_on == date(2022, 3, 12)


# --- Large ones --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_gigabytes_are_not_read(tmp_path: Path, capsys: Any) -> None:
    store()
    path = tmp_path / "车主.csv"
    with path.open("wb") as file:
        file.write(owners(LI))
        file.truncate(2 * 2**30)  # a hole: it takes no room
    assert run("owners", str(path), "--json") == 1
    assert "拆成几个文件" in capsys.readouterr().err


@pytest.mark.slow
def test_a_million_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path, target = tmp_path / "车主.csv", tmp_path / "rows"
    line = ",".join(LI[:6]).encode() + b"\n"
    with path.open("wb") as file:
        file.write(",".join(HEADS[:6]).encode() + b"\n")
        for _ in range(999):
            file.write(line * 1001)  # with the heading a million rows
    told: list[int] = []
    info = sheets.convert(path, target, told.append)
    assert info.rows == 1_000_000 and len(told) > 100
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 300_000  # kilobytes
    with path.open("ab") as file:
        file.write(line)
    with pytest.raises(sheets.UnreadableSheet) as caught:
        sheets.convert(path, target)
    assert (caught.value.code, caught.value.facts["limit"]) == ("too_many_rows", 1_000_000)
    assert not target.exists()


@pytest.mark.django_db
def test_what_is_lost_of_a_phone_is_said_and_not_made_up(actor: Actor) -> None:
    one = load(actor, owners(as_number(LI, "1.39553E+10"), WANG))
    (line,) = [row for row in rows_of(actor, one) if row["code"] == "phone_unusable"]
    assert "末几位已经丢失" in messages.problem(line, Mapping.from_json(one.mapping))
    with scope(actor):
        assert not ContactPoint.objects.filter(customer__name="李敏").exists()
