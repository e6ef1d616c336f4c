"""A birthday as it is typed, by the civil or the lunar calendar, and as it is read back."""

import re
from datetime import date

from qibu.customers.rules.birthdays import lunar_of_solar, solar_of_lunar

_TYPED = re.compile(r"(\d{4})\s*[-./年]?\s*(闰?)(\d{1,2})\s*[-./月]?\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FIRST_YEAR = 1900
_MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
_DIGITS = "一二三四五六七八九十"


def read_birthday(text: str, *, lunar: bool, today: date) -> date | None:
    """The civil day of birth; None for blank. `1980-3-8`, `19800308`, and by the lunar calendar also `1980闰3-8`.

    Raises ValueError for what is no day, lies ahead, or more than a long life back.
    """
    text = text.strip()
    if not text:
        return None
    year, leap, month, day = _parts(text)
    born = solar_of_lunar(year, month, day, leap=leap) if lunar else date(year, month, day)
    if not date(_FIRST_YEAR, 1, 1) <= born <= today:
        raise ValueError("birthday")
    return born


def write_birthday(born: date, *, lunar: bool) -> str:
    """What `read_birthday` reads: for entry fields."""
    if not lunar:
        return born.isoformat()
    year, month, day, leap = lunar_of_solar(born)
    return f"{year}-{'闰' if leap else ''}{month}-{day}"


def lunar_words(born: date) -> str:
    """三月初八, 闰二月三十: as people say a lunar birthday."""
    _year, month, day, leap = lunar_of_solar(born)
    return f"{'闰' if leap else ''}{_MONTHS[month - 1]}月{_day_words(day)}"


def _day_words(day: int) -> str:
    if day <= 10:
        return f"初{_DIGITS[day - 1]}"
    if day < 20:
        return f"十{_DIGITS[day - 11]}"
    return {20: "二十", 30: "三十"}.get(day) or f"廿{_DIGITS[day - 21]}"


def _parts(text: str) -> tuple[int, bool, int, int]:
    if found := _COMPACT.fullmatch(text):
        return int(found[1]), False, int(found[2]), int(found[3])
    found = _TYPED.fullmatch(text)
    if not found:
        raise ValueError("birthday")
    return int(found[1]), bool(found[2]), int(found[3]), int(found[4])
