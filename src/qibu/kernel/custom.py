"""Values of fields that an organisation adds to its files: one spelling each, whoever brings them.

A value is kept as text: what was typed, a number without needless zeros, a day as 2026-03-12, the key of an option,
"yes" or "no". An empty text is no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from qibu.kernel.cells import cell_text, is_blank
from qibu.kernel.days import UnreadableDay, read_day

LONGEST = 200
LARGEST = Decimal(10) ** 12
YES, NO = "yes", "no"
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "对", "√", "✓", "已", "需要"})
_NO = frozenset({"no", "n", "false", "0", "否", "不", "无", "没有", "×", "✗", "未", "不需要"})


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    YES_NO = "yes_no"


class ValueFault(StrEnum):
    """Why something is no value of its field."""

    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DAY = "not_a_day"
    UNKNOWN_OPTION = "unknown_option"
    NOT_YES_OR_NO = "not_yes_or_no"


class UnreadableValue(ValueError):
    def __init__(self, fault: ValueFault, text: str) -> None:
        super().__init__(fault.value)
        self.fault, self.text = fault, text[:60]


def read_value(kind: FieldKind, cell: object, options: Mapping[str, str]) -> str:
    """The value that a typed text or a cell means. `options` are the words of a choice (and its keys) → its keys."""
    if kind is FieldKind.DAY:
        return _day(cell)
    text = cell_text(cell) if cell is not True and cell is not False else {True: YES, False: NO}[cell]
    if kind is FieldKind.YES_NO:
        return _yes_or_no(text)
    if not text or (is_blank(text) and text not in options):
        return ""
    if kind is FieldKind.NUMBER:
        return _number(text)
    if kind is FieldKind.CHOICE:
        return _option(text, options)
    if len(text) > LONGEST:
        raise UnreadableValue(ValueFault.TOO_LONG, text)
    return text


def _day(cell: object) -> str:
    try:
        found = read_day(cell)
    except UnreadableDay as fault:
        raise UnreadableValue(ValueFault.NOT_A_DAY, fault.text) from None
    return found.isoformat() if found else ""


def _yes_or_no(text: str) -> str:
    folded = text.lower()
    if folded in _YES or folded in _NO:
        return YES if folded in _YES else NO
    if is_blank(text):
        return ""
    raise UnreadableValue(ValueFault.NOT_YES_OR_NO, text)


def _number(text: str) -> str:
    try:
        number = Decimal(text.replace(",", "").replace("_", "x"))
    except InvalidOperation:
        raise UnreadableValue(ValueFault.NOT_A_NUMBER, text) from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise UnreadableValue(ValueFault.NOT_A_NUMBER, text)
    plain = f"{round(number, 6) or Decimal(0):f}"  # never "-0"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _option(text: str, options: Mapping[str, str]) -> str:
    folded = {word.strip().casefold(): key for word, key in options.items()}
    key = folded.get(text.casefold())
    if key is None:
        raise UnreadableValue(ValueFault.UNKNOWN_OPTION, text)
    return key
