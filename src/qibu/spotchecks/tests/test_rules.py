from __future__ import annotations

import hashlib
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.spotchecks.rules import Candidate, Size, Stakes, digest, draw, follows, in_order, score, substitute

POPULATION = [Candidate(number, 1 + number % 3) for number in range(1, 41)]
STAKES = Stakes(95, Decimal(200), 70, Decimal(100), 2)


def test_the_same_seed_draws_the_same_and_another_one_others() -> None:
    first = draw(POPULATION, "a", Size(10, 10, 2))
    assert first == draw(list(reversed(POPULATION)), "a", Size(10, 10, 2))
    assert first != draw(POPULATION, "b", Size(10, 10, 2))
    assert digest(POPULATION, "a", Size(10, 10, 2), first) != digest(POPULATION, "a", Size(10, 10, 2), first[1:])


def test_the_order_of_the_lot_is_that_of_sha256() -> None:
    """So that anybody can repeat it with `printf 'a:1' | sha256sum`."""
    assert [one.lead_id for one in in_order([Candidate(n, 1) for n in (1, 2, 3, 4)], "a")] == sorted(
        (1, 2, 3, 4), key=lambda n: hashlib.sha256(f"a:{n}".encode()).hexdigest()
    )


@given(
    st.dictionaries(st.integers(1, 500), st.integers(1, 6), max_size=60), st.text(max_size=8), st.integers(0, 100),
    st.integers(0, 30), st.integers(0, 4),
)  # fmt: skip
def test_every_consultant_is_in_the_sample_and_it_is_large_enough(
    leads: dict[int, int], seed: str, share: int, number: int, each: int
) -> None:
    population = [Candidate(lead, staff) for lead, staff in leads.items()]
    drawn = draw(population, seed, Size(share, number, each))
    assert len(set(drawn)) == len(drawn) and set(drawn) <= set(population)
    for staff in set(leads.values()):
        theirs = [one for one in population if one.staff_id == staff]
        assert len([one for one in drawn if one.staff_id == staff]) >= min(each, len(theirs))
    assert len(drawn) >= min(len(population), max(number, ceil(len(population) * share / 100)))


def test_a_substitute_is_the_next_of_the_lot_of_the_same_consultant() -> None:
    drawn = draw(POPULATION, "a", Size(0, 0, 2))
    had = [one.lead_id for one in drawn]
    found = substitute(POPULATION, "a", had, 2)
    rest = [one for one in in_order(POPULATION, "a") if one.staff_id == 2 and one.lead_id not in had]
    assert found == rest[0]
    assert substitute(POPULATION, "a", [one.lead_id for one in POPULATION], 2) is None


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"a": "yes", "b": "yes"}, "100.0"), ({"a": "yes", "b": "no"}, "25.0"), ({"a": "no", "b": "partly"}, "37.5"),
        ({"a": "yes", "b": "none"}, "100.0"), ({"a": "none", "b": "none"}, None), ({}, None), ({"x": "yes"}, None),
    ],
)  # fmt: skip
def test_the_score_is_of_what_it_came_to(answers: dict[str, str], wanted: str | None) -> None:
    found = score(answers, {"a": 10, "b": 30})
    assert found == (None if wanted is None else Decimal(wanted))


@pytest.mark.parametrize(
    ("average", "checks", "amount"), [(95, 2, 200), (94.9, 9, 0), (70, 9, 0), (69.9, 2, -100), (100, 1, 0), (0, 1, 0)]
)
def test_too_few_checks_say_nothing_about_anybody(average: float, checks: int, amount: int) -> None:
    assert follows(Decimal(str(average)), checks, STAKES) == amount
