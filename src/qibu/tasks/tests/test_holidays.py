from datetime import date

import pytest

from qibu.tasks.holidays import UnknownYear, known_years, seed_exceptions
from qibu.tasks.rules import Closed, Working


def test_the_spring_festival_of_2026_is_seeded_with_its_make_up_days() -> None:
    rows = {day: (exception, name) for day, exception, name in seed_exceptions(2026)}
    assert rows[date(2026, 2, 17)] == (Closed(), "春节")
    assert rows[date(2026, 2, 14)] == (Working(), "春节")
    assert rows[date(2026, 10, 1)][0] == Closed()
    assert date(2026, 11, 18) not in rows


def test_rows_come_in_order_and_once_a_day() -> None:
    for year in known_years():
        days = [day for day, _, _ in seed_exceptions(year)]
        assert days == sorted(set(days)) and {day.year for day in days} == {year}


@pytest.mark.parametrize("year", [2003, 2100])
def test_an_unknown_year_is_said_and_never_guessed(year: int) -> None:
    with pytest.raises(UnknownYear) as refused:
        seed_exceptions(year)
    assert refused.value.year == year
