"""One-time codes: the test vectors of RFC 6238, the steps around now, replay, and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qibu.network import codes

NOW = datetime(2026, 11, 26, 9, 0, 7, tzinfo=UTC)
# RFC 6238, appendix B, SHA-1: of eight digits the last six.
VECTORS = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
           (2000000000, "279037"), (20000000000, "353130")]  # fmt: skip
SECRET = base64.b32encode(b"12345678901234567890").decode()


def plainly(secret: str, step: int) -> str:
    """RFC 4226 §5.3, with nothing of the product's own."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // 30


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert codes.matching_step(SECRET, code, at, 0) == seconds // 30
    assert plainly(SECRET, seconds // 30) == code


@given(off=st.integers(-5, 5), moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_one_step_to_either_side_counts_and_no_other(off: int, moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    here = step_of(now)
    near = {plainly(SECRET, here + each) for each in (-1, 0, 1)}
    code = plainly(SECRET, here + off)
    assert (codes.matching_step(SECRET, code, now, 0) is not None) is (code in near)


def test_a_code_is_taken_once_and_older_ones_not_at_all() -> None:
    here = step_of(NOW)
    assert codes.matching_step(SECRET, plainly(SECRET, here), NOW, here - 1) == here
    assert codes.matching_step(SECRET, plainly(SECRET, here), NOW, here) is None
    assert codes.matching_step(SECRET, plainly(SECRET, here - 1), NOW, here) is None
    assert codes.matching_step(SECRET, plainly(SECRET, here + 1), NOW, here) == here + 1


@pytest.mark.parametrize("text", ["１２３ ４５６", "123-456", " 123456 ", "123 456"])
def test_digits_may_be_typed_in_any_way(text: str) -> None:
    assert codes.by_time(codes.typed(text))


@pytest.mark.parametrize("text", ["12345", "1234567", "abcdef", "", "١٢٣٤٥٦٧"])
def test_what_is_not_six_digits_is_no_code_of_the_app(text: str) -> None:
    assert not codes.by_time(codes.typed(text))


def test_recovery_codes_differ_and_are_never_taken_for_codes_of_the_app() -> None:
    made = [code for _set in range(50) for code in codes.new_recovery_codes()]
    assert len(set(made)) == len(made) == 500
    assert not any(codes.by_time(codes.typed(code)) for code in made)
    assert codes.typed(made[0].upper()) == codes.typed(made[0].replace("-", " "))


def test_a_secret_has_160_bits_and_is_typed_in_groups() -> None:
    secret = codes.new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert codes.in_groups(secret).replace(" ", "") == secret
    assert {len(group) for group in codes.in_groups(secret).split()} == {4}


def test_the_picture_is_the_address_in_dark_runs() -> None:
    """Drawn back from its path, the picture has the three finder patterns and four empty modules around."""
    side, path = codes.picture(codes.address(SECRET, "王强@店"))
    drawn = {
        (x + step, y)
        for run in path.removesuffix("z").split("z")
        for x, y, length in [_run(run)]
        for step in range(length)
    }
    assert min(x for x, _y in drawn) == min(y for _x, y in drawn) == 4
    for left, top in ((4, 4), (side - 11, 4), (4, side - 11)):
        ring = {(left + n, top) for n in range(7)} | {(left, top + n) for n in range(7)}
        assert ring <= drawn
        assert (left + 1, top + 1) not in drawn


def _run(run: str) -> tuple[int, int, int]:
    """"M4 5h7v1h-7" is seven modules from (4, 5)."""
    start, _sign, rest = run.removeprefix("M").partition("h")
    x, y = start.split()
    return int(x), int(y), int(rest.partition("v")[0])


def test_strangers_have_little_chance_in_a_day() -> None:
    """As many tries as the brake on all strangers lets through in a day; each is right with three in a million."""
    tries, now = 0, timedelta(0)
    while now < timedelta(days=1):
        tries += 1
        now += codes.CODE_ANYWHERE.pause(tries)
    assert tries < 45
    assert 1 - (1 - 3 / 1_000_000) ** tries < 0.00015
