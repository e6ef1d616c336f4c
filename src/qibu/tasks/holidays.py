"""Public holidays and make-up working days (调休), to seed a store's calendar, which the store then edits.

Source: the yearly notices of the State Council's office (国务院办公厅关于部分节假日安排的通知), as the
package chinese_calendar carries them; next year's notice appears each autumn.
"""

from datetime import date

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

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
