"""What a customer is found by (B10): one definition for entry, import and search."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from qibu.customers.rules.pinyin import name_tokens

NAME, PHONE, PERSON = "name", "phone", "person"
TAIL_LENGTH = 4
_DIGITS = re.compile(r"\D+")


class PhonePrint(NamedTuple):
    """The keyed hashes of a number and of its last four digits: numbers themselves never come here."""

    whole: bytes
    tail: bytes


class Token(NamedTuple):
    """One row of the search table: which fact gave it, and what is found."""

    source: str
    token: str


def tail_of(number: str) -> str:
    """The last four digits, as people say them; empty for shorter numbers."""
    digits = _DIGITS.sub("", number)
    return digits[-TAIL_LENGTH:] if len(digits) >= TAIL_LENGTH else ""


def whole_token(whole: bytes) -> str:
    """Starts with a sign that no typed text keeps, so that a search for names starting with p never meets hashes."""
    return f"#p:{whole.hex()}"


def tail_token(tail: bytes) -> str:
    return f"#t:{tail.hex()}"


def customer_tokens(name: str, phones: Iterable[PhonePrint], people: Iterable[str] = ()) -> set[Token]:
    """All tokens of one customer: of the name, of the phones, of the people named with contact points."""
    tokens = {Token(NAME, token) for token in name_tokens(name)}
    for phone in phones:
        tokens |= {Token(PHONE, whole_token(phone.whole)), Token(PHONE, tail_token(phone.tail))}
    return tokens | {Token(PERSON, token) for person in people for token in name_tokens(person)}
