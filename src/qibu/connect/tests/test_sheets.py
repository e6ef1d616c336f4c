"""Files of every dialect, and files that mean harm; all of them made here."""

import codecs
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt

from qibu.connect import sheets
from qibu.connect.sheets import Limits, SheetInfo, UnreadableSheet

TABLE = [["客户名称", "手机", "地址"], ["余利", "18662879083", "兴城路1座"], ["冯秀英", "15036817765", None]]
SMALL = Limits(rows=50, columns=20, cell_chars=100)


def text_of(delimiter: str) -> str:
    return "".join(delimiter.join(cell or "" for cell in row) + "\r\n" for row in TABLE)


def save(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def workbook(path: Path, *tables: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, table in enumerate(tables):
        page = book.create_sheet(f"表{number + 1}")
        for row in table:
            page.append(row)
    book.save(path)
    return path


def converted(path: Path, **settings: object) -> tuple[SheetInfo, list[sheets.Row]]:
    target = path.with_suffix(".jsonl")
    info = sheets.convert(path, target, **settings)  # type: ignore[arg-type]  # a test passes any setting
    return info, [row for _, row in sheets.read_converted(target)]


def refused(path: Path, limits: Limits = sheets.LIMITS) -> UnreadableSheet:
    with pytest.raises(UnreadableSheet) as caught:
        list(sheets.iter_rows(path, limits=limits))
    return caught.value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_text_in_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = save(tmp_path / "名单.xls", text_of(delimiter).encode(encoding))
    assert sheets.describe(path).delimiter == delimiter
    assert list(sheets.iter_rows(path)) == [TABLE[0], TABLE[1], TABLE[2][:2]]


def test_big_endian_with_mark(tmp_path: Path) -> None:
    path = save(tmp_path / "a.txt", codecs.BOM_UTF16_BE + text_of("\t").encode("utf-16-be"))
    assert list(sheets.iter_rows(path))[1][0] == "余利"


def test_chinese_that_comes_late_still_decides_the_encoding(tmp_path: Path) -> None:
    lines = "order,phone\n" + "RO1,13900000000\n" * 30_000 + "RO2,张三\n"
    path = save(tmp_path / "a.csv", lines.encode("gb18030"))
    assert list(sheets.iter_rows(path))[-1] == ["RO2", "张三"]


def test_one_torn_character_is_no_reason_to_misread_the_rest(tmp_path: Path) -> None:
    content = (text_of(",") * 50).encode("utf-8")
    path = save(tmp_path / "a.csv", content[:-4] + b"\xe5\r\n")
    assert sheets.describe(path).encoding == "utf-8"


def test_quotes_and_line_breaks_inside_a_cell(tmp_path: Path) -> None:
    text = '姓名,备注\n"王,五","第一行\n第二行 ""急"""\n李四,="0012"\n'
    path = save(tmp_path / "a.csv", text.encode())
    assert list(sheets.iter_rows(path))[1:] == [["王,五", '第一行\n第二行 "急"'], ["李四", "0012"]]


def test_the_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "sep=;\n姓名;电话,传真\n".encode())
    assert list(sheets.iter_rows(path)) == [[], ["姓名", "电话,传真"]]


def test_blank_lines_keep_the_row_numbers_of_the_file(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "姓名,电话\n\n张三,1\n".encode())
    converted(path)
    assert dict(sheets.read_converted(path.with_suffix(".jsonl"), start=3)) == {3: ["张三", "1"]}


def test_workbook_cells_keep_their_types(tmp_path: Path) -> None:
    cells = ["余利", 13900000000.0, 0.5, date(2024, 2, 29), datetime(2024, 1, 2, 3, 4), True, "  "]
    path = workbook(tmp_path / "改名.csv", [cells])
    info, rows = converted(path)
    assert rows == [["余利", 13900000000.0, 0.5, date(2024, 2, 29), datetime(2024, 1, 2, 3, 4), True]]
    assert (info.kind, info.chosen, info.rows, info.columns) == ("xlsx", "表1", 1, 6)


def test_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("甲")
    page.write_merge(0, 0, 0, 1, "客户信息")
    page.write(1, 0, "手机")
    page.write(2, 0, 13900000000)
    page.write(2, 1, date(2024, 1, 2), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "a.xls"))
    info, rows = converted(tmp_path / "a.xls")
    assert rows == [["客户信息"], ["手机"], [13900000000.0, date(2024, 1, 2)]]
    assert info.merged == ((0, 0, 0, 1),)


def test_the_sheet_with_most_rows_is_taken_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["说明"]], [["姓名"], ["张三"], ["李四"]], [["x"], ["y"]])
    info, rows = converted(path)
    assert (info.chosen, info.others, rows) == ("表2", ("表1", "表3"), [["姓名"], ["张三"], ["李四"]])
    assert converted(path, sheet="表3")[1] == [["x"], ["y"]]


def test_hidden_sheets_are_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名"])
    hidden = book.create_sheet("字典")
    hidden.sheet_state = "hidden"
    for number in range(9):
        hidden.append([number])
    book.save(tmp_path / "a.xlsx")
    assert list(sheets.iter_rows(tmp_path / "a.xlsx")) == [["姓名"]]


def test_rows_and_columns_count_from_the_corner_of_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C3"] = "姓名"
    book.save(tmp_path / "a.xlsx")
    assert list(sheets.iter_rows(tmp_path / "a.xlsx")) == [[], [], [None, None, "姓名"]]


def test_a_cell_merged_downwards_holds_for_each_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["姓名", "VIN"], ["张三", "A"], [None, "B"], [None, "C"], [None, "D"]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.save(tmp_path / "a.xlsx")
    rows = list(sheets.iter_rows(tmp_path / "a.xlsx"))
    assert rows[1:] == [["张三", "A"], ["张三", "B"], ["张三", "C"], [None, "D"]]


def test_formulas_give_their_stored_value_or_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["姓名", "合计"], ["张三", "=1+1"], ["=CMD|'/C calc'!A0", 3]])
    assert list(sheets.iter_rows(path)) == [["姓名", "合计"], ["张三"], [None, 3.0]]


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    path = save(tmp_path / "a.csv", "姓名,电话\n".encode() + "张三,1\n".encode() * 12_000)
    sheets.convert(path, tmp_path / "out", told.append)
    assert told == [5_000, 10_000]


def test_describe_looks_only_at_the_outside(tmp_path: Path) -> None:
    info = sheets.describe(workbook(tmp_path / "a", [["姓名"], ["张三"]], [["<&>"]]))
    assert (info.kind, info.sheets, info.rows) == ("xlsx", ("表1", "表2"), 2)
    assert SheetInfo.from_json(info.to_json()) == info


def ole(*names: str) -> bytes:
    return (
        sheets.OLE
        + b"\0" * 504
        + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names)
        + b"\0" * 512
    )


@pytest.mark.parametrize(
    ("content", "code", "kind"),
    [
        (b"", "empty", None),
        (b"\xef\xbb\xbf\r\n", "empty", None),
        (b"%PDF-1.7\n...", "wrong_type", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0", "wrong_type", "image"),
        (b"\x00\x01\x02\x03" * 400, "wrong_type", "binary"),
        ("<html><body>请先登录</body></html>".encode(), "wrong_type", "web_page"),
        (b'<?xml version="1.0"?><Workbook/>', "wrong_type", "xml"),
        (ole("WordDocument"), "wrong_type", "document"),
        (ole("EncryptedPackage"), "encrypted", None),
        (ole("Workbook"), "broken", None),
        (b"PK\x03\x04" + b"\x14" * 200, "broken", None),
        (b"\xff,\x80\n" * 400, "unknown_encoding", None),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, code: str, kind: str | None
) -> None:
    error = refused(save(tmp_path / "车主.xlsx", content))
    assert (error.code, error.facts.get("kind")) == (code, kind)


def test_a_torn_workbook_is_broken(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", [["姓名"]] * 200).read_bytes()
    assert refused(save(tmp_path / "b.xlsx", whole[:-400])).code == "broken"


def test_an_archive_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("照片.txt", "x")
    assert refused(tmp_path / "a.xlsx").facts == {"kind": "archive"}


def test_a_locked_old_workbook_is_told_apart(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("甲").write(0, 0, "姓名")
    stream = io.BytesIO()
    book.save(stream)
    record = (
        b"\xe1\x00\x02\x00"  # the interface header, turned into the record that says the file is encrypted
    )
    assert record in stream.getvalue()
    path = save(tmp_path / "a.xls", stream.getvalue().replace(record, b"\x2f\x00\x02\x00", 1))
    assert refused(path).code == "encrypted"


def bomb(path: Path, megabytes: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(megabytes):
                entry.write(b" " * 2**20)
    return path


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    assert refused(bomb(tmp_path / "a.xlsx", 70)).code == "inflates_too_much"


def test_limits_of_size(tmp_path: Path) -> None:
    wide = workbook(tmp_path / "wide.xlsx", [[f"列{number}" for number in range(300)]])
    assert (refused(wide).code, refused(wide).facts["columns"]) == ("too_many_columns", 300)
    assert refused(save(tmp_path / "wide.csv", b"a," * 300)).code == "too_many_columns"
    assert refused(workbook(tmp_path / "long.xlsx", [["a"]] * 60), SMALL).code == "too_many_rows"
    assert refused(save(tmp_path / "long.csv", b"a,b\n" * 60), SMALL).code == "too_many_rows"
    assert refused(workbook(tmp_path / "cell.xlsx", [["a" * 200]]), SMALL).facts["row"] == 1
    assert refused(save(tmp_path / "cell.csv", b"a,b\n" + b"c" * 200), SMALL).code == "cell_too_long"
    assert refused(wide, Limits(file_bytes=100)).code == "too_big"


def test_a_sheet_whose_corners_lie_far_apart_hurts_only_the_child(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = book.active["XFD1048576"] = "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableSheet) as caught:
        sheets.convert(tmp_path / "a.xlsx", tmp_path / "out")
    assert caught.value.code in {"too_heavy", "too_many_rows", "too_many_columns"}
    assert not (tmp_path / "out").exists()


def test_refusals_come_back_from_the_child_as_they_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["a"]] * 60)
    with pytest.raises(UnreadableSheet) as caught:
        sheets.convert(path, tmp_path / "out", limits=SMALL)
    assert (caught.value.code, caught.value.facts) == ("too_many_rows", {"rows": 60, "limit": 50})


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", b"a,b\n" * 100)
    with pytest.raises(UnreadableSheet) as caught:
        sheets.convert(path, tmp_path / "out", limits=Limits(seconds=0))
    assert caught.value.code == "too_slow"


def test_an_empty_workbook_has_no_rows(tmp_path: Path) -> None:
    assert refused(workbook(tmp_path / "a.xlsx", [[]])).code == "no_rows"
