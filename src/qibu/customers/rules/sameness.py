"""Whether two files are one customer's: how alike the names are, and what else speaks for it."""

import unicodedata
from collections.abc import Collection
from enum import IntEnum
from typing import NamedTuple

from qibu.customers.rules.names import without_legal_form
from qibu.customers.rules.pinyin import pinyin_of

IDENTITY, PHONE, CAR, BIRTHDAY, FIRM, NAME, ALIKE_NAME = (
    "identity", "phone", "car", "birthday", "firm", "name", "alike"
)  # fmt: skip
HONORIFICS = ("先生", "女士", "小姐", "太太", "师傅", "老板", "总")
WEAK, LIKELY, STRONG = 1, 2, 3
SHORTEST_PART = 4  # of a firm's name within a longer one


class Named(NamedTuple):
    name: str
    kind: str


class Alike(IntEnum):
    """How alike two names are. UNSAID: one of them says too little to differ."""

    DIFFERENT = 0
    UNSAID = 1
    ALIKE = 2
    SAME = 3


class Verdict(NamedTuple):
    strength: int
    related: bool  # the files belong to people who know each other rather than to one
    signs: tuple[str, ...]


def alike(one: Named, other: Named) -> Alike:
    """王建国 and 王建囯, 王國強 and 王国强 sound the same; 刘志伟 and 刘志强 differ in one sign. Of names of
    two signs one makes the difference: 王强 is not 王刚."""
    a, b = _folded(one), _folded(other)
    if a == b and a:
        return Alike.SAME
    if one.kind != other.kind:
        return Alike.DIFFERENT
    if not a or not b or _surname_alone(one.name, other.name) or _surname_alone(other.name, one.name):
        return Alike.UNSAID
    if one.kind == "company":
        return Alike.ALIKE if _within(a, b) or _one_sign_apart(a, b) else Alike.DIFFERENT
    if pinyin_of(a) == pinyin_of(b) or _one_sign_apart(a, b):
        return Alike.ALIKE
    return Alike.DIFFERENT


def verdict(one: Named, other: Named, signs: Collection[str]) -> Verdict | None:
    """What the signs say together; a car in common says nothing of people with different names, who sold it on."""
    names = alike(one, other)
    told = tuple(sign for sign in (IDENTITY, PHONE, CAR, BIRTHDAY, FIRM) if sign in signs)
    told += {Alike.SAME: (NAME,), Alike.ALIKE: (ALIKE_NAME,)}.get(names, ())
    if IDENTITY in signs:
        return Verdict(STRONG, False, told)
    if names == Alike.DIFFERENT:
        # Families and firms share a number.
        return Verdict(WEAK, True, told) if PHONE in signs else None
    if names == Alike.UNSAID:
        return Verdict(LIKELY, False, told) if PHONE in signs else None
    return _of_namesakes(names, signs, told)


def _of_namesakes(names: Alike, signs: Collection[str], told: tuple[str, ...]) -> Verdict | None:
    if PHONE in signs or (CAR in signs and names == Alike.SAME):
        return Verdict(STRONG, False, told)
    if CAR in signs:
        return Verdict(LIKELY, False, told)
    if BIRTHDAY in signs or FIRM in signs:
        return Verdict(LIKELY if names == Alike.SAME else WEAK, False, told)
    return None


def _folded(named: Named) -> str:
    text = "".join(unicodedata.normalize("NFKC", named.name).split()).casefold()
    return without_legal_form(text) if named.kind == "company" else text


def _surname_alone(short: str, long: str) -> bool:
    """王先生 beside 王建国."""
    bare = next((short.removesuffix(word) for word in HONORIFICS if short.endswith(word)), short)
    said = bare if bare != short or len(short) == 1 else ""
    return 0 < len(said) <= 2 and long.startswith(said)


def _one_sign_apart(a: str, b: str) -> bool:
    return len(a) == len(b) > 2 and a[0] == b[0] and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def _within(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= SHORTEST_PART and short in long
