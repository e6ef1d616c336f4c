"""What falls due for a car, by walking through its life day by day; fractions, so that nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction

from qibu.care.tests.plain.days import DAY, ends_month, months_later

Read = tuple[date, int]  # day, kilometres
TEN_YEARS = 3650


# Kilometres ------------------------------------------------------------------------------------------
def agree(earlier: Read, later: Read) -> bool:
    """Forward, and not more than a thousand kilometres a day."""
    days = max((later[0] - earlier[0]).days, 1)
    return earlier[1] <= later[1] <= earlier[1] + 1000 * days


def believed(readings: Iterable[Read]) -> list[Read]:
    """Of a day the highest counts. One out of line between two that agree is left out; then the readings from the last
    break on hold, unless a single one stands there alone: then those before it."""
    rest = sorted(dict(sorted(readings)).items())
    at = 1
    while at < len(rest) - 1:
        before, here, after = rest[at - 1 : at + 2]
        if agree(before, after) and not (agree(before, here) and agree(here, after)):
            del rest[at]
        else:
            at += 1
    pieces: list[list[Read]] = [[]]
    for one in rest:
        if pieces[-1] and not agree(pieces[-1][-1], one):
            pieces.append([])
        pieces[-1].append(one)
    for piece in reversed(pieces):
        if len(piece) > 1:
            return piece
    return pieces[-1]


def pace(readings: list[Read], bought: date) -> tuple[Fraction, bool]:
    """Kilometres a day, and whether they are but the usual ones: the middle one of the slopes of the last year's
    readings at least two weeks apart, else the way since the purchase, else forty."""
    newest = readings[-1][0] if readings else bought
    recent = [one for one in readings if (newest - one[0]).days <= 365]
    if len(recent) < 2:
        recent = readings[-2:]
    slopes = sorted(
        Fraction(b[1] - a[1], (b[0] - a[0]).days) for a in recent for b in recent if (b[0] - a[0]).days >= 14
    )
    if slopes:
        half = len(slopes) // 2
        middle = slopes[half] if len(slopes) % 2 else (slopes[half - 1] + slopes[half]) / 2
        if middle:
            return min(max(middle, Fraction(5)), Fraction(300)), False
    if readings and (newest - bought).days >= 14:
        way = Fraction(readings[-1][1], (newest - bought).days)
        if 0 < way <= 300:
            return max(way, Fraction(5)), False
    return Fraction(40), True


def first_day_at(target: int, read: Read, daily: Fraction) -> date:
    """The first day on which the odometer shows so much, driven on and back from a reading at one pace."""
    at, shown = 0, Fraction(read[1])
    while shown < target and at < TEN_YEARS:
        at, shown = at + 1, shown + daily
    while shown - daily >= target and at > -TEN_YEARS:
        at, shown = at - 1, shown - daily
    return read[0] + timedelta(at)


# Maintenance -----------------------------------------------------------------------------------------
def maintenance(
    plan: tuple[int | None, int, int | None, int], bought: date, readings: Iterable[Read],
    last: tuple[date, int | None] | None,
) -> tuple[date, bool]:  # fmt: skip
    """The day, and whether kilometres bring it. `plan`: first km, first months, km, months."""
    first_km, first_months, km, months = plan
    line = believed(readings)
    daily, _usual = pace(line, bought)
    if last is None:
        start, by_months, target = bought, months_later(bought, first_months), first_km
        known = line[-1] if line else (bought, 0)
    else:
        start, by_months = last[0], months_later(last[0], months)
        target = last[1] + km if last[1] is not None and km is not None else None
        later = [one for one in line if one[0] >= last[0] and agree((last[0], last[1] or 0), one)]
        known = later[-1] if later else (last[0], last[1] or 0)
    if target is None:
        return by_months, False
    by_km = max(start, first_day_at(target, known, daily))
    return (by_km, True) if by_km < by_months else (by_months, False)


# Insurance -------------------------------------------------------------------------------------------
def cover_ends(covers: list[tuple[str, date]], day: date) -> set[str] | None:
    """The kinds whose cover ends on this day for good; None when none does."""
    ending = set()
    for kind, until in covers:
        followed = any(
            (other == kind and later > until)
            or ("unknown" in (other, kind) and other != kind and later >= until + timedelta(180))
            for other, later in covers
        )
        if until == day and not followed:
            ending.add(kind)
    return (ending - {"unknown"} or {"unknown"}) if ending else None


# Inspection ------------------------------------------------------------------------------------------
def inspected_at(use: str, body: str, seats: int | None) -> Callable[[int], str]:
    """What the law asks at an age in months: line, mark, or nothing. 道路交通安全法实施条例 art. 16, and since
    2022-10-01 for small private passenger cars (not 面包车) and motorcycles years 6 and 10, marks in 2, 4 and 8."""

    def half_or_full(full_from: int, half_from: int) -> Callable[[int], str]:
        def asked(age: int) -> str:
            if age > half_from:
                return "line" if age % 6 == 0 else ""
            return "line" if age >= full_from and age % 12 == 0 else ""

        return asked

    def reform(age: int) -> str:
        if age > 120:
            return "line" if age % 12 == 0 else ""
        return {24: "mark", 48: "mark", 72: "line", 96: "mark", 120: "line"}.get(age, "")

    def van(age: int) -> str:
        if age <= 72:
            return "line" if age in (24, 48, 72) else ""
        return half_or_full(0, 180)(age)

    small = seats is None or seats <= 9
    if use == "school_bus":
        return half_or_full(0, 0)
    if body == "truck":
        return half_or_full(12, 120)
    if body == "motorcycle":
        return reform
    if body == "other":
        return half_or_full(12, 10**6)
    if use == "commercial":
        return half_or_full(12, 60)
    if not small:
        return half_or_full(12, 120)
    return reform if body == "car" else van


def inspections(registered: date, asked: Callable[[int], str], until: date) -> list[tuple[date, str, date, date]]:
    """Day, kind, the first day it may be done, the last on which the old mark holds."""
    found, firsts, day, age = [], [registered.replace(day=1)], registered.replace(day=1), 0
    while day <= until + timedelta(31):
        day += DAY
        if day.day == 1:
            firsts.append(day)
            age += 1
            if kind := asked(age):
                due = day
                while due.day != registered.day and not ends_month(due):
                    due += DAY
                last = due
                while not ends_month(last):
                    last += DAY
                found.append((due, kind, firsts[-3], last))
    return found


# Warranty --------------------------------------------------------------------------------------------
def warranty(
    until: date | None, km: int | None, bought: date | None, readings: Iterable[Read], *, battery: bool, private: bool
) -> date | None:  # fmt: skip
    """The last day. What is entered counts; else three years or 60,000 km, for a battery eight or 120,000."""
    line = believed(readings)
    start = bought or (line[0][0] if line else None)
    if until is None and km is None:
        if bought is None or not private:
            return None
        until, km = months_later(bought, 96 if battery else 36) - DAY, 120_000 if battery else 60_000
    if km is None or start is None:
        return until
    daily, _usual = pace(line, start)
    known = line[-1] if line else (start, 0) if bought else None
    if known is None:
        return until
    by_km = first_day_at(km, known, daily)
    return min(by_km, until) if until else by_km
