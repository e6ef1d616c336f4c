from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.tasks.rules import (
    BETWEEN,
    CHINA,
    MANAGERS,
    SUPERIOR,
    Calendar,
    CallBackTimeMissing,
    ClockFacts,
    ClockState,
    Closed,
    CloseReason,
    Effect,
    Hours,
    NeverOpen,
    Open,
    Outcome,
    Person,
    Remaining,
    Step,
    Unit,
    Working,
    anybody,
    deadline_after,
    effect_of,
    next_climb,
    offers,
    superior_of,
    told,
)

DAY = (Hours(time(8, 30), time(12)), Hours(time(13), time(17, 30)))
SATURDAY = (Hours(time(9), time(12)),)
# Spring festival 2026 with its make-up days, and a late opening before it.
STORE = Calendar(
    week={**dict.fromkeys(range(5), DAY), 5: SATURDAY},
    exceptions={
        **{date(2026, 2, day): Closed() for day in range(15, 24)},
        date(2026, 2, 13): Open((Hours(time(10), time(0)),)),
        date(2026, 2, 14): Working(),
        date(2026, 3, 1): Working(),
    },
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=CHINA))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-18 08:29", False),
        ("2026-11-18 08:30", True),
        ("2026-11-18 12:00", False),
        ("2026-11-18 17:29", True),
        ("2026-11-21 09:00", True),
        ("2026-11-22 09:00", False),
        ("2026-02-16 10:00", False),
        ("2026-02-13 23:59", True),
        ("2026-02-14 16:00", False),
        ("2026-03-01 10:00", True),
    ],
)
def test_the_store_is_open_by_week_and_exception(moment: str, is_open: bool) -> None:
    assert STORE.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-11-18 09:00", 120, "2026-11-18 11:00"),
        ("2026-11-18 11:00", 120, "2026-11-18 14:00"),
        ("2026-11-18 16:00", 120, "2026-11-19 09:00"),
        ("2026-11-18 16:00", 90, "2026-11-18 17:30"),
        ("2026-11-18 06:00", 30, "2026-11-18 09:00"),
        ("2026-11-20 17:00", 60, "2026-11-21 09:30"),
        ("2026-11-21 11:00", 120, "2026-11-23 09:30"),
        ("2026-02-14 11:30", 60, "2026-02-24 09:00"),
        ("2026-11-18 20:00", 0, "2026-11-19 08:30"),
    ],
)
def test_working_time_is_added_over_breaks_nights_and_holidays(start: str, duration: int, end: str) -> None:
    found = STORE.add_working_time(at(start), minutes(duration))
    assert found == at(end)
    assert found.tzinfo is UTC
    assert STORE.working_time_between(at(start), found) == minutes(duration)


def test_working_time_backwards_is_negative() -> None:
    assert STORE.working_time_between(at("2026-11-18 11:00"), at("2026-11-18 10:00")) == minutes(-60)


def test_the_next_opening_is_found() -> None:
    assert STORE.next_open(at("2026-11-18 10:00")) == at("2026-11-18 10:00")
    assert STORE.next_open(at("2026-11-18 12:30")) == at("2026-11-18 13:00")
    assert STORE.next_open(at("2026-11-21 12:00")) == at("2026-11-23 08:30")
    assert STORE.next_morning(at("2026-11-18 07:00")) == at("2026-11-19 08:30")
    assert STORE.next_morning(at("2026-11-20 16:00")) == at("2026-11-21 09:00")


def test_a_make_up_sunday_runs_like_a_weekday() -> None:
    assert STORE.hours_on(date(2026, 3, 1)) == DAY
    assert not STORE.is_working_day(date(2026, 3, 8))


@pytest.mark.parametrize("calendar", [Calendar({}), Calendar({}, {date(2026, 11, 18): Closed()})])
def test_a_store_that_never_opens_is_said_and_not_searched_for_ever(calendar: Calendar) -> None:
    for search in (calendar.next_open, calendar.next_morning):
        with pytest.raises(NeverOpen):
            search(at("2026-11-18 10:00"))
    with pytest.raises(NeverOpen):
        calendar.add_working_time(at("2026-11-18 10:00"), minutes(1))


def test_impossible_hours_and_durations_are_refused() -> None:
    with pytest.raises(ValueError, match="hours_end_before_start"):
        Hours(time(17), time(9))
    with pytest.raises(ValueError, match="negative_duration"):
        STORE.add_working_time(at("2026-11-18 10:00"), minutes(-1))


def test_overlapping_hours_count_once() -> None:
    calendar = Calendar({2: (Hours(time(8), time(12)), Hours(time(10), time(11)), Hours(time(11), time(14)))})
    assert calendar.working_time_between(at("2026-11-18 00:00"), at("2026-11-19 00:00")) == minutes(360)


def test_summer_time_of_the_past_is_heeded() -> None:
    # On 1986-05-04 clocks in China went forward from 02:00 to 03:00.
    calendar = Calendar({6: (Hours(time(0), time(0)),)})
    assert calendar.working_time_between(at("1986-05-04 00:00"), at("1986-05-05 00:00")) == minutes(23 * 60)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(0, 3000))
def test_what_is_added_is_found_between(start: datetime, duration: int) -> None:
    end = STORE.add_working_time(start, minutes(duration))
    assert STORE.working_time_between(start, end) == minutes(duration)
    assert end >= start.astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(0, 3000), st.integers(0, 3000))
def test_adding_twice_is_adding_the_sum(start: datetime, first: int, second: int) -> None:
    once = STORE.add_working_time(start, minutes(first + second))
    twice = STORE.add_working_time(STORE.add_working_time(start, minutes(first)), minutes(second))
    assert STORE.working_time_between(once, twice) == timedelta(0)


@settings(max_examples=30, deadline=None)
@given(MOMENTS, st.integers(0, 2000))
def test_the_sum_of_intervals_is_the_count_of_open_minutes(start: datetime, span: int) -> None:
    start = start.replace(second=0, microsecond=0)
    counted = sum(STORE.is_open(start + minutes(n)) for n in range(span))
    assert STORE.working_time_between(start, start + minutes(span)) == minutes(counted)


START, DUE = at("2026-11-18 09:00"), at("2026-11-18 11:00")


@pytest.mark.parametrize(
    ("facts", "now", "state"),
    [
        (ClockFacts(None, DUE), "10:00", ClockState.WAITING),
        (ClockFacts(START, DUE), "08:00", ClockState.WAITING),
        (ClockFacts(START, DUE), "10:29", ClockState.RUNNING),
        (ClockFacts(START, DUE), "10:30", ClockState.SOON),
        (ClockFacts(START, DUE), "11:00", ClockState.SOON),
        (ClockFacts(START, DUE), "11:01", ClockState.OVERDUE),
        (ClockFacts(START, DUE, warn_at=at("2026-11-18 09:30")), "09:30", ClockState.SOON),
        (ClockFacts(START, DUE, stopped=DUE), "12:00", ClockState.DONE),
        (ClockFacts(START, DUE, stopped=at("2026-11-18 11:01")), "12:00", ClockState.LATE),
        (ClockFacts(START, DUE, paused_since=at("2026-11-18 10:00")), "12:00", ClockState.PAUSED),
        (ClockFacts(START, DUE, paused_since=at("2026-11-18 11:30")), "12:00", ClockState.OVERDUE),
        (ClockFacts(START, DUE, closed_at=at("2026-11-18 10:00")), "12:00", ClockState.CLOSED),
        (ClockFacts(START, date(2026, 12, 18)), "23:59", ClockState.RUNNING),
        (ClockFacts(START, date(2026, 12, 17)), "23:59", ClockState.SOON),
        (ClockFacts(START, date(2026, 12, 17)), "00:00", ClockState.WAITING),
        (ClockFacts(START, date(2026, 11, 18)), "23:59", ClockState.SOON),
        (ClockFacts(at("2026-11-01 09:00"), date(2026, 11, 17)), "00:00", ClockState.OVERDUE),
        (ClockFacts(START, date(2026, 11, 18), stopped=at("2026-11-18 23:59")), "23:59", ClockState.DONE),
        (ClockFacts(START, date(2026, 11, 18), stopped=at("2026-11-19 00:00")), "23:59", ClockState.LATE),
    ],
)
def test_a_clock_stands_as_its_facts_say(facts: ClockFacts, now: str, state: ClockState) -> None:
    assert facts.state_at(at(f"2026-11-18 {now}")) is state


def test_soon_is_at_most_four_hours_or_thirty_days() -> None:
    assert ClockFacts(at("2026-11-01 09:00"), DUE).warns_from == at("2026-11-18 07:00")
    assert ClockFacts(None, DUE).warns_from == at("2026-11-18 07:00")
    assert ClockFacts(START, date(2026, 12, 31)).warns_from == at("2026-12-02 00:00")


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-11-18 10:24:45", Remaining(Unit.SECONDS, overdue=False, seconds=45)),
        ("2026-11-18 10:50", Remaining(Unit.MINUTES, overdue=False, minutes=26)),
        ("2026-11-18 12:12", Remaining(Unit.HOURS, overdue=False, hours=1, minutes=48)),
        ("2026-11-18 17:00", Remaining(Unit.TODAY, overdue=False, at=time(17))),
        ("2026-11-19 17:00", Remaining(Unit.TOMORROW, overdue=False, days=1, at=time(17))),
        ("2026-11-30 17:00", Remaining(Unit.DAYS, overdue=False, days=12, at=None)),
        ("2026-11-18 10:12", Remaining(Unit.MINUTES, overdue=True, minutes=12)),
        ("2026-11-18 09:00", Remaining(Unit.HOURS, overdue=True, hours=1, minutes=24)),
        ("2026-10-20 10:00", Remaining(Unit.DAYS, overdue=True, days=29)),
    ],
)
def test_the_chip_of_a_moment_says_what_is_left(due: str, expected: Remaining) -> None:
    assert ClockFacts(START, at(due)).remaining(at("2026-11-18 10:24")) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 11, 18), Remaining(Unit.TODAY, overdue=False)),
        (date(2026, 11, 19), Remaining(Unit.TOMORROW, overdue=False, days=1)),
        (date(2026, 11, 30), Remaining(Unit.DAYS, overdue=False, days=12)),
        (date(2026, 11, 17), Remaining(Unit.DAYS, overdue=True, days=1)),
        (date(2026, 8, 12), Remaining(Unit.DAYS, overdue=True, days=98)),
    ],
)
def test_the_chip_of_a_day_counts_days(due: date, expected: Remaining) -> None:
    assert ClockFacts(START, due).remaining(at("2026-11-18 10:24")) == expected


def test_the_dial_shows_the_share_left() -> None:
    clock = ClockFacts(START, DUE)
    assert [clock.share_left(at(f"2026-11-18 {now}")) for now in ("08:00", "10:00", "12:00")] == [
        1.0,
        0.5,
        0.0,
    ]


@settings(deadline=None)
@given(
    MOMENTS, st.timedeltas(minutes(1), timedelta(days=60)), st.timedeltas(timedelta(0), timedelta(days=90))
)
def test_the_chip_is_overdue_exactly_when_the_clock_is(
    start: datetime, span: timedelta, later: timedelta
) -> None:
    clock = ClockFacts(start.astimezone(UTC), start.astimezone(UTC) + span)
    now = start + later
    assert clock.remaining(now).overdue is (clock.state_at(now) is ClockState.OVERDUE)


CALLED = at("2026-11-18 16:00")


@pytest.mark.parametrize(
    ("outcome", "attempts", "effect"),
    [
        (Outcome.REACHED, 1, Effect(CloseReason.DONE)),
        (Outcome.NOT_REACHED, 1, Effect(retry_at=at("2026-11-19 09:00"))),
        (Outcome.NOT_REACHED, 2, Effect(retry_at=at("2026-11-19 08:30"))),
        (Outcome.NOT_REACHED, 3, Effect(CloseReason.UNREACHABLE)),
        (Outcome.CALL_BACK, 1, Effect(retry_at=at("2026-11-22 20:00"))),
        (Outcome.WRONG_NUMBER, 1, Effect(CloseReason.WRONG_NUMBER, spoils_number=True)),
        (Outcome.DO_NOT_CALL, 1, Effect(CloseReason.DO_NOT_CALL, places_hold=True)),
    ],
)
def test_each_result_has_its_effect(outcome: Outcome, attempts: int, effect: Effect) -> None:
    agreed = at("2026-11-22 20:00")
    found = effect_of(outcome, attempts=attempts, at=CALLED, calendar=STORE, call_back_at=agreed)
    assert found == effect
    assert found.closes is (found.retry_at is None)


def test_a_wrong_number_beside_another_one_is_no_end() -> None:
    found = effect_of(Outcome.WRONG_NUMBER, attempts=1, at=CALLED, calendar=STORE, other_numbers=True)
    assert found == Effect(retry_at=CALLED, spoils_number=True)


@pytest.mark.parametrize(
    ("due", "again", "expected"),
    [
        ("2026-11-18 18:00", "2026-11-19 09:00", "2026-11-19 10:00"),
        ("2026-11-20 18:00", "2026-11-19 09:00", "2026-11-20 18:00"),
        ("2026-11-18 09:00", "2026-11-18 16:00", "2026-11-18 09:00"),
    ],
)
def test_a_deadline_waits_for_the_next_try_and_no_longer(due: str, again: str, expected: str) -> None:
    assert deadline_after(at(due), at(again), CALLED) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-18 10:00", ["2026-11-18 11:00", "2026-11-18 17:00", "2026-11-19 10:00"]),
        ("2026-11-18 16:30", ["2026-11-18 17:30", "2026-11-19 10:00"]),
        ("2026-11-20 16:30", ["2026-11-20 17:30", "2026-11-21 10:00"]),
        ("2026-11-21 16:30", ["2026-11-21 17:30", "2026-11-23 10:00"]),
    ],
)
def test_times_offered_for_calling_again_are_ahead_and_when_the_store_works(now: str, expected: list[str]) -> None:
    found = offers(at(now), STORE)
    assert [offer.at for offer in found] == [at(text) for text in expected]
    assert found[-1].tomorrow is (now != "2026-11-21 16:30")


@pytest.mark.parametrize("agreed", [None, CALLED - minutes(1)])
def test_a_call_back_needs_a_time_ahead(agreed: datetime | None) -> None:
    with pytest.raises(CallBackTimeMissing):
        effect_of(Outcome.CALL_BACK, attempts=1, at=CALLED, calendar=STORE, call_back_at=agreed)


LADDERS = st.lists(st.integers(0, 6000), min_size=1, max_size=6).map(
    lambda afters: [Step(minutes(after), frozenset({"store_manager"})) for after in sorted(afters)]
)


@settings(max_examples=60, deadline=None)
@given(LADDERS, MOMENTS, st.lists(st.integers(1, 4000), min_size=1, max_size=12))
def test_a_ladder_tells_at_most_three_times_an_hour_apart_and_while_open(
    ladder: list[Step], due: datetime, waits: list[int]
) -> None:
    """However late the worker looks: each telling is at the first opening after it looked."""
    told_at = list[datetime]()
    for reached, wait in enumerate(waits):
        planned = next_climb(ladder, reached, due, STORE, told_at[-1] if told_at else None)
        if planned is None:
            break
        assert STORE.is_open(planned) and planned >= due
        told_at.append(STORE.next_open(planned + minutes(wait)))
    assert len(told_at) <= 3
    assert all(later - earlier >= BETWEEN for earlier, later in pairwise(told_at))


def test_the_last_resort_is_everybody_on_the_ladder_and_every_manager() -> None:
    step = anybody([Step(minutes(0), frozenset({"technician"}))])
    assert step.roles == MANAGERS | {"technician"}
    assert {"store_manager", "sales_manager", "service_manager", "care_manager"} == MANAGERS


# 1 answers to 2, 2 to 3, 3 to nobody; 4 and 5 to each other.
ABOVE = {1: 2, 2: 3, 3: None, 4: 5, 5: 4}


@pytest.mark.parametrize(
    ("staff_id", "there", "found"),
    [
        (1, {2, 3}, 2), (1, {3}, 3), (1, {1}, None), (3, {1, 2}, None), (4, {5}, 5), (4, {4}, None), (9, {1}, None),
        (None, {1}, None),
    ],
)  # fmt: skip
def test_the_nearest_superior_who_is_there_is_found(staff_id: int | None, there: set[int], found: int | None) -> None:
    above = superior_of(staff_id, ABOVE, [Person(pk, frozenset()) for pk in sorted(there)])
    assert (above.id if above else None) == found


@given(
    superiors=st.dictionaries(st.integers(1, 6), st.none() | st.integers(1, 6), max_size=6),
    there=st.sets(st.integers(1, 6)), staff_id=st.integers(1, 6),
)  # fmt: skip
def test_whatever_the_lines_nobody_is_above_themselves(
    superiors: dict[int, int | None], there: set[int], staff_id: int
) -> None:
    above = superior_of(staff_id, superiors, [Person(pk, frozenset()) for pk in there])
    assert above is None or (above.id != staff_id and above.id in there)


def test_a_rung_tells_the_superior_beside_its_roles_and_each_once() -> None:
    boss, lead, me = Person(3, frozenset({"store_manager"})), Person(2, frozenset({"trainer"})), Person(1, frozenset())
    step = Step(timedelta(0), frozenset({SUPERIOR, "store_manager"}))
    assert told(step, [boss, lead, me], me, ABOVE) == [lead, boss]
    assert told(step, [boss, me], me, ABOVE) == [boss]
    assert told(Step(timedelta(0), frozenset({SUPERIOR})), [boss, lead], None, ABOVE) == []
