"""The keyed hashes by which sealed values are found again. One definition for entry, import and search."""

from __future__ import annotations

from qibu.customers.rules import PhonePrint, tail_of
from qibu.kernel import keys


def phone_hash(number: str) -> bytes:
    """Of a number as `rules.read_phone` spells it."""
    return keys.ring().fingerprint("phone", number)


def tail_hash(digits: str) -> bytes:
    """Of the last four digits."""
    return keys.ring().fingerprint("phone-tail", digits)


def phone_print(number: str) -> PhonePrint:
    return PhonePrint(phone_hash(number), tail_hash(tail_of(number)))


def identity_hash(number: str) -> bytes:
    """Of an identity number or company code as the rules spell it."""
    return keys.ring().fingerprint("identity", number)


def address_hash(kind: str, value: str) -> bytes:
    """Of a WeChat name or an e-mail address; letter case doesn't matter."""
    return keys.ring().fingerprint(kind, value.strip().casefold())
