"""Parts of a hundred."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from qibu.tasks.rules import of_hundred, rate


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, None), (0, 7, 0), (7, 7, 100), (239, 268, 89), (2, 3, 67), (1, 8, 13), (1, 1000, 1), (999, 1000, 99)],
)
def test_a_rate_is_rounded_and_a_hundred_only_if_all(part: int, whole: int, said: int | None) -> None:
    assert rate(part, whole) == said


def test_three_thirds_are_a_hundred_and_the_first_has_the_rest() -> None:
    assert of_hundred([1, 1, 1]) == [34, 33, 33]
    assert of_hundred([7, 7, 15, 0]) == [24, 24, 52, 0]
    assert of_hundred([0, 0]) == [0, 0]


@given(some.lists(some.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_parts_add_up_and_none_is_a_whole_point_off(numbers: list[int]) -> None:
    shares = of_hundred(numbers)
    assert sum(shares) == 100
    assert all(abs(share - 100 * number / sum(numbers)) < 1 for share, number in zip(shares, numbers, strict=True))
