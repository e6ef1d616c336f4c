"""The outer form of a backup: what is cut off, exchanged or altered doesn't open."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qibu.config.backups import envelope
from qibu.config.backups.envelope import Damaged, Opening, OtherKey, Sealing, head_of

KEY = b"k" * 43


@pytest.fixture(autouse=True, scope="module")
def small_pieces() -> pytest.MonkeyPatch:  # type: ignore[misc]  # a generator
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelope, "PIECE", 64)
        yield patch


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    into = Sealing(file, key)
    into.write(content)
    into.finish()
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    return io.BufferedReader(Opening(io.BytesIO(content), key)).read()


@given(st.lists(st.binary(max_size=200), max_size=6))
@settings(max_examples=50)
def test_what_goes_in_comes_out_whatever_the_pieces(parts: list[bytes]) -> None:
    file = io.BytesIO()
    into = Sealing(file, KEY)
    for part in parts:
        into.write(part)
    into.finish()
    assert opened(file.getvalue()) == b"".join(parts)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
@settings(max_examples=80)
def test_any_byte_that_is_another_is_noticed(where: int, change: int) -> None:
    whole = bytearray(sealed(b"a" * 200))
    whole[where % len(whole)] ^= change
    with pytest.raises(Damaged):
        opened(bytes(whole))


def test_each_bit_of_a_file_counts() -> None:
    """Also of the length before a piece, where what is too much would just not be there to be read."""
    whole = sealed(b"a" * 200)
    for bit in range(len(whole) * 8):
        altered = bytearray(whole)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damaged):
            opened(bytes(altered))


@given(st.integers(min_value=0))
def test_whatever_is_cut_off_is_missed(where: int) -> None:
    whole = sealed(b"a" * 200)
    with pytest.raises(Damaged):
        opened(whole[: where % len(whole)])


def test_pieces_do_not_change_places() -> None:
    whole = sealed(b"a" * 64 + b"b" * 64 + b"c" * 10)
    line = whole.index(b"\n") + 1
    piece = 4 + 64 + 16
    first, second, rest = whole[line : line + piece], whole[line + piece : line + 2 * piece], whole[line + 2 * piece :]
    assert opened(whole[:line] + first + second + rest) == b"a" * 64 + b"b" * 64 + b"c" * 10
    with pytest.raises(Damaged):
        opened(whole[:line] + second + first + rest)


def test_another_home_s_key_is_told_from_damage() -> None:
    with pytest.raises(OtherKey):
        opened(sealed(b"x"), b"o" * 43)


def test_the_same_content_never_looks_the_same() -> None:
    assert sealed(b"x" * 100)[-80:] != sealed(b"x" * 100)[-80:]


def test_the_line_is_read_without_a_key_and_a_newer_form_is_named() -> None:
    whole = sealed(b"x")
    assert head_of(io.BytesIO(whole))["key"] == envelope.mark_of(KEY)
    with pytest.raises(Damaged, match="升级"):
        head_of(io.BytesIO(whole.replace(b'"format": 1', b'"format": 9')))
