"""Moments and days as senders write them: with one digit where two belong, without a zone, in words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_MOMENT = re.compile(
    r"(?P<year>\d{4})\D?(?P<month>\d{1,2})\D?(?P<day>\d{1,2})"
    r"(?:\D{1,3}(?P<hour>\d{1,2}):?(?P<minute>\d{1,2})(?::?(?P<second>\d{1,2}))?(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d{1,2}(?::?\d{1,2})?)?",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_SPAN = re.compile(
    r"(\d{1,3}|[一二两三四五六七八九十半])\s*(?:个)?\s*(天|日|周|星期|月|年|days?|weeks?|months?|years?)", re.IGNORECASE
)
_NUMBERS = {"半": 0.5, "两": 2, **{sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)}}
_DAYS = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "week": 7, "月": 30, "month": 30, "年": 365, "year": 365}
_AT_ONCE = ("马上", "立即", "现在", "尽快", "immediately", "now", "asap")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)\s*([一二三四五六日天末])")
_CLOCK = re.compile(r"(上午|早上|中午|下午|晚上)?\s*(\d{1,2})\s*(?:[:：]\s*(\d{2})|[点时]\s*(半|\d{1,2})?)")
_NEAR = {"今天": 0, "明天": 1, "后天": 2, "today": 0, "tomorrow": 1}
_WEEK = {**{sign: number for number, sign in enumerate("一二三四五六日")}, "天": 6, "末": 5}
PARTS = ("year", "month", "day", "hour", "minute", "second")
EARLY = timedelta(days=366 * 5)


def moment(text: str, *, zone: tzinfo, now: datetime) -> datetime | None:
    """ISO 8601 and what passes for it (`T8:47:50`, `-08:0`). Without a zone it is the reader's; a moment to come is a
    clock that goes wrong, and what is older than five years a year that was mistyped."""
    found = _MOMENT.search(text.strip())
    if found is None:
        return None
    year, month, day_, hour, minute, second = (int(found[name] or 0) for name in PARTS)
    try:
        at = datetime(year, month, day_, hour, minute, second, tzinfo=_zone(found["zone"], zone))
    except ValueError:
        return None
    if at < now - EARLY:
        return None
    return min(at, now).astimezone(UTC)


def _zone(said: str | None, otherwise: tzinfo) -> tzinfo:
    if not said:
        return otherwise
    if said in "Zz":
        return UTC
    hours, _colon, minutes = said[1:].partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:2], hours[2:]
    span = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-span if said[0] == "-" else span)


def day(text: str, on: date) -> date | None:
    """By when somebody means to buy: a day, or a span from `on` (一周内, 30 days, 年底)."""
    text = text.strip()
    if found := _DAY.search(text):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            return None
    if compact := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return day("-".join(compact.groups()), on)
    if iso := re.match(r"\d{4}-\d{2}-\d{2}", text):
        return day(iso[0], on)
    if span := _SPAN.search(text):
        number = _NUMBERS.get(span[1]) or float(span[1])
        unit = span[2].lower().removesuffix("s")
        return on + timedelta(days=round(number * _DAYS[unit]))
    if any(word in text.lower() for word in _AT_ONCE):
        return on
    if "年底" in text or "年内" in text:
        return date(on.year, 12, 31)
    return None


def appointment(text: str, on: date, zone: tzinfo) -> tuple[date, time | None] | None:
    """When somebody would like to come: a day with or without a time of day, as people and portals write it
    (2026-11-28T10:00+08:00, 11月28日下午3点半, 周六上午). What is over by `on` is none."""
    found = _MOMENT.search(text)
    if found and found["hour"]:
        return _at(found, on, zone)
    coming = _coming(text, on)
    return (coming, _clock(text)) if coming and coming >= on else None


def _at(found: re.Match[str], on: date, zone: tzinfo) -> tuple[date, time | None] | None:
    year, month, day_, hour, minute = (int(found[name] or 0) for name in PARTS[:5])
    try:
        at = datetime(year, month, day_, hour, minute, tzinfo=_zone(found["zone"], zone)).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return (at.date(), at.time()) if at.date() >= on else None


def _coming(text: str, on: date) -> date | None:
    if _DAY.search(text):
        return day(text, on)
    near = next((ahead for word, ahead in _NEAR.items() if word in text.lower()), None)
    if near is not None:
        return on + timedelta(days=near)
    if found := _MONTH_DAY.search(text):
        return _next_such_day(int(found[1]), int(found[2]), on)
    if found := _WEEKDAY.search(text):
        return on + timedelta(days=(_WEEK[found[1]] - on.weekday()) % 7)
    return None


def _next_such_day(month: int, day_: int, on: date) -> date | None:
    """This year's, or the next one's where it is over."""
    for year in (on.year, on.year + 1):
        try:
            found = date(year, month, day_)
        except ValueError:
            continue
        if found >= on:
            return found
    return None


def _clock(text: str) -> time | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour = int(found[2]) + (12 if found[1] in {"下午", "晚上"} and int(found[2]) < 12 else 0)
    minute = 30 if found[4] == "半" else int(found[3] or found[4] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
