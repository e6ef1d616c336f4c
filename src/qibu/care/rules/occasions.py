"""Days of the calendar on which a plan may begin: festivals, solar terms, and how the year turns for a car.

Festivals of the state: 全国年节及纪念日放假办法 (2024); lunar days and solar terms (节气) by GB/T 33661-2017, in
Beijing time. The seasons of a car begin with the solar terms that drivers go by.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, Solar

_NOON = 12

SOLAR_TERMS = {
    "xiaohan": "小寒", "dahan": "大寒", "lichun": "立春", "yushui": "雨水", "jingzhe": "惊蛰", "chunfen": "春分",
    "qingming": "清明", "guyu": "谷雨", "lixia": "立夏", "xiaoman": "小满", "mangzhong": "芒种", "xiazhi": "夏至",
    "xiaoshu": "小暑", "dashu": "大暑", "liqiu": "立秋", "chushu": "处暑", "bailu": "白露", "qiufen": "秋分",
    "hanlu": "寒露", "shuangjiang": "霜降", "lidong": "立冬", "xiaoxue": "小雪", "daxue": "大雪", "dongzhi": "冬至",
}  # fmt: skip
_LUNAR_DAYS = {
    "spring_festival": (1, 1), "lantern": (1, 15), "dragon_boat": (5, 5), "qixi": (7, 7), "mid_autumn": (8, 15),
    "double_ninth": (9, 9),
}  # fmt: skip
_CIVIL_DAYS = {"new_year": (1, 1), "womens_day": (3, 8), "labour_day": (5, 1), "childrens_day": (6, 1),
               "national_day": (10, 1)}  # fmt: skip


def occasions() -> frozenset[str]:
    """Every day that a plan can name."""
    return frozenset(_DAYS)


def occasion_day(occasion: str, year: int) -> date:
    """The civil day on which an occasion falls in a year. Raises KeyError for one that isn't known."""
    return _DAYS[occasion](year)


def occasion_near(occasion: str, on: date, first: int, last: int) -> list[date]:
    """The days of an occasion from `first` to `last` days away from a day: this year's, or one of the next."""
    days = (occasion_day(occasion, year) for year in (on.year - 1, on.year, on.year + 1))
    return [day for day in days if timedelta(first) <= day - on <= timedelta(last)]


@lru_cache(maxsize=512)
def _lunar(year: int, month: int, day: int) -> date:
    """Of the ordinary month: festivals are not kept again in a leap month. Late lunar months are left out of the table:
    their days may come twice into a civil year, or not at all."""
    return _civil(Lunar.fromYmd(year, month, day).getSolar())


@lru_cache(maxsize=64)
def _terms(year: int) -> Mapping[str, date]:
    """The table that a lunar calendar carries, asked in the middle of the year, names the terms of all the year."""
    table = Solar.fromYmdHms(year, 7, 1, _NOON, 0, 0).getLunar().getJieQiTable()
    return {name: day for name, solar in table.items() if (day := _civil(solar)).year == year}


def _civil(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _term(name: str) -> Callable[[int], date]:
    def day(year: int) -> date:
        terms = _terms(year)
        return terms[name] if name in terms else terms[_LATIN[name]]

    return day


# 冬至, 小寒, 大寒, 立春 and the like of the year's end stand in the table under Latin names.
_LATIN = {"冬至": "DONG_ZHI", "小寒": "XIAO_HAN", "大寒": "DA_HAN", "立春": "LI_CHUN", "雨水": "YU_SHUI",
          "惊蛰": "JING_ZHE", "大雪": "DA_XUE"}  # fmt: skip


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _by_moon(month: int, day: int) -> Callable[[int], date]:
    return lambda year: _lunar(year, month, day)


_DAYS: dict[str, Callable[[int], date]] = {
    **{name: _by_moon(*day) for name, day in _LUNAR_DAYS.items()},
    **{name: _fixed(*day) for name, day in _CIVIL_DAYS.items()},
    **{name: _term(word) for name, word in SOLAR_TERMS.items()},
}
