"""Headings of many vendors and shapes."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from qibu.connect import mapping, sheets
from qibu.connect.mapping import Mapping, find_heading, guess
from qibu.connect.sheets import Row

OWNER = ["余利", "18662879083", "LVUGFB227PD002543", "皖B38R65", "2023/2/6", "2027-02-06"]
VISIT = [
    "RO2108000704",
    "皖BV56Z9",
    "LVVDC21B8LD001212",
    "许林",
    date(2021, 8, 20),
    9875.0,
    56.76,
    190.9,
    247.66,
]
OWNER_FIELDS = ["name", "phone", "vin", "plate", "purchased_on", "insurance_until"]
VISIT_FIELDS = [
    "order_number",
    "plate",
    "vin",
    "contact_name",
    "opened_on",
    "mileage",
    "labour",
    "parts",
    "total",
]

OWNER_VENDORS = {
    "chery": "客户名称|手机|VIN码|车牌号|购车日期|保险到期日",
    "older": "车主姓名|移动电话|底盘号|牌照号|销售日期|商业险到期",
    "insurance": "所有人|联系电话1|车辆识别代号|号牌号码|开票日期|商业险止期",
    "short": "姓名|电话1|车架号|车牌|交车日期|保险到期",
    "marked": "*客户姓名|手机号码(必填)|VIN|车牌号码：|提车日期 |保险到期日期（商业）",
    "slashed": "客户/车主|手机/电话|车架号/VIN|车牌/牌照|购车日期/开票日期|保险到期日",
    "english": "Customer Name|Mobile Phone|VIN|License Plate|Purchase Date|Insurance Expiry Date",
    "programmer": "customer_name|mobile_phone|chassis_no|plate_no|sale_date|insurance_end",
    "own fields": "name|phone|vin|plate|purchased_on|insurance_until",
    "longer": "购车客户姓名|客户手机号码|车辆VIN码|车辆牌照号|实际交车日期|商业保险到期日",
}
VISIT_VENDORS = {
    "chery": "工单号|车牌号|VIN码|送修人|进厂时间|行驶里程|工时费|材料费|合计金额",
    "older": "委托书号|牌照号|底盘号|报修人|开单日期|进厂里程|工时金额|配件金额|总金额",
    "settling": "结算单号|车牌|车架号|送修人姓名|维修日期|里程数|工时费用|备件费|结算金额",
    "order": "RO号|车牌号码|VIN|托修人|接车时间|公里数|人工费|零件费|应收金额",
    "marked": "维修单号*|车牌|VIN码|送修人|来店日期|行驶里程(km)|工时费（元）|材料费（元）|实收金额（元）",
    "english": "RO No.|Plate No|Chassis No|Contact|Date In|Odometer|Labor Cost|Parts Cost|Total Amount",
    "own fields": "order_number|plate|vin|contact_name|opened_on|mileage|labour|parts|total",
}


def meant(found: Mapping) -> list[str | None]:
    return [column.target for column in found.columns]


@pytest.mark.parametrize("vendor", OWNER_VENDORS)
def test_owner_sheets_of_vendors(vendor: str) -> None:
    found = guess([OWNER_VENDORS[vendor].split("|"), OWNER, OWNER])  # type: ignore[list-item]  # str is a cell
    assert (found.kind, meant(found)) == ("owners", OWNER_FIELDS)


@pytest.mark.parametrize("vendor", VISIT_VENDORS)
def test_visit_sheets_of_vendors(vendor: str) -> None:
    found = guess([VISIT_VENDORS[vendor].split("|"), VISIT, VISIT])  # type: ignore[list-item]  # str is a cell
    assert (found.kind, meant(found)) == ("visits", VISIT_FIELDS)


@pytest.mark.parametrize("kind", ["owners", "visits", "leads"])
def test_no_word_stands_for_two_fields(kind: str) -> None:
    listed = [word for words in mapping.words()[kind].values() for word in {mapping.plain(w) for w in words}]
    assert sorted(listed) == sorted(set(listed))


TITLES: list[Row] = [["芜湖华景 车主档案明细表"], [], ["导出时间：2026-11-20 08:31", None, "操作员：系统"]]


def test_titles_above_the_heading_are_skipped() -> None:
    found = guess([*TITLES, ["姓名", "手机"], ["余利", "18662879083"]])
    assert (found.header_row, found.header_rows, found.data_row) == (4, 1, 5)


def test_two_levels_by_merged_cells() -> None:
    rows: list[Row] = [
        *TITLES,
        ["客户信息", None, "保险信息", None, None],
        ["名称", "手机", "公司", "到期日", "备注"],
    ]
    heading = find_heading(
        [*rows, ["余利", "18662879083", "人保", "2027-01-01"]], [(0, 0, 0, 4), (3, 0, 3, 1), (3, 2, 3, 3)]
    )
    assert heading.labels == (
        "客户信息 › 名称",
        "客户信息 › 手机",
        "保险信息 › 公司",
        "保险信息 › 到期日",
        "备注",
    )
    assert (heading.first, heading.rows) == (4, 2)
    assert [mapping.said("owners", label)[0] for label in heading.labels] == [
        "name",
        "phone",
        "insurer",
        "insurance_until",
        "remark",
    ]


def test_two_levels_in_text_that_keeps_no_merged_cells() -> None:
    heading = find_heading(
        [["客户名称", "联系方式", None, "VIN码"], [None, "手机", "固定电话"], ["余利", "18662879083"]]
    )
    assert heading.labels == ("客户名称", "联系方式 › 手机", "联系方式 › 固定电话", "VIN码")


def test_cells_merged_downwards_say_their_word_once(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["车主档案"],
        ["客户名称", "车辆", None, None],
        [None, "识别", None, "销售"],
        [None, "VIN码", "车牌号", "日期"],
        ["余利", "LVUGFB227PD002543", "皖B38R65", "2023-02-06"],
    ):
        book.active.append(row)
    for area in ("A1:D1", "A2:A4", "B2:D2", "B3:C3"):
        book.active.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    info = sheets.convert(tmp_path / "a.xlsx", tmp_path / "out")
    found = guess([row for _, row in sheets.read_converted(tmp_path / "out")], info.merged)
    assert [column.heading for column in found.columns] == [
        "客户名称",
        "车辆 › 识别 › VIN码",
        "车辆 › 识别 › 车牌号",
        "车辆 › 销售 › 日期",
    ]
    assert meant(found) == ["name", "vin", "plate", "purchased_on"]
    assert (found.header_row, found.header_rows) == (2, 3)


def test_values_name_a_column_that_no_word_names() -> None:
    found = guess([["A列", "B列", "C列"], *[["LVUGFB227PD002543", "138 5421 7745", "皖B·38R65"]] * 3])
    assert meant(found) == ["vin", "phone", "plate"]
    assert {column.reason for column in found.columns} == {"values"}


def test_values_overrule_a_heading_that_says_something_else() -> None:
    found = guess([["姓名", "手机", "车牌号"], *[["余利", "LVUGFB227PD002543", "18662879083"]] * 3])
    assert meant(found) == ["name", "vin", "phone"]
    assert [column.reason for column in found.columns][1:] == ["values_disagree"] * 2


def test_a_sheet_without_heading_is_read_by_its_values() -> None:
    found = guess([["余利", "18662879083", "LVUGFB227PD002543", "皖B38R65"]] * 3)
    assert (found.header_rows, found.data_row, found.targets) == (0, 1, {"phone": 1, "vin": 2, "plate": 3})


def test_each_field_once_and_a_second_phone_has_its_own() -> None:
    found = guess([["姓名", "手机", "联系电话", "车主电话", "VIN", "车架号"], ["余利", "13900000000"]])
    assert meant(found) == ["name", "phone", "phone2", None, "vin", None]
    assert found.columns[3].reason == "taken"


def test_words_about_a_thing_are_not_the_thing() -> None:
    found = guess(
        [
            ["姓名", "手机", "手机是否停机", "手机归属地", "VIN码状态", "客户编码"],
            ["余利", "13900000000", "否", "安徽"],
        ]
    )
    assert meant(found) == ["name", "phone", None, None, None, None]


def test_a_guess_can_be_corrected() -> None:
    found = guess([["姓名", "叫法", "手机"], ["余利", "小余", "13900000000"]]).with_target(1, "name")
    assert meant(found) == [None, "name", "phone"]
    assert (found.columns[1].reason, found.columns[0].reason) == ("chosen", "taken")
    with pytest.raises(KeyError):
        found.with_target(0, "salary")


def test_a_mapping_survives_json() -> None:
    found = guess([*TITLES, ["姓名", "手机"], ["余利", "18662879083"]])
    assert Mapping.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_saved_mapping_serves_the_next_export_of_the_layout() -> None:
    first = guess([["姓名", "叫法", "手机"], ["余利", "小余", "13900000000"]]).with_target(1, "contact_name")
    later = guess([*TITLES, ["姓名", "叫法", "手机 "], ["李四", "小李", "13900000001"]])
    assert later.signature == first.signature
    again = mapping.reuse(first, later)
    assert (meant(again), again.header_row) == (["name", "contact_name", "phone"], 4)


@pytest.mark.parametrize(
    "text",
    [
        "合计：1758 条",
        "总 计",
        "小计",
        "共 20 条",
        "共1758条记录",
        "制表人：陈瑜",
        "打印时间：2026-11-20",
        "第 1 页 共 3 页",
        "备注：以上数据仅供参考",
        "Total",
        "Grand Total:",
        "1/3页",
        "本页小计",
        "页小计：",
        "【合计】",
    ],
)
def test_words_that_close_a_page(text: str) -> None:
    assert mapping.is_footer_word(text)


@pytest.mark.parametrize(
    "text", ["余利", "RO2108000704", "共好汽车", "第一汽车公司", "Totalenergies", "1/3", "单位"]
)
def test_words_that_do_not(text: str) -> None:
    assert not mapping.is_footer_word(text)


def test_a_heading_in_two_languages() -> None:
    found = guess(
        [["客户名称", "手机", "VIN码"], ["Customer Name", "Mobile", "VIN"], ["余利", "18662879083", OWNER[2]]]
    )
    assert (found.header_rows, meant(found)) == (2, ["name", "phone", "vin"])


def test_the_nearer_word_has_the_field() -> None:
    found = guess(
        [
            ["工单号", "车主电话", "送修人电话", "实收金额", "应收金额"],
            ["RO1", "13900000000", "13900000001", "1", "2"],
        ]
    )
    assert (found.targets["phone"], found.targets["total"]) == (2, 4)


def test_samples_keep_no_number_of_a_person_whatever_its_column_means():
    remark = "妻子 138-0553-1234，身份证 340203198502123015"
    rows: list[Row] = [["姓名", "联系", "备注"], ["余利", 18662879083.0, remark], ["王芳", "0553-5761888", None]]
    found = guess(rows)
    samples = [text for column in found.columns for text in column.samples]
    assert "余利" in samples and "186****9083" in samples and "055****1888" in samples
    assert "妻子 138****1234，身份证 340****3015" in samples
    assert not any(number in json.dumps(found.to_json()) for number in ("18662879083", "340203198502123015", "5761888"))


def test_headings_in_traditional_characters_are_known() -> None:
    heading = ["車主姓名", "聯繫電話", "車架號", "車牌號碼", "購車日期"]
    rows: list[Row] = [[*heading], ["陳一", "13855550002", "LVVDB11B8MD001323", "皖B1", "2024-3-5"]]
    assert set(mapping.guess(rows).targets) == {"name", "phone", "vin", "plate", "purchased_on"}
