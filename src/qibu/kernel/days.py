"""Arithmetic with days, and reading the days that spreadsheets hold."""

import calendar
import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from qibu.kernel.cells import cell_text, is_blank

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
# Excel counts days from here; the shift of one day hides its false 29 February 1900 for all later days.
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL = (date(1930, 1, 1) - _EXCEL_EPOCH).days
_LAST_SERIAL = (date(LATEST_YEAR, 12, 31) - _EXCEL_EPOCH).days

_CLOCK = r"(?:[T\s]*\d{1,2}[:时点]\d{1,2}(?:[:分]\d{0,2})?(?:\.\d+)?秒?\s*(?:AM|PM|Z|[+-]\d{2}:?\d{2})?)?"
_PARTED = re.compile(
    rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*[日号]?{_CLOCK}", re.IGNORECASE
)
_JOINED = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})(?:\d{{4}}|\d{{6}}|{_CLOCK})", re.IGNORECASE)
_NUMBER = re.compile(r"\d{4,6}(?:\.\d+)?")


class DayFault(StrEnum):
    """Why a cell is no day."""

    NOT_A_DAY = "not_a_day"
    IMPOSSIBLE_DAY = "impossible_day"
    IMPLAUSIBLE_YEAR = "implausible_year"


class UnreadableDay(ValueError):
    """The cell is not blank, yet says no day that could be meant."""

    def __init__(self, code: DayFault, text: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.text = text[:60]


def days_in_month(year: int, month: int) -> int:
    """The number of days of a month."""
    return calendar.monthrange(year, month)[1]


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=days_in_month(day.year, day.month))


def add_months(day: date, n: int) -> date:
    """The same day `n` months later (or earlier), clamped to the month's end: 31 January → 28 February."""
    months = day.year * 12 + day.month - 1 + n
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, days_in_month(year, month)))


def read_day(value: object) -> date | None:
    """The day a cell means; None for blank; a written time of day and zone are dropped.

    Two-digit years and months without a day are refused: a guess would put a wrong day on file.
    """
    if isinstance(value, date):
        return _plausible(value.date() if isinstance(value, datetime) else value)
    text = cell_text(value)
    if is_blank(text):
        return None
    if found := _PARTED.fullmatch(text) or _JOINED.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if _NUMBER.fullmatch(text) and _FIRST_SERIAL <= float(text) < _LAST_SERIAL + 1:
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    raise UnreadableDay(DayFault.NOT_A_DAY, text)


def _day(year: int, month: int, day: int, text: str) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise UnreadableDay(DayFault.IMPLAUSIBLE_YEAR, text)
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDay(DayFault.IMPOSSIBLE_DAY, text) from None


def _plausible(day: date) -> date:
    return _day(day.year, day.month, day.day, day.isoformat())
