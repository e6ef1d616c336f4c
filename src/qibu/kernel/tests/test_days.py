from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.kernel.cells import cell_text, is_blank
from qibu.kernel.days import DayFault, UnreadableDay, add_months, month_end, read_day

DAYS = st.dates(date(1931, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (19997061301.0, "19997061301"),
        ("19997061301.0", "19997061301"),
        (3.5, "3.5"),
        (float("nan"), ""),
        (True, ""),
        (None, ""),
        ("'13955556666", "13955556666"),
        ("\u200b１３９\u3000", "139"),
    ],
)
def test_cell_says_what_was_meant(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_usual_fillers_are_blank() -> None:
    assert all(is_blank(word) for word in ["", "-", "N/A", "无", "暂无", "NULL"])
    assert not is_blank("皖B12345")


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
    ],
)
def test_months_are_added_and_clamped(day: date, n: int, expected: date) -> None:
    assert add_months(day, n) == expected


@settings(deadline=None)
@given(DAYS, st.integers(-300, 300))
def test_adding_months_keeps_the_month_count_and_never_gains_days(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year - day.year) * 12 + later.month - day.month == n
    assert later.day == day.day or later == month_end(later)


@pytest.mark.parametrize(
    "value",
    [
        date(2024, 3, 9),
        datetime(2024, 3, 9, 23, 59),
        "2024-03-09",
        "2024/3/9",
        "2024.3.9",
        "2024年3月9日",
        "2024年03月09号",
        "2024 年 3 月 9 日 10时20分",
        "20240309",
        20240309,
        20240309.0,
        "20240309.0",
        "20240309102030",
        "2024-03-09 00:00:00",
        "2024/3/9 8:05",
        "2024-03-09T10:20:30.123Z",
        "2024-03-09T10:20:30+08:00",
        "２０２４－０３－０９",
        " 2024-03-09 ",
        45360,
        45360.0,
        45360.75,
        "45360",
    ],
)
def test_every_way_of_writing_a_day_is_read(value: object) -> None:
    assert read_day(value) == date(2024, 3, 9)


@pytest.mark.parametrize("value", [None, "", "  ", "-", "无", "/", "N/A", float("nan")])
def test_blank_is_no_day(value: object) -> None:
    assert read_day(value) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("昨天", DayFault.NOT_A_DAY),
        ("2024-03", DayFault.NOT_A_DAY),
        ("23/2/6", DayFault.NOT_A_DAY),
        (0, DayFault.NOT_A_DAY),
        (13955556666.0, DayFault.NOT_A_DAY),
        ("2023-02-29", DayFault.IMPOSSIBLE_DAY),
        ("20241301", DayFault.IMPOSSIBLE_DAY),
        ("1024-03-09", DayFault.IMPLAUSIBLE_YEAR),
        (date(2199, 1, 1), DayFault.IMPLAUSIBLE_YEAR),
    ],
)
def test_nonsense_is_refused_with_its_reason(value: object, code: DayFault) -> None:
    with pytest.raises(UnreadableDay) as refused:
        read_day(value)
    assert refused.value.code is code


@settings(deadline=None)
@given(DAYS)
def test_each_form_reads_back_to_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)) / timedelta(days=1)
    forms = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        serial,
        float(f"{day:%Y%m%d}"),
    ]
    assert {read_day(form) for form in forms} == {day}


@settings(deadline=None)
@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_anything_is_a_day_or_blank_or_refused(value: object) -> None:
    try:
        found = read_day(value)
    except UnreadableDay:
        return
    assert found is None or 1900 <= found.year <= 2100
