"""Pages and XML that are called .xls are read as the sheets they show."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.connect import mapping
from qibu.connect.sheets import UnreadableSheet, convert, iter_rows, read_converted

SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"


def rows_of(tmp_path: Path, content: str, encoding: str = "utf-8") -> list[list[object]]:
    path = tmp_path / "导出.xls"
    path.write_bytes(content.encode(encoding))
    return [list(row) for row in iter_rows(path)]


def workbook(*rows: str) -> str:
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{SPREADSHEET}"'
        f' xmlns:ss="{SPREADSHEET}"><Worksheet ss:Name="车主"><Table>{"".join(rows)}</Table></Worksheet>'
        f'<Worksheet ss:Name="说明"><Table><Row>{cell("勿改")}</Row></Table></Worksheet></Workbook>'
    )


def cell(text: str, **attrs: int) -> str:
    marks = "".join(f' ss:{name}="{value}"' for name, value in attrs.items())
    return f'<Cell{marks}><Data ss:Type="String">{text}</Data></Cell>'


def test_a_table_of_a_page_is_a_sheet(tmp_path: Path) -> None:
    found = rows_of(
        tmp_path,
        "<html><head><style>td{color:red}</style></head><table><tr><th>姓名<th>手机</tr>"
        "<tr><td> 王&nbsp;芳 </td><td style='vnd.ms-excel.numberformat:@'>13855530001</td></tr>"
        "<tr><td>赵<br>敏<td>&#49;3855530002</table></html>",
    )
    assert found == [["姓名", "手机"], ["王 芳", "13855530001"], ["赵 敏", "13855530002"]]


def test_gbk_pages_are_read_too(tmp_path: Path) -> None:
    row = "<tr><td>欧阳震华</td><td>芜湖市弋江区</td></tr>"
    found = rows_of(tmp_path, f"<html><meta charset=gb2312><table>{row * 50}</table>", "gb18030")
    assert found == [["欧阳震华", "芜湖市弋江区"]] * 50


def test_cells_merged_in_a_page_reach_as_far_as_in_a_workbook(tmp_path: Path) -> None:
    page = (
        "<table><tr><td rowspan=2>车主</td><td colspan=2>车辆</td></tr><tr><td>车架号</td><td>车牌号</td></tr>"
        "<tr><td rowspan=2>李大海</td><td>LVVDB11B8MD000100</td><td>皖B1</td></tr>"
        "<tr><td>LVVDB11B8MD000101</td><td>皖B2</td></tr></table>"
    )
    path = tmp_path / "导出.xls"
    path.write_text("<html>" + page)
    info = convert(path, tmp_path / "rows")
    rows = [row for _number, row in read_converted(tmp_path / "rows")]
    assert [row[0] for row in rows[2:]] == ["李大海", "李大海"]
    guessed = mapping.guess(rows, info.merged, mapping.OWNERS)
    assert {"name", "vin", "plate"} <= set(guessed.targets)


def test_excels_xml_of_2003_is_read_with_its_gaps(tmp_path: Path) -> None:
    first = f"<Row>{cell('姓名')}{cell('手机', Index=3)}</Row>"
    third = f"<Row ss:Index='3'>{cell('王芳')}{cell('138', Index=3)}</Row>"
    assert rows_of(tmp_path, workbook(first, third)) == [["姓名", None, "手机"], [], ["王芳", None, "138"]]


@pytest.mark.parametrize(
    "content",
    [
        workbook().replace("?><Workbook", '?><!DOCTYPE x [<!ENTITY a "aaaa">]><Workbook', 1),
        workbook("<Row><Cell>"),  # torn off
    ],
)
def test_xml_with_definitions_of_its_own_or_torn_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableSheet) as refused:
        rows_of(tmp_path, content)
    assert refused.value.code == "broken"


def test_a_page_without_a_table_and_other_xml_are_no_sheets(tmp_path: Path) -> None:
    for content, kind in (("<html><body>请先登录</body></html>", "web_page"), ("<?xml version='1.0'?><a/>", "xml")):
        with pytest.raises(UnreadableSheet) as refused:
            rows_of(tmp_path, content)
        assert (refused.value.code, refused.value.facts) == ("wrong_type", {"kind": kind})


def test_absurd_spans_cost_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_text("<html><table><tr><td colspan=99999 rowspan=99999>a</td><td>b</td></tr></table>")
    with pytest.raises(UnreadableSheet) as refused:
        list(iter_rows(path))
    assert refused.value.code == "too_many_columns"


TAGS = st.sampled_from(
    ["<tr>", "</tr>", "<td>", "</td>", "<td rowspan=3>", "<td colspan=2>", "<table>", "</table>", "a", "<br>"]
)


@given(st.lists(TAGS, max_size=60))
def test_whatever_the_tags_are_rows_come_out_or_it_is_refused(tags: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xls"
        path.write_text("<html><table>" + "".join(tags))
        try:
            rows = list(iter_rows(path))
        except UnreadableSheet:
            return
    assert all(value is None or value == "a" or set(str(value)) <= {"a", " "} for row in rows for value in row)
