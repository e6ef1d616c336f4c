"""The rules of the file: completeness, birthdays as typed, masked addresses, what was typed into the search."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.customers.rules import (
    Term,
    completeness,
    lunar_words,
    mask_address,
    missing,
    read_birthday,
    read_query,
    write_birthday,
)
from qibu.customers.rules.completeness import COMPANY_WEIGHTS, PERSON_WEIGHTS
from qibu.customers.selectors.files import FACTS

TODAY = date(2026, 11, 22)
LIVES = st.dates(date(1920, 1, 1), TODAY - timedelta(days=1))


@pytest.mark.parametrize("weights", [PERSON_WEIGHTS, COMPANY_WEIGHTS])
def test_weights_sum_to_a_hundred_and_each_has_a_word(weights: dict[str, int]) -> None:
    assert sum(weights.values()) == 100
    assert set(weights) <= set(FACTS)


def test_what_is_lacking_weighs_what_is_missing() -> None:
    known = {"name", "phone", "hobbies"}
    assert completeness("person", known) == 44
    assert missing("person", known)[:2] == ["birthday", "region"]
    assert completeness("company", COMPANY_WEIGHTS) == 100
    assert missing("company", COMPANY_WEIGHTS) == []


@pytest.mark.parametrize(
    ("typed", "lunar", "born"),
    [
        ("1980-3-8", False, date(1980, 3, 8)),
        ("19800308", False, date(1980, 3, 8)),
        ("1980年3月8日", False, date(1980, 3, 8)),
        ("1980.03.08", False, date(1980, 3, 8)),
        ("1980/3/8", True, date(1980, 4, 22)),
        ("1984闰10-1", True, date(1984, 11, 23)),
        ("  ", False, None),
    ],
)
def test_a_birthday_is_read_as_it_is_written(typed: str, lunar: bool, born: date | None) -> None:
    assert read_birthday(typed, lunar=lunar, today=TODAY) == born


@pytest.mark.parametrize("typed", ["1980-13-8", "1980-2-30", "昨天", "80-3-8", "2027-1-1", "1850-1-1", "1980-3"])
def test_what_is_no_birthday_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_birthday(typed, lunar=False, today=TODAY)


@given(LIVES, st.booleans())
def test_what_is_written_reads_back(born: date, lunar: bool) -> None:
    assert read_birthday(write_birthday(born, lunar=lunar), lunar=lunar, today=TODAY) == born


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (date(1980, 4, 22), "三月初八"),
        (date(1980, 2, 15), "腊月廿九"),
        (date(1980, 2, 16), "正月初一"),
        (date(1984, 11, 23), "闰十月初一"),
        (date(1980, 3, 6), "正月二十"),
    ],
)
def test_a_lunar_birthday_is_said_as_people_say_it(born: date, words: str) -> None:
    assert lunar_words(born) == words


@pytest.mark.parametrize(
    ("value", "shown"), [("wangjg@163.com", "wa****@163.com"), ("wjg", "w****"), ("wangjg1980", "wa****")]
)
def test_addresses_are_masked(value: str, shown: str) -> None:
    assert mask_address(value) == shown


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("王 5678", [Term("", "", "王"), Term("", "5678", "5678")]),
        ("王5678", [Term("", "", "王"), Term("", "5678", "5678")]),
        ("皖B·12345", [Term("", "", "皖b12345")]),
        ("154 1234 5678", [Term("15412345678", "", "")]),
        ("LVVDB21B", [Term("", "", "lvvdb21b")]),
        ("%%", []),
    ],
)
def test_what_was_typed_becomes_terms(text: str, terms: list[Term]) -> None:
    assert read_query(text) == terms
