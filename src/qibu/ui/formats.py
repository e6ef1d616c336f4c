"""Days, moments, money and numbers in the language of the page and the zone of the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import translation
from lunar_python import Solar

from qibu.kernel import times

WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chinese() -> bool:
    return (translation.get_language() or "zh").startswith("zh")


def kept(data: Mapping[str, Any], name: str) -> str:
    """Words that were kept in both languages, in that of the page: a field, and the one of that name with `_en` where
    the English is another."""
    english = "" if chinese() else data.get(f"{name}_en")
    return str(english or data.get(name) or "")


def sentences(*told: str) -> str:
    """One after the other, as the language of the page sets them; empty ones are left out."""
    return ("" if chinese() else " ").join(one for one in told if one)


def day(value: date | datetime | None, style: str = "full") -> str:
    """`full` 2026-11-18, `short` 11-18 within this year, `words` 11月18日 周三, `weekday` 周三."""
    if value is None or value == "":
        return ""
    on = times.day_of(value) if isinstance(value, datetime) else value
    if style == "short":
        return f"{on:%m-%d}" if on.year == times.today().year else f"{on:%Y-%m-%d}"
    if style == "weekday":
        return weekday(on)
    return words(on) if style == "words" else f"{on:%Y-%m-%d}"


def weekday(on: date) -> str:
    return (WEEKDAYS_ZH if chinese() else WEEKDAYS_EN)[on.weekday()]


def words(on: date) -> str:
    this_year = on.year == times.today().year
    if chinese():
        return f"{'' if this_year else f'{on.year}年'}{on.month}月{on.day}日 {weekday(on)}"
    return f"{weekday(on)} {on.day} {MONTHS_EN[on.month - 1]}{'' if this_year else f' {on.year}'}"


def moment(value: datetime | None, style: str = "short") -> str:
    """`short` 11-18 10:24 (with the year when it is another), `full` with the year, `time` 10:24."""
    if value is None or value == "":
        return ""
    at = value.astimezone(times.ZONE)
    if style == "time":
        return f"{at:%H:%M}"
    return f"{day(at, 'full' if style == 'full' else 'short')} {at:%H:%M}"


def lunar(on: date) -> str:
    """农历十月初十; nothing in other languages, where it says nothing."""
    if not chinese():
        return ""
    found = Solar.fromYmd(on.year, on.month, on.day).getLunar()
    return f"农历{found.getMonthInChinese()}月{found.getDayInChinese()}"


def number(value: Decimal | int | float | str | None, places: int = 0) -> str:
    if value is None or value == "":
        return ""
    return f"{Decimal(str(value)):,.{places}f}"


def counted(unit: str, count: int) -> str:
    """What is counted, as it follows a number: the English of a list's unit is a plural ("exports", "people")."""
    if chinese() or count != 1:
        return unit
    return {"people": "person"}.get(unit, unit.removesuffix("s"))


def money(value: Decimal | int | float | str | None, style: str = "full") -> str:
    """`full` ¥1,286.00, `round` ¥1,286, `wan` ¥12.9 万 (¥129k) from ten thousand on."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value))
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    unit = "¥"  # the narrow sign: the full-width one tears a gap into columns of figures
    if style == "wan" and amount >= 10_000:
        return sign + unit + (f"{amount / 10_000:,.1f} 万" if chinese() else f"{amount / 1000:,.0f}k")
    return f"{sign}{unit}{amount:,.{2 if style == 'full' else 0}f}"


def size(count: int) -> str:
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024)):,} kB"
    return f"{count / 1024 / 1024:,.1f} MB"


def initial(name: str) -> str:
    """What an avatar shows: the surname's first character, or a Latin initial."""
    name = (name or "").strip()
    return name[:1].upper() or "?"
