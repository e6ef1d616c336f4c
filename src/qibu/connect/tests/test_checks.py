"""What becomes of each row, and why."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from qibu.connect import checks, mapping, sheets
from qibu.connect.checks import Checked, Summary, check_rows
from qibu.connect.sheets import Cell, Row

VIN, OTHER = "LVVDC21B0RD001018", "LVVDC21BXND002056"
OWNER_HEAD: Row = ["客户名称", "手机", "VIN码", "车牌号", "购车日期", "备注"]
VISIT_HEAD: Row = ["工单号", "车牌号", "VIN码", "进厂时间", "出厂时间", "工时费", "材料费", "合计金额"]
PLATES = {"皖B38R65"}


def check(rows: list[Row]) -> list[Checked]:
    found = mapping.guess(rows)
    numbered = list(enumerate(rows, 1))
    return list(check_rows(found.kind, numbered, found, PLATES.__contains__, today=date(2026, 11, 22)))


def outcomes(checked: Iterable[Checked]) -> list[str]:
    return [one.outcome for one in checked]


def codes(checked: Checked) -> list[str]:
    return [problem.code for problem in checked.problems]


def owner(**cells: Cell) -> Checked:
    """One owner's row with these fields, under headings that are the fields' own names."""
    row = {"name": "余利", "phone": "18662879083", "vin": VIN, **cells}
    (only,) = check([list(row), list(row.values())])
    return only


def visit(**cells: Cell) -> Checked:
    row: dict[str, Cell] = {
        "order_number": "RO1",
        "vin": VIN,
        "plate": None,
        "opened_on": "2024-01-02",
        **cells,
    }
    (only,) = check([[*row, "labour", "parts"] if "labour" not in row else [*row], [*row.values()]])
    return only


def summary_of(checked: Iterable[Checked]) -> Summary:
    found = Summary()
    for one in checked:
        found.add(one)
    return found


def test_a_good_row_is_read_into_plain_values() -> None:
    only = owner(
        customer_kind="单位",
        price="￥122,100",
        plate="皖b·38r65",
        purchased_on=datetime(2023, 2, 6, 9),
        phone=18662879083.0,
    )
    assert only.outcome == "loaded"
    assert only.problems == ()
    assert only.record == {
        "name": "余利", "phone": "18662879083", "phones": ("18662879083",), "vin": VIN, "plate": "皖B38R65",
        "customer_kind": "company", "price": Decimal("122100.00"), "purchased_on": date(2023, 2, 6),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "code", "detail"),
    [
        ({"name": None, "phone": None}, "no_name_no_phone", ""),
        ({"name": "-", "phone": "无", "vin": None}, "no_name_no_phone", ""),
        ({"vin": "LVUGFB223SD0"}, "vin_illegal", "length"),
        ({"vin": "LVUGFB22ORD002351"}, "vin_illegal", "confused_letter"),
    ],
)
def test_owners_that_are_rejected(cells: Row, code: str, detail: str) -> None:
    only = owner(**cells)  # type: ignore[arg-type]  # the cells come as a dictionary
    assert only.outcome == "rejected"
    assert (only.problems[-1].code, only.problems[-1].detail, only.problems[-1].severity) == (
        code,
        detail,
        "reject",
    )


@pytest.mark.parametrize(
    ("cells", "code", "missing"),
    [
        ({"vin": "LVVDC21B1RD001018"}, "vin_check_digit", ""),
        ({"plate": "皖BI0001"}, "plate_odd", ""),
        ({"plate": "A区3号"}, "plate_odd", "plate"),
        ({"phone": "1866287908"}, "phone_unusable", "phone"),
        ({"phone": "123", "vin": None}, "phone_unusable", "phone"),
        ({"birthday": "1990-13-45"}, "day_unreadable", "birthday"),
        ({"birthday": "2090-01-01"}, "day_in_future", "birthday"),
        ({"insurance_until": "明年"}, "day_unreadable", "insurance_until"),
        ({"price": 12}, "price_implausible", "price"),
        ({"price": "面议"}, "amount_unreadable", "price"),
        ({"identity": 340203199004125000.0}, "identity_unusable", "identity"),
        ({"identity": "340203199004125047"}, "identity_unusable", "identity"),
        ({"identity": "340203199004125046", "birthday": "1990-04-13"}, "birthday_differs_from_identity", ""),
        ({"mileage": "很多"}, "mileage_unreadable", "mileage"),
        ({"gender": "?男?"}, "gender_unknown", "gender"),
        ({"email": "abc"}, "email_unusable", "email"),
        ({"remark": "长" * 3_000}, "text_cut", ""),
    ],
)
def test_owners_that_load_with_a_warning(cells: Row, code: str, missing: str) -> None:
    only = owner(**cells)  # type: ignore[arg-type]  # the cells come as a dictionary
    assert (only.outcome, codes(only)) == ("loaded", [code])
    assert missing not in only.record
    assert only.problems[0].severity == "warn"


def test_a_problem_names_its_place_and_hides_what_is_private() -> None:
    (problem,) = owner(identity="340203199004125047").problems
    assert (problem.row, problem.column, problem.field, problem.detail) == (2, 3, "identity", "check_digit")
    assert problem.value == "340***********5047"


def test_a_row_without_car_loads_the_person_alone() -> None:
    only = owner(vin="无")
    assert (only.outcome, "vin" in only.record) == ("loaded", False)


def test_prices_in_ten_thousands() -> None:
    rows: list[Row] = [
        ["客户名称", "手机", "成交价(万元)"],
        ["余利", "18662879083", 12.98],
        ["李四", "18662879084", "9.8万"],
    ]
    assert [one.record["price"] for one in check(rows)] == [Decimal("129800"), Decimal("98000")]


def test_the_same_car_and_person_again_is_repeated() -> None:
    checked = check([
        OWNER_HEAD,
        ["余利", "18662879083", VIN, None, "2023/2/6"],
        ["余利", "１８６ ６２８７ ９０８３", VIN.lower(), None, datetime(2023, 2, 6), "重复导出"],
        ["余利", None, VIN, None, "2023-02-06"],
        ["王芳", "13900000001", VIN, None, "2024-02-06"],
        ["余利", "18662879083", OTHER, None, "2023-02-06"],
        ["余利", "18662879083", VIN, "皖B38R65", "2023-02-06"],
    ])  # fmt: skip
    assert outcomes(checked) == ["loaded", "repeated", "repeated", "loaded", "loaded", "repeated"]
    assert [one.first_row for one in checked if one.outcome == "repeated"] == [2, 2, 2]
    assert [codes(one) for one in checked][1:6:4] == [[], ["repeated_differs"]]


def test_a_rejected_row_doesn_t_make_the_next_one_a_repeat() -> None:
    head: Row = ["工单号", "VIN码", "进厂时间", "合计金额"]
    checked = check(
        [head, ["RO1", "XX", "2024-01-02", 5], ["RO1", VIN, "2024-01-02", 5], ["ro1", VIN, "2024-01-02", 6]]
    )
    assert outcomes(checked) == ["rejected", "loaded", "repeated"]
    assert codes(checked[2]) == ["repeated_differs"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"order_number": None}, "no_order_number"),
        ({"vin": "LVVDB11B0MD99999"}, "vin_illegal"),
        ({"vin": "LVVDB11B0MD99999", "plate": "皖B38R65"}, "vin_illegal"),
        ({"vin": None}, "no_vehicle"),
        ({"vin": None, "plate": "皖B00000"}, "plate_unknown"),
        ({"opened_on": None}, "no_visit_day"),
        ({"opened_on": "昨天"}, "day_unreadable"),
        ({"opened_on": "2027-01-01"}, "day_in_future"),
    ],
)
def test_visits_that_are_rejected(cells: Row, code: str) -> None:
    only = visit(**cells)  # type: ignore[arg-type]  # the cells come as a dictionary
    assert (only.outcome, codes(only)) == ("rejected", [code])


def test_a_visit_of_a_known_plate_needs_no_vin() -> None:
    assert visit(vin=None, plate="皖B·38R65").outcome == "loaded"


def test_the_day_of_leaving_serves_where_there_is_no_other() -> None:
    (only,) = check([["工单号", "VIN码", "结算日期"], ["RO1", VIN, "2024-01-02"]])
    assert only.record["opened_on"] == date(2024, 1, 2)


def test_amounts_of_a_visit() -> None:
    good = visit(labour="1,286.00", parts="￥100", total="1386元")
    assert (good.record["total"], good.problems) == (Decimal("1386.00"), ())
    assert codes(visit(labour=100.0, parts=20.5, total=200)) == ["total_differs"]
    added = visit(labour=100.0, parts=20.5, total=None)
    assert (added.record["total"], codes(added)) == (Decimal("120.50"), ["total_added_up"])
    assert codes(visit(labour="免费", parts=1, total=1)) == ["amount_unreadable"]
    assert codes(visit(labour="Infinity", parts=1, total=1)) == ["amount_unreadable"]


def test_leaving_before_arriving_is_left_out() -> None:
    only = visit(closed_on="2024-01-01")
    assert (codes(only), "closed_on" in only.record) == (["closed_before_opened"], False)


def test_what_decorates_the_page_is_no_row() -> None:
    title: Row = ["芜湖华景 车主档案"]
    checked = check([
        title,
        ["导出时间：2026-11-20", None, "操作员：系统"],
        OWNER_HEAD,
        ["余利", "18662879083", VIN],
        [],
        ["本页小计", None, None, None, None, "1"],
        title,
        OWNER_HEAD,
        [None, None, None, None, None, "空行 待补"],
        ["合计二手车行", "13900000001", OTHER],
        ["合计：2 条"],
        ["制表人：陈瑜", None, None, "审核：王磊"],
        ["第 1 页 共 1 页"],
    ])  # fmt: skip
    assert [(one.row, one.outcome) for one in checked] == [(4, "loaded"), (9, "rejected"), (10, "loaded")]


def test_totals_without_a_word_are_no_visit() -> None:
    good: Row = ["RO1", None, VIN, "2024-01-02", None, 1, 2, 3]
    checked = check(
        [VISIT_HEAD, good, [None, None, None, None, None, 1, 2, 3], ["合计", None, None, None, None, 1, 2, 3]]
    )
    assert outcomes(checked) == ["loaded"]


def test_the_counts_add_up() -> None:
    rows: list[Row] = [VISIT_HEAD]
    for number in range(40):
        vin = "XX" if number % 10 == 0 else VIN if number % 2 else OTHER
        rows.append([f"RO{number % 30}", None, vin, "2024-01-02", None, 10, 5.5, 15.5])
    summary = summary_of(check(rows))
    assert summary.rows == summary.loaded + summary.rejected + summary.repeated == 40
    assert (summary.loaded, summary.rejected, summary.repeated, summary.vehicles) == (27, 4, 9, 2)
    assert summary.amount_total == Decimal("418.50")
    assert summary.reasons == {"vin_illegal": 4}


def test_people_and_cars_are_counted_once() -> None:
    rows: list[Row] = [OWNER_HEAD, ["余利", "18662879083", VIN], ["余丽", "18662879083", OTHER]]
    summary = summary_of(check([*rows, ["王芳", None, None], ["王芳", "139", OTHER]]))
    assert (summary.loaded, summary.customers, summary.vehicles) == (4, 2, 2)
    assert summary.warnings == {"phone_unusable": 1}


def test_huge_cells_take_no_time_to_speak_of() -> None:
    huge = "(" * 32_000
    only = owner(
        name=huge, phone="1390000000 " * 2_900, plate=huge, email="a." * 16_000, remark="@." * 16_000
    )
    assert only.outcome == "rejected"


def test_a_file_goes_all_the_way(tmp_path: Path) -> None:
    path = tmp_path / "维修.txt"
    path.write_bytes("工单号;车牌号;进厂时间;合计金额\nRO1;皖B38R65;2024/1/2;1,5\n".encode("gb18030"))
    info = sheets.convert(path, tmp_path / "rows")
    rows = list(sheets.read_converted(tmp_path / "rows"))
    found = mapping.guess([row for _, row in rows], info.merged)
    (only,) = checks.check_rows(found.kind, rows, found, PLATES.__contains__)
    assert (only.row, only.record["plate"], only.record["total"]) == (2, "皖B38R65", Decimal("15.00"))
