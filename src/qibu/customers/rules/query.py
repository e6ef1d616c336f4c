"""What somebody typed into the search field, as terms."""

import re
from typing import NamedTuple

from qibu.customers.rules.phones import UnusablePhone, read_phone
from qibu.customers.rules.pinyin import search_token
from qibu.customers.rules.tokens import TAIL_LENGTH

MOST_TERMS = 4
# 王5678 are two terms; plates have a letter after their province, so 皖B12345 stays one.
_NAME_BEFORE_DIGITS = re.compile("(?<=[\u3400-\u9fff])(?=\\d)")
_DIGITS = re.compile(r"\d+")


class Term(NamedTuple):
    """One word of a search: a whole number, the last four digits, and what stored tokens start with."""

    number: str
    tail: str
    prefix: str


def read_query(text: str) -> list[Term]:
    """The terms, all of which a customer must meet; empty when nothing can be looked for."""
    whole = _number(text)
    if whole:
        return [Term(whole, "", "")]
    words = _NAME_BEFORE_DIGITS.sub(" ", text).split()
    terms = [_term(word) for word in words[:MOST_TERMS]]
    return [term for term in terms if any(term)]


def _term(word: str) -> Term:
    number = _number(word)
    if number:
        return Term(number, "", search_token(word))
    tail = word if _DIGITS.fullmatch(word) and len(word) == TAIL_LENGTH else ""
    return Term("", tail, search_token(word))


def _number(text: str) -> str:
    """A text of digits that is a complete phone number, in the one spelling."""
    if sum(char.isdigit() for char in text) < 7 or any(char.isalpha() for char in text):
        return ""
    try:
        phone = read_phone(text)
    except UnusablePhone:
        return ""
    return phone.number if phone else ""
