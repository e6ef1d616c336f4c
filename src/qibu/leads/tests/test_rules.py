"""The rules of grades, needs, pursuit and chances; those of receiving are tested with what receives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.leads.rules import (
    DEFAULT_PACE,
    Behaviour,
    Fault,
    Grade,
    Need,
    Sign,
    calibration,
    chance,
    counted,
    graded,
    lacking,
    neglected,
    on_the_way,
    unrealistic,
)
from qibu.leads.rules.chances import ALL, LEAST, MOST, STAGE

NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(("buys_in", "behaviour", "grade", "signs"), [
    (None, Behaviour(), "C", (Sign.UNSAID,)),
    (20, Behaviour(heard=ago(days=1)), "B", (Sign.SAID,)),
    (20, Behaviour(visited=ago(days=2)), "A", (Sign.SAID, Sign.VISITED)),
    (20, Behaviour(visited=ago(days=2), driven=ago(days=1)), "H", (Sign.SAID, Sign.VISITED, Sign.DRIVEN)),
    (20, Behaviour(visited=ago(days=15), heard=ago(days=1)), "B", (Sign.SAID,)),  # too long ago to say anything
    (20, Behaviour(heard=ago(days=15)), "C", (Sign.SAID, Sign.SILENT)),  # twice seven days without a word
    (5, Behaviour(heard=ago(hours=49)), "A", (Sign.SAID, Sign.SILENT)),
    (5, Behaviour(quoted=ago(hours=30)), "H", (Sign.SAID, Sign.QUOTED)),  # there is nothing above H
    (None, Behaviour(heard=ago(days=90)), "C", (Sign.UNSAID, Sign.SILENT)),  # and nothing below C
])  # fmt: skip
def test_what_people_do_counts_beside_what_they_say(
    buys_in: int | None, behaviour: Behaviour, grade: str, signs: tuple[Sign, ...]
) -> None:
    buys_by = None if buys_in is None else TODAY + timedelta(days=buys_in)
    found = graded(buys_by, behaviour, NOW, TODAY)
    assert (found.grade, found.signs) == (Grade(grade), signs)


STAGES = (("new", ()), ("contacted", ("phone",)), ("visited", ("car",)), ("quoted", ("payment", "car")))


@pytest.mark.parametrize(("was", "to", "needs"), [
    ("new", "contacted", [Need.PHONE]),
    ("new", "quoted", [Need.CAR, Need.PAYMENT, Need.PHONE]),  # those on the way, too
    ("visited", "quoted", [Need.CAR, Need.PAYMENT]),
    ("quoted", "contacted", []),  # going back asks for nothing
    ("gone", "visited", [Need.CAR, Need.PHONE]),  # from a stage that the line has no more
])  # fmt: skip
def test_a_stage_asks_for_what_is_needed_on_the_way_to_it(was: str, to: str, needs: list[Need]) -> None:
    assert on_the_way(STAGES, was, to) == needs


def test_only_what_is_known_to_be_lacking_is_asked_for() -> None:
    assert lacking(["quote", "car", "drive"], {Need.CAR: False, Need.DRIVE: True}) == [Need.CAR]


@pytest.mark.parametrize(("due", "heard", "fault"), [
    (ago(minutes=1), ago(hours=1), Fault.OVERDUE),
    (NOW + timedelta(days=1), ago(days=16), Fault.QUIET),
    (NOW + timedelta(days=1), ago(days=14), None),
])  # fmt: skip
def test_nobody_follows_whose_time_is_past_or_who_hears_nothing(due: datetime, heard: datetime, fault: Fault) -> None:
    assert neglected(Grade.B, NOW, due=due, heard=heard) == fault


@pytest.mark.parametrize(("grade", "in_days", "buys_in", "fault"), [
    ("H", 1, 5, None),
    ("H", 3, 5, Fault.TOO_LATE),
    ("B", 7, 30, None),
    ("B", 7, 3, Fault.AFTER_PURCHASE),
    ("C", 14, None, None),
    ("C", 20, None, Fault.TOO_LATE),
    ("H", 1, -4, None),  # the day they named is past already: late is all it can be
])  # fmt: skip
def test_a_date_beyond_the_pace_or_the_purchase_is_unreal(
    grade: str, in_days: int, buys_in: int | None, fault: Fault | None
) -> None:
    due, buys_by = NOW + timedelta(days=in_days), None if buys_in is None else TODAY + timedelta(days=buys_in)
    assert unrealistic(Grade(grade), NOW, due=due, due_on=due.date(), buys_by=buys_by) == fault


# Chances ----------------------------------------------------------------------------------------
SOURCES, WAYS = ("walk-in", "vertical", "referral"), ("new", "contacted", "visited", "ordered")
ends = st.lists(st.tuples(st.sampled_from(SOURCES), st.integers(0, 3), st.booleans()), max_size=60)


def seen(source: str, reached: int) -> tuple[tuple[str, str], ...]:
    return (STAGE, WAYS[reached]), ("source", source)


def counts_of(closed: list[tuple[str, int, bool]]) -> dict[tuple[str, str], tuple[float, float]]:
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for source, reached, won in closed:
        for key in counted(seen(source, reached), WAYS[: reached + 1]):
            was = found.get(key, (0.0, 0.0))
            found[key] = (was[0] + won, was[1] + (not won))
    return found


@given(ends, st.sampled_from(SOURCES), st.integers(0, 3))
def test_a_chance_is_never_certain(closed: list[tuple[str, int, bool]], source: str, reached: int) -> None:
    found = chance(seen(source, reached), counts_of(closed))
    assert LEAST <= found.probability <= MOST
    assert found.cases == len(closed)


@given(ends, st.sampled_from(SOURCES), st.integers(0, 3), st.booleans())
def test_one_more_of_its_kind_that_was_won_never_lowers_a_chance_and_one_that_was_lost_never_raises_it(
    closed: list[tuple[str, int, bool]], source: str, reached: int, won: bool
) -> None:
    before = chance(seen(source, reached), counts_of(closed)).probability
    after = chance(seen(source, reached), counts_of([*closed, (source, reached, won)])).probability
    assert after >= before - 1e-12 if won else after <= before + 1e-12


@given(ends, st.sampled_from(SOURCES), st.integers(0, 3))
def test_what_nobody_has_seen_yet_says_nothing(
    closed: list[tuple[str, int, bool]], source: str, reached: int
) -> None:
    plain, stranger = chance(seen(source, reached), counts_of(closed)), ("source", "unheard-of")
    with_it = chance((*seen(source, reached), stranger), counts_of(closed))
    assert next(one.weight for one in with_it.factors if one.value == "unheard-of") == pytest.approx(0)
    assert with_it.probability == pytest.approx(plain.probability)


def test_a_source_that_ends_well_raises_and_one_that_ends_badly_lowers() -> None:
    closed = [("referral", 3, True)] * 12 + [("referral", 1, False)] * 4
    closed += [("vertical", 3, True)] * 3 + [("vertical", 1, False)] * 40
    weights = {
        source: next(one.weight for one in chance(seen(source, 1), counts_of(closed)).factors if one.field == "source")
        for source in ("referral", "vertical")
    }
    assert weights["referral"] > 0 > weights["vertical"]
    assert chance(seen("referral", 1), counts_of(closed)).factors[0].telling


def test_a_store_without_sales_knows_what_the_group_knows_and_then_what_it_sees_itself() -> None:
    group = counts_of([("referral", 3, True)] * 400 + [("referral", 1, False)] * 100 + [("vertical", 1, False)] * 500)
    alone, young = chance(seen("referral", 1), {}), chance(seen("referral", 1), {}, group)
    own = counts_of([("referral", 1, False)] * 300 + [("vertical", 3, True)] * 300)
    assert young.probability > alone.probability
    assert chance(seen("referral", 1), own, group).probability < chance(seen("vertical", 1), own, group).probability


def test_all_leads_of_a_field_are_counted_once() -> None:
    keys = counted((("source", "walk-in"), (STAGE, "visited")), ["new", "contacted", "visited"])
    assert keys == (
        ("source", "walk-in"), ("source", ALL), (STAGE, ALL), (STAGE, "new"), (STAGE, "contacted"), (STAGE, "visited"),
    )  # fmt: skip


def test_calibration_sets_what_was_told_beside_what_came_of_it() -> None:
    told = [(0.05, False), (0.02, True), (0.95, True), (1.0, True), (0.91, False)]
    low, high = calibration(told)
    assert (low.cases, low.won, low.actual) == (2, 1, 0.5)
    assert (high.low, high.cases, high.won, round(high.predicted, 3)) == (0.9, 3, 2, 0.953)


def test_the_paces_are_those_of_the_trade() -> None:
    assert [int(DEFAULT_PACE[grade].every / timedelta(hours=1)) for grade in Grade] == [24, 72, 168, 360]
