"""How a clock reads: state, words and the share of the time that is left.

The same rules run in `static/ui/js/clocks.js` each minute, with the words of `WORDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from qibu.kernel.times import ZONE

# Soon is the last quarter of the span, at most four hours; for days the last thirty.
SOON_SHARE = 0.25
SOON_MOST = timedelta(hours=4)
SOON_DAYS = 30
TO_THE_MINUTE = 4  # hours
COUNTED_DOWN = timedelta(hours=TO_THE_MINUTE)  # farther away, the time of day says more

WORDS = {
    "seconds": _("剩 {n} 秒"),
    "minutes": _("剩 {n} 分"),
    "hours": _("剩 {h} 时 {m} 分"),
    "hour": _("剩 {h} 时"),
    "today": _("今天 {t}"),
    "tomorrow": _("明天 {t}"),
    "days": _("剩 {n} 天"),
    "day_today": _("今天到期"),
    "day_tomorrow": _("明天到期"),
    "late_seconds": _("刚刚逾期"),
    "late_minutes": _("逾期 {n} 分"),
    "late_hours": _("逾期 {h} 时 {m} 分"),
    "late_hour": _("逾期 {h} 时"),
    "late_days": _("逾期 {n} 天"),
    "done": _("已完成"),
    "paused": _("暂停"),
    "closed": _("未起算"),
}


@dataclass(frozen=True)
class Face:
    state: str  # running, soon, overdue, done, paused, closed
    text: str
    left: int  # per cent of the span that is left, for the dial


def read(
    due: datetime | date | None, now: datetime, *, start: datetime | None = None, zone: ZoneInfo = ZONE
) -> Face:
    if due is None:
        return Face("closed", str(WORDS["closed"]), 0)
    if not isinstance(due, datetime):
        return _read_day(due, now.astimezone(zone).date())
    rest = due - now
    if rest <= timedelta(0):
        return Face("overdue", late(-rest), 0)
    span = due - start if start and start < due else max(rest, timedelta(hours=16))
    state = "soon" if rest <= min(span * SOON_SHARE, SOON_MOST) else "running"
    return Face(state, remaining(rest, due.astimezone(zone), now.astimezone(zone)), _share(rest, span))


def _read_day(due: date, today: date) -> Face:
    days = (due - today).days
    if days < 0:
        return Face("overdue", str(WORDS["late_days"]).format(n=-days), 0)
    name = {0: "day_today", 1: "day_tomorrow"}.get(days, "days")
    state = "soon" if days <= SOON_DAYS else "running"
    return Face(state, str(WORDS[name]).format(n=days), min(100, round(days * 100 / 90)))


def remaining(rest: timedelta, due: datetime, now: datetime) -> str:
    """Words for what is left; `due` and `now` in the store's zone."""
    seconds = int(rest.total_seconds())
    if seconds < 60:
        return str(WORDS["seconds"]).format(n=seconds)
    if rest <= COUNTED_DOWN:
        return _hours(seconds // 60, "minutes", "hours", "hour")
    days = (due.date() - now.date()).days
    if days < 2:
        return str(WORDS["tomorrow" if days else "today"]).format(t=f"{due:%H:%M}")
    return str(WORDS["days"]).format(n=days)


def late(by: timedelta) -> str:
    minutes = int(by.total_seconds()) // 60
    if minutes < 1:
        return str(WORDS["late_seconds"])
    if minutes >= 24 * 60:
        return str(WORDS["late_days"]).format(n=minutes // (24 * 60))
    return _hours(minutes, "late_minutes", "late_hours", "late_hour")


def _hours(minutes: int, short: str, both: str, whole: str) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(WORDS[short]).format(n=rest)
    # With several hours the minutes say nothing, and a narrow chip would cut them.
    return str(WORDS[both if rest and hours < TO_THE_MINUTE else whole]).format(h=hours, m=rest)


def _share(rest: timedelta, span: timedelta) -> int:
    return max(2, min(100, round(rest * 100 / span)))
