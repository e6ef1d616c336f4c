"""Paging by key: every row once, in order, in both directions, whatever is empty."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.ui import cursor
from qibu.ui.cursor import BadCursor, Key

rows = st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=30)


def holds(row: dict[str, Any], condition: cursor.Condition) -> bool:
    name, _, lookup = condition[0].partition("__")
    value, wanted = row[name], condition[1]
    if lookup == "isnull":
        return (value is None) == wanted
    if value is None:
        return False
    answers = {
        "": value == wanted,
        "gt": value > wanted,
        "lt": value < wanted,
        "gte": value >= wanted,
        "lte": value <= wanted,
    }
    return answers[lookup]


def ordered(table: list[dict[str, Any]], keys: tuple[Key, ...]) -> list[dict[str, Any]]:
    for key in reversed(keys):
        name = key.name
        full = sorted(
            (r for r in table if r[name] is not None), key=lambda r: r[name], reverse=key.descending
        )
        table = full + [r for r in table if r[name] is None]
    return table


def page(
    table: list[dict[str, Any]], keys: tuple[Key, ...], start: str, size: int, backwards: bool
) -> list[dict[str, Any]]:
    found = ordered(table, keys)
    if start:
        values = cursor.decode(start, len(keys))
        ways = cursor.beyond(keys, values, backwards)
        first = cursor.bound(keys, values, backwards)
        found = [r for r in found if any(all(holds(r, c) for c in way) for way in ways)]
        assert first is None or all(holds(r, first) for r in found)
    return found[-size:] if backwards else found[:size]


def mark(row: dict[str, Any], keys: tuple[Key, ...]) -> str:
    return cursor.encode(tuple(row[k.name] for k in keys))


@given(values=rows, falling=st.booleans(), falling_id=st.booleans(), size=st.integers(1, 7))
def test_pages_forward_give_every_row_once_in_order(
    values: list[int | None], falling: bool, falling_id: bool, size: int
) -> None:
    table = [{"due": v, "id": n} for n, v in enumerate(values)]
    keys = (Key("due", falling, nullable=True), Key("id", falling_id))
    seen: list[dict[str, Any]] = []
    start = ""
    while found := page(table, keys, start, size, backwards=False):
        seen += found
        start = mark(found[-1], keys)
    assert seen == ordered(table, keys)


@given(values=rows, falling=st.booleans(), size=st.integers(1, 7))
def test_pages_backward_from_the_last_row_give_all_before_it(
    values: list[int | None], falling: bool, size: int
) -> None:
    table = [{"due": v, "id": n} for n, v in enumerate(values)]
    keys = (Key("due", falling, nullable=True), Key("id"))
    whole = ordered(table, keys)
    if not whole:
        return
    seen: list[dict[str, Any]] = []
    start = mark(whole[-1], keys)
    while found := page(table, keys, start, size, backwards=True):
        seen = found + seen
        start = mark(found[0], keys)
    assert seen == whole[:-1]


def test_a_field_that_is_never_empty_bounds_the_index() -> None:
    assert cursor.bound((Key("id"),), (7,)) == ("id__gte", 7)
    assert cursor.bound((Key("id", descending=True),), (7,)) == ("id__lte", 7)
    assert cursor.bound((Key("due", nullable=True),), (7,)) is None


@pytest.mark.parametrize(
    "values",
    [
        (1, "王建国"),
        (None, 3),
        (datetime(2026, 11, 18, 10, 24, tzinfo=UTC), 1),
        (date(2026, 11, 18), 1),
        (Decimal("1286.00"), 1),
    ],
)
def test_a_cursor_comes_back_as_it_went(values: tuple[Any, ...]) -> None:
    assert cursor.decode(cursor.encode(values), 2) == values


@pytest.mark.parametrize(
    "text", ["x", "!!", "W10", "eyJhIjoxfQ", "W1sxXSwyXQ", "WzEsMiwzXQ", "bnVsbA", "W3siYSI6MX0sMl0"]
)
def test_a_cursor_changed_by_hand_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        cursor.decode(text, 2)


def test_a_minus_means_descending() -> None:
    assert Key.parse("-due", nullable=True) == Key("due", descending=True, nullable=True)
