"""Values of an organisation's own fields are read into one spelling, or refused with the reason."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.kernel.custom import FieldKind, UnreadableValue, ValueFault, read_value

OPTIONS = {"a": "a", "b": "b", "钓鱼": "a", "Fishing": "a", "露营": "b", "无": "c", "c": "c"}


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "  车友会会长 ", "车友会会长"),
        ("text", "—", ""),
        ("text", None, ""),
        ("text", 13.0, "13"),
        ("number", "1,234.50", "1234.5"),
        ("number", 3.0, "3"),
        ("number", "-0.0", "0"),
        ("number", "１２", "12"),
        ("number", "1e3", "1000"),
        ("number", "100", "100"),
        ("number", "", ""),
        ("day", "2026年3月1日", "2026-03-01"),
        ("day", date(2026, 3, 1), "2026-03-01"),
        ("day", datetime(2026, 3, 1, 9, 30), "2026-03-01"),
        ("day", 45000, "2023-03-15"),
        ("day", "无", ""),
        ("choice", "钓鱼", "a"),
        ("choice", "FISHING ", "a"),
        ("choice", "b", "b"),
        ("choice", "无", "c"),
        ("choice", "", ""),
        ("yes_no", "是", "yes"),
        ("yes_no", True, "yes"),
        ("yes_no", "无", "no"),
        ("yes_no", 0.0, "no"),
        ("yes_no", "-", ""),
    ],
)
def test_a_cell_is_read_into_the_one_spelling(kind: str, cell: object, value: str) -> None:
    assert read_value(FieldKind(kind), cell, OPTIONS) == value


@pytest.mark.parametrize(
    ("kind", "cell", "fault"),
    [
        ("text", "长" * 201, ValueFault.TOO_LONG),
        ("number", "三台", ValueFault.NOT_A_NUMBER),
        ("number", "1_000", ValueFault.NOT_A_NUMBER),
        ("number", "Infinity", ValueFault.NOT_A_NUMBER),
        ("number", "1e40", ValueFault.NOT_A_NUMBER),
        ("day", "2026-02-30", ValueFault.NOT_A_DAY),
        ("choice", "滑雪", ValueFault.UNKNOWN_OPTION),
        ("yes_no", "也许", ValueFault.NOT_YES_OR_NO),
    ],
)
def test_what_is_no_value_is_refused_with_its_reason(kind: str, cell: object, fault: ValueFault) -> None:
    with pytest.raises(UnreadableValue) as refused:
        read_value(FieldKind(kind), cell, OPTIONS)
    assert refused.value.fault is fault


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**11), max_value=10**11))
def test_a_number_keeps_its_worth_and_reading_it_again_changes_nothing(number: Decimal) -> None:
    value = read_value(FieldKind.NUMBER, str(number), {})
    assert Decimal(value) == number
    assert read_value(FieldKind.NUMBER, value, {}) == value


@given(st.sampled_from(FieldKind), st.one_of(st.none(), st.text(), st.floats(), st.booleans(), st.dates()))
def test_whatever_a_cell_holds_it_is_a_value_or_refused(kind: FieldKind, cell: object) -> None:
    try:
        value = read_value(kind, cell, OPTIONS)
    except UnreadableValue:
        return
    assert read_value(kind, value, OPTIONS) == value
