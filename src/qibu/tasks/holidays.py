"""Public holidays and make-up working days (调休), to seed a store's calendar, which the store then edits.

Source: the yearly notices of the State Council's office (国务院办公厅关于部分节假日安排的通知), as the
package chinese_calendar carries them; next year's notice appears each autumn.
"""

from datetime import date, timedelta

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from lunar_python import Lunar, Solar

from qibu.tasks.rules import Closed, Working

_NAMES: dict[str, str] = {one.value: one.chinese for one in Holiday}


class UnknownYear(ValueError):
    """The package knows nothing of this year; the table must be filled by hand or the package renewed."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year


def known_years() -> range:
    """The years that can be seeded."""
    return range(min(holidays).year, max(holidays).year + 1)


def seed_exceptions(year: int) -> list[tuple[date, Closed | Working, str]]:
    """Day, exception and Chinese name of each holiday and make-up working day of a year, in order of days."""
    if year not in known_years():
        raise UnknownYear(year)
    closed = [(day, Closed(), _NAMES[name]) for day, name in holidays.items() if day.year == year]
    working = [(day, Working(), _NAMES[name]) for day, name in workdays.items() if day.year == year]
    return sorted([*closed, *working], key=lambda row: row[0])


_NEW_LAW = 2025  # the State Council's decree 795 added 除夕 and 2 May from this year on


def statutory_days(year: int) -> dict[date, str]:
    """The public holidays themselves, without the weekends and moved days that the yearly notice adds around them.

    全国年节及纪念日放假办法, article 2: 元旦 1 day, 春节 3 (from 2025 with 除夕 4), 清明 1, 劳动节 1 (from 2025: 2),
    端午 1, 中秋 1, 国庆节 3.
    """
    first = _lunar(year, 1, 1)
    spring = [first + timedelta(days=n) for n in range(-1 if year >= _NEW_LAW else 0, 3)]
    labour = [date(year, 5, day) for day in ((1, 2) if year >= _NEW_LAW else (1,))]
    return {
        date(year, 1, 1): "元旦",
        **dict.fromkeys(spring, "春节"),
        _clear_and_bright(year): "清明",
        **dict.fromkeys(labour, "劳动节"),
        _lunar(year, 5, 5): "端午",
        _lunar(year, 8, 15): "中秋",
        **{date(year, 10, day): "国庆节" for day in (1, 2, 3)},
    }


def _lunar(year: int, month: int, day: int) -> date:
    found = Lunar.fromYmd(year, month, day).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())


def _clear_and_bright(year: int) -> date:
    found = Solar.fromYmd(year, 4, 10).getLunar().getJieQiTable()["清明"]
    return date(found.getYear(), found.getMonth(), found.getDay())
