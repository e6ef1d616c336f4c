"""A list of staff is read as a careful person would read it."""

from __future__ import annotations

import pytest

from qibu.connect.roster import read, roles_of
from qibu.connect.small_sheets import NoHeading, TooLong

HEAD = ["序号", "姓 名", "工号", "岗位", "手机号码", "邮箱", "状态"]


def numbered(*rows: list[object]) -> list[tuple[int, list[object]]]:
    return list(enumerate(rows, start=1))


def test_titles_above_the_heading_and_totals_below_are_no_people() -> None:
    found = read(
        numbered(
            ["弋江店花名册"], ["制表：行政部"], HEAD,
            [1, "周婷", "0012", "服务顾问", 13855530001.0, "zhou@example.com", "在职"],
            [None, None], HEAD,
            [2, "汪东", 13.0, "机修技师", "", "—", "在职"],
            ["合计", "2 人"],
        )
    )  # fmt: skip
    assert [(line.row, line.name, line.number, line.phone, line.email, line.roles) for line in found] == [
        (4, "周婷", "0012", "13855530001", "zhou@example.com", ("service_advisor",)),
        (7, "汪东", "13", "", "", ("technician",)),
    ]


def test_who_left_who_has_no_name_and_who_stands_twice_is_said() -> None:
    found = read(
        numbered(
            HEAD,
            [1, "甲", "1", "", "", "", "已离职"], [2, "", "2", "店长", "", "", ""],
            [3, "丙", "3", "", "", "no-address", ""], [4, "丙", "3", "", "", "", ""],
            [5, "=cmd", "5", "", "", "no-address", "已离职"], [6, "138", "6", "", "", "", ""],
        )
    )  # fmt: skip
    assert [line.faults for line in found] == [
        ("gone",), ("no_name",), ("bad_email",), ("repeated",), ("odd_name", "bad_email", "gone"), ("odd_name",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "role", "roles"),
    [
        ("服务顾问", "", ("service_advisor",)),
        ("售后服务经理", "", ("service_manager",)),
        ("SA", "", ("service_advisor",)),
        ("Salesperson", "", ("sales_consultant",)),
        ("高级销售顾问（主管）", "", ("sales_consultant",)),
        ("保安", "", ()),
        ("店长助理", "", ()),
        ("副总经理", "", ()),
        ("实习销售顾问", "", ("sales_consultant",)),
        ("顾问", "店长、内训师", ("store_manager", "trainer")),
        ("店长", "系统管理员", ()),
    ],
)
def test_roles_follow_the_column_of_roles_else_the_title(title: str, role: str, roles: tuple[str, ...]) -> None:
    assert roles_of(title, role) == roles


def test_a_sheet_without_names_is_no_list_of_staff() -> None:
    with pytest.raises(NoHeading):
        read(numbered(["VIN码", "车牌号"], ["LVVDB11B8MD001323", "皖B12345"]))


def test_a_list_longer_than_any_store_has_people_is_refused() -> None:
    with pytest.raises(TooLong):
        read(numbered(HEAD, *([number, f"人{number}", str(number)] for number in range(501))))
