"""A car is found by what people read off it."""

from __future__ import annotations

import pytest

from qibu.customers.rules import search_token
from qibu.vehicles.tokens import vehicle_tokens

VIN = "LVVDB11B2RD123456"


@pytest.mark.parametrize(
    ("vin", "plate", "tokens"),
    [
        (None, "", set()),
        ("", "", set()),
        (VIN, "", {"lvvdb11b2rd123456", "rd123456", "123456", "3456"}),
        (None, "皖B12345", {"皖b12345", "b12345", "12345", "2345"}),
        (None, "皖B·12345", {"皖b12345", "b12345", "12345", "2345"}),
        (None, "皖BD12345", {"皖bd12345", "bd12345", "d12345", "12345", "2345"}),
        (None, "使123456", {"使123456", "123456", "23456", "3456"}),
        (None, "A1", {"a1"}),
    ],
)
def test_what_a_car_is_found_by(vin: str | None, plate: str, tokens: set[str]) -> None:
    assert vehicle_tokens(vin, plate) == tokens


@pytest.mark.parametrize("typed", ["皖B·12345", "b12345", "１２３４５", "LVVDB11", "rd123456", "3456"])
def test_what_is_typed_starts_one_of_the_tokens(typed: str) -> None:
    assert any(token.startswith(search_token(typed)) for token in vehicle_tokens(VIN, "皖B12345"))


def test_no_token_is_too_long_for_the_table() -> None:
    assert max(map(len, vehicle_tokens("X" * 200, "皖" * 200))) <= 64
