from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.drives.rules import (
    Busy,
    LicenceFault,
    Unsigned,
    average,
    first_free,
    in_probation,
    lay,
    licence_fault,
    openings,
    read_strokes,
    remind_at,
    svg,
    within_hours,
)
from qibu.drives.rules.lanes import STEP
from qibu.tasks.rules import Calendar, Closed, Hours
from qibu.tasks.rules.calendar import CHINA

WEEK = {day: (Hours(time(8, 30), time(12)), Hours(time(13), time(18))) for day in range(6)}  # no Sundays
STORE = Calendar(WEEK)
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (27, 28, 29, 30))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CHINA)


# The licence ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("licence_class", "manual", "fault"),
    [
        ("C1", True, None), ("C1", False, None), ("A1", True, None), ("B2", False, None), ("C2", False, None),
        ("C2", True, LicenceFault.AUTOMATIC_ALONE), ("C5", False, LicenceFault.NO_CARS),
        ("D", False, LicenceFault.NO_CARS), ("C3", False, LicenceFault.NO_CARS), ("", False, LicenceFault.NO_CARS),
    ],
)  # fmt: skip
def test_a_licence_allows_what_its_class_says(licence_class: str, manual: bool, fault: LicenceFault | None) -> None:
    assert licence_fault(licence_class, issued_on=None, expires_on=None, on=FRIDAY, manual=manual) == fault


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "fault"),
    [
        (None, FRIDAY, None), (None, FRIDAY - timedelta(days=1), LicenceFault.EXPIRED), (FRIDAY, None, None),
        (SATURDAY, None, LicenceFault.NOT_YET), (date(2010, 1, 1), date(2016, 1, 1), LicenceFault.EXPIRED),
    ],
)  # fmt: skip
def test_a_licence_is_valid_through_its_last_day(
    issued_on: date | None, expires_on: date | None, fault: LicenceFault | None
) -> None:
    found = licence_fault("C1", issued_on=issued_on, expires_on=expires_on, on=FRIDAY, manual=False)
    assert found == fault


def test_probation_lasts_twelve_months() -> None:
    assert in_probation(date(2025, 11, 28), FRIDAY)
    assert not in_probation(date(2025, 11, 27), FRIDAY)
    assert not in_probation(None, FRIDAY)


# Times ------------------------------------------------------------------------------------------
def test_a_drive_lies_within_one_stretch_of_opening_hours() -> None:
    assert within_hours(STORE, at(FRIDAY, 11, 30), at(FRIDAY, 12))
    assert not within_hours(STORE, at(FRIDAY, 11, 45), at(FRIDAY, 12, 15))
    assert not within_hours(STORE, at(FRIDAY, 11, 30), at(FRIDAY, 13, 30))
    assert not within_hours(STORE, at(SUNDAY, 10), at(SUNDAY, 11))


def test_stretches_that_touch_are_one_and_midnight_is_the_end_of_the_day() -> None:
    night = Calendar({4: (Hours(time(9), time(12)), Hours(time(12), time(0)))})
    assert openings(night, FRIDAY) == [(at(FRIDAY, 9), at(SATURDAY, 0))]


def test_the_next_free_start_leaves_the_pause_on_both_sides() -> None:
    taken = [(at(FRIDAY, 10), at(FRIDAY, 10, 45)), (at(FRIDAY, 11), at(FRIDAY, 11, 45))]
    free = first_free(STORE, taken, after=at(FRIDAY, 10), minutes=30, pause=15)
    assert free == at(FRIDAY, 13)  # 11:45 would end after twelve
    assert first_free(STORE, taken, after=at(FRIDAY, 9, 1), minutes=30, pause=15) == at(FRIDAY, 9, 15)
    assert first_free(STORE, [], after=at(FRIDAY, 17, 45), minutes=30, pause=15) == at(SATURDAY, 8, 30)
    assert first_free(STORE, [], after=at(SATURDAY, 17, 45), minutes=30, pause=15) == at(MONDAY, 8, 30)
    shut = Calendar({}, {})
    assert first_free(shut, [], after=at(FRIDAY, 9), minutes=30, pause=15) is None


@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(15, 120)), max_size=12), st.integers(0, 700),
    st.sampled_from([15, 30, 60]), st.sampled_from([0, 15, 30]),
)  # fmt: skip
def test_what_is_offered_is_free(taken: list[tuple[int, int]], after: int, minutes: int, pause: int) -> None:
    begin = at(FRIDAY, 8)
    busy = [(begin + timedelta(minutes=a), begin + timedelta(minutes=a + n)) for a, n in taken]
    found = first_free(STORE, busy, after=begin + timedelta(minutes=after), minutes=minutes, pause=pause)
    assert found is not None
    end = found + timedelta(minutes=minutes)
    assert within_hours(STORE, found, end)
    held = end + timedelta(minutes=pause)
    assert not [one for one in busy if one[0] < held and found < one[1]]


def test_the_reminder_falls_on_the_last_open_day_before() -> None:
    def of(start: datetime, now: datetime, calendar: Calendar = STORE) -> datetime | None:
        return remind_at(calendar, starts_at=start, now=now, at=time(16))

    assert of(at(SATURDAY, 10), at(FRIDAY, 9)) == at(FRIDAY, 16)
    assert of(at(MONDAY, 10), at(FRIDAY, 9)) == at(SATURDAY, 16)  # Sunday is shut
    assert of(at(SATURDAY, 10), at(FRIDAY, 16, 30)) is None  # they have just said so
    assert of(at(FRIDAY, 15), at(FRIDAY, 9)) is None
    assert remind_at(STORE, starts_at=at(SATURDAY, 10), now=at(FRIDAY, 9), at=time(20)) == at(FRIDAY, 18)
    away = Calendar(WEEK, {day: Closed() for day in (FRIDAY, date(2026, 11, 26))})
    assert of(at(SATURDAY, 10), at(date(2026, 11, 24), 9), away) == at(date(2026, 11, 25), 16)


# A day as pieces --------------------------------------------------------------------------------
@given(st.lists(st.tuples(st.integers(-60, 700), st.integers(5, 150), st.integers(0, 30)), max_size=8),
       st.integers(-100, 800))  # fmt: skip
def test_a_day_is_covered_without_gaps_or_overlaps(drives: list[tuple[int, int, int]], now: int) -> None:
    first = at(FRIDAY, 8)

    def minute(number: int) -> datetime:
        return first + timedelta(minutes=number)

    busy = [Busy(minute(a), minute(a + n), minute(a + n + pause)) for a, n, pause in drives]
    pieces = lay(first, 40, openings(STORE, FRIDAY), busy, minute(now))
    assert [piece.at for piece in pieces] == [0, *(piece.at + piece.n for piece in pieces)][:-1]
    assert sum(piece.n for piece in pieces) == 40
    for piece in pieces:
        if piece.kind == "free":
            end = piece.starts_at + piece.n * STEP
            assert within_hours(STORE, piece.starts_at, end) and piece.starts_at > minute(now)
            assert not [one for one in busy if one.starts_at < end and piece.starts_at < one.ends_at]


def test_free_places_begin_on_the_half_hour() -> None:
    busy = [Busy(at(FRIDAY, 9), at(FRIDAY, 9, 30), at(FRIDAY, 9, 45))]
    pieces = lay(at(FRIDAY, 8), 40, openings(STORE, FRIDAY), busy, at(FRIDAY, 7))
    told = [(piece.kind, piece.at, piece.n) for piece in pieces[:6]]
    assert told == [("gone", 0, 2), ("free", 2, 2), ("taken", 4, 2), ("pause", 6, 1), ("free", 7, 1), ("free", 8, 2)]


# The signature ----------------------------------------------------------------------------------
GOOD = [[[0, 0], [300, 200]], [[10, 10]]]


def test_a_signature_becomes_a_picture_of_its_numbers() -> None:
    drawn = svg(read_strokes(json.dumps(GOOD)))
    assert 'd="M0 0L300 200 M10 10L10 10"' in drawn


@pytest.mark.parametrize(
    "sent",
    [
        "", "[]", "nonsense", "[[[1,1],[2,2]]]", '[[["a",1]]]', "[[[0,0],[1200,10]]]", "[[[0,0],[10.5,400]]]", "{}",
        '[[[0,0],[true,300]]]', "null", "5", "[[[0,0,0],[300,300,1]]]", "[" * 5000,
        json.dumps([[[0, 0], [300, 300]]] * 300),
    ],
)  # fmt: skip
def test_anything_else_is_no_signature(sent: str) -> None:
    with pytest.raises(Unsigned):
        read_strokes(sent)


@given(st.text(max_size=200))
def test_no_text_gets_into_the_picture(sent: str) -> None:
    with pytest.raises(Unsigned):
        read_strokes(json.dumps([[[sent, 1], [300, 300]]]))


def test_the_average_is_of_what_was_answered() -> None:
    assert str(average({"power": 5, "comfort": 4, "service": 4})) == "4.3"
    assert average({}) is None
    assert average({"nonsense": 5}) is None
