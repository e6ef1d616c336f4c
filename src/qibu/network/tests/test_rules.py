from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qibu.network import rules
from qibu.network.rules import SAME_NAME_AND_SOURCE, SAME_SOURCE, Brake, Role, Tally

NOW = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (10_000, 900)],
)
def test_pauses_double_up_to_the_longest(failures: int, seconds: int) -> None:
    assert SAME_NAME_AND_SOURCE.pause(failures).total_seconds() == seconds


@pytest.mark.parametrize("brake", [rules.SAME_NAME_AND_SOURCE, rules.SAME_SOURCE, rules.SAME_NAME_ANYWHERE])
def test_pauses_never_shrink(brake: Brake) -> None:
    pauses = [brake.pause(failures) for failures in range(200)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == brake.longest


def test_the_longest_wait_counts_and_passes() -> None:
    last = NOW - timedelta(seconds=10)
    tallies = [(SAME_NAME_AND_SOURCE, Tally(5, last)), (SAME_SOURCE, Tally(32, last))]
    assert rules.wait(tallies, NOW) == timedelta(seconds=50)
    assert rules.wait(tallies, NOW + timedelta(minutes=1)) == timedelta(0)
    assert rules.wait([(SAME_SOURCE, Tally())], NOW) == timedelta(0)


def test_guessing_in_one_place_stays_far_below_the_hundred_of_nist() -> None:
    tried, at = 0, timedelta(0)
    while at < timedelta(hours=1):
        tried += 1
        at += SAME_NAME_AND_SOURCE.pause(tried)
    assert tried <= 12


@pytest.mark.parametrize("duty", sorted(rules.SEPARATED_DUTIES))
def test_separated_duties_see_no_customer_and_stand_alone(duty: Role) -> None:
    assert not {one for one in rules.capabilities_of(frozenset({duty})) if one.startswith("customers.")}
    assert not rules.conflicting_duties(frozenset({duty}))
    assert rules.conflicting_duties(frozenset({duty, Role.TRAINER}))


def test_unknown_roles_give_nothing() -> None:
    assert rules.capabilities_of(frozenset({"emperor"})) == frozenset()


@pytest.mark.parametrize("name", ["王强", "wang.qiang", "zhou-ting@tl", "13900000000", "ab"])
def test_names_people_use_are_allowed(name: str) -> None:
    assert rules.username_allowed(name)


@pytest.mark.parametrize("name", ["", "a", "王 强", "a" * 65, "<b>", "a/b", "a\nb"])
def test_names_that_break_pages_are_not(name: str) -> None:
    assert not rules.username_allowed(name)


def test_names_are_compared_without_width_and_case() -> None:
    assert rules.folded_name(" ＷangQiang ") == rules.folded_name("wangqiang")


@pytest.mark.parametrize(("code", "allowed"), [("TL01", True), ("a-1", True), ("-a", False), ("铜", False)])
def test_codes_of_organisations(code: str, allowed: bool) -> None:
    assert rules.organisation_code_allowed(code) is allowed


def test_the_tree_has_no_kind_below_itself_without_end() -> None:
    assert rules.children_of("service_station") == frozenset()
    assert "dealer" in rules.children_of("manufacturer")
    assert "manufacturer" not in set().union(*rules.CHILDREN.values())
