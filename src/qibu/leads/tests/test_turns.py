"""Whose turn it is: fair whatever happened before, and whoever was there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.leads.rules import (
    Case,
    Part,
    SharingRule,
    Taker,
    Target,
    fitting,
    in_turn,
    next_taker,
    on_duty,
    policy_of,
)
from qibu.leads.rules.policy import BOUNDS, NAMES, Policy

START = datetime(2026, 11, 26, 1, tzinfo=UTC)
WEIGHTS = st.dictionaries(st.integers(1, 6), st.integers(1, 5), min_size=1)


def turn_of(counts: Counter[int], weights: dict[int, int], there: set[int], last: dict[int, datetime]) -> int:
    takers = [
        Taker(staff_id=one, received=counts[one], weight=weights[one], last_at=last.get(one)) for one in there
    ]
    found = next_taker(takers)
    assert found is not None
    return found.staff_id


@given(WEIGHTS, st.data())
def test_whoever_takes_one_is_less_than_one_ahead_of_their_share_whoever_was_there(
    weights: dict[int, int], data: st.DataObject
) -> None:
    counts: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for step in range(data.draw(st.integers(1, 40))):
        there = data.draw(st.sets(st.sampled_from(sorted(weights)), min_size=1))
        taker = turn_of(counts, weights, there, last)
        counts[taker] += 1
        last[taker] = START + timedelta(minutes=step)
        together = sum(counts[one] for one in there)
        share = Fraction(together * weights[taker], sum(weights[one] for one in there))
        assert counts[taker] - share < 1


@given(WEIGHTS, st.integers(1, 120))
def test_after_any_number_nobody_of_a_steady_team_is_one_ahead(weights: dict[int, int], number: int) -> None:
    counts: Counter[int] = Counter()
    last: dict[int, datetime] = {}
    for step in range(number):
        taker = turn_of(counts, weights, set(weights), last)
        counts[taker] += 1
        last[taker] = START + timedelta(minutes=step)
        for one, weight in weights.items():
            assert counts[one] - Fraction((step + 1) * weight, sum(weights.values())) < 1


@given(WEIGHTS)
def test_after_a_whole_round_everybody_has_exactly_their_share(weights: dict[int, int]) -> None:
    counts: Counter[int] = Counter()
    for _step in range(sum(weights.values())):
        counts[turn_of(counts, weights, set(weights), {})] += 1
    assert counts == weights


def test_equal_colleagues_take_turns_and_the_one_who_waited_longest_is_next() -> None:
    one = Taker(staff_id=1, received=2, last_at=START)
    other = replace(one, staff_id=2, last_at=START - timedelta(hours=1))
    new = replace(one, staff_id=3, received=1, last_at=START + timedelta(hours=1))
    assert [taker.staff_id for taker in in_turn([one, other, new])] == [3, 2, 1]


def test_what_is_even_today_is_settled_by_the_last_days() -> None:
    often, seldom = Taker(staff_id=1, before=9), Taker(staff_id=2, before=4)
    heavy = Taker(staff_id=3, before=9, weight=3)
    assert [one.staff_id for one in in_turn([often, seldom, heavy])] == [3, 2, 1]


def test_whoever_is_full_or_has_no_share_is_passed_over() -> None:
    full, none = Taker(staff_id=1, load=5, room=5), Taker(staff_id=2, weight=0)
    assert next_taker([full, none]) is None
    assert next_taker([full, none, replace(full, staff_id=3, load=4)]) == replace(full, staff_id=3, load=4)


# Rules --------------------------------------------------------------------------------------------
CASE = Case(
    source="short-video", kind="social", at=datetime(2026, 11, 26, 21, 30), brand="星辰", series="追光",
    model="Pro 智驾版", city="芜湖市", language="zh-hans",
)  # fmt: skip


@pytest.mark.parametrize(("asked", "fits"), [
    ({}, True),
    ({"sources": ["short-video"]}, True),
    ({"sources": ["website"]}, False),
    ({"kinds": ["social"]}, True),
    ({"kinds": ["platform"], "sources": ["short-video"]}, True),
    ({"kinds": ["platform"], "sources": ["website"]}, False),
    ({"brand": "星辰", "series": "追"}, True),
    ({"series": "远航"}, False),
    ({"model": "pro"}, True),
    ({"cities": ["芜湖"]}, True),
    ({"cities": ["合肥", "宣城"]}, False),
    ({"languages": ["zh"]}, True),
    ({"languages": ["en", "ko"]}, False),
    ({"weekdays": [4]}, True),
    ({"weekdays": [6, 7]}, False),
    ({"since": time(18), "until": time(8)}, True),
    ({"since": time(8), "until": time(18)}, False),
    ({"since": time(21, 30), "until": time(22)}, True),
    ({"since": time(20), "until": time(21, 30)}, False),
    ({"kinds": ["social"], "cities": ["合肥"]}, False),
])  # fmt: skip
def test_a_rule_asks_all_that_it_says(asked: dict[str, object], fits: bool) -> None:
    assert SharingRule(name="x", **asked).fits(CASE) is fits  # type: ignore[arg-type]


def test_rules_are_asked_in_their_order() -> None:
    first, second = SharingRule(name="抖音", kinds=["social"]), SharingRule(name="全部", target=Target.POOL)
    other = SharingRule(name="合肥", cities=["合肥"])
    assert [rule.name for rule in fitting([other, first, second], CASE)] == ["抖音", "全部"]


def test_a_lead_without_a_city_fits_no_rule_for_a_city() -> None:
    assert not SharingRule(name="x", cities=["芜湖"]).fits(replace(CASE, city=""))


# Duty and numbers ---------------------------------------------------------------------------------
@pytest.mark.parametrize(("part", "morning", "noon", "evening"), [
    (Part.DAY, True, True, True), (Part.MORNING, True, False, False), (Part.AFTERNOON, False, True, True),
    (Part.OFF, False, False, False),
])  # fmt: skip
def test_half_a_day_ends_where_the_other_half_begins(part: Part, morning: bool, noon: bool, evening: bool) -> None:
    day = datetime(2026, 11, 26)
    found = [on_duty(part, day.replace(hour=hour, minute=minute)) for hour, minute in ((9, 0), (12, 30), (19, 0))]
    assert found == [morning, noon, evening]


def test_numbers_out_of_their_bounds_count_as_not_said() -> None:
    said = {"answer_minutes": 15, "room": 0, "passed_on": "2", "claims_a_day": True, "nonsense": 3}
    assert policy_of(said) == Policy(answer_minutes=15)


def test_every_number_has_bounds_that_hold_its_own_default() -> None:
    assert set(BOUNDS) == set(NAMES)
    assert all(least <= getattr(Policy(), name) <= most for name, (least, most) in BOUNDS.items())
