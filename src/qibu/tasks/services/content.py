"""What a new store finds set up: opening hours, public holidays, ladders. Shipped rows belong to no organisation."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from qibu.tasks.holidays import known_years, seed_exceptions, statutory_days
from qibu.tasks.models import CalendarDay, Rung, WorkCalendar
from qibu.tasks.rules import Closed

CONTENT = Path(__file__).resolve().parent.parent / "content"


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    with transaction.atomic(using=using):
        _load_hours(using)
        _load_days(using)
        _load_ladders(using)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text())


def _load_hours(using: str) -> None:
    hours = _read("calendar.toml")["hours"]
    WorkCalendar.objects.using(using).update_or_create(organisation=None, defaults={"hours": hours})


def _load_days(using: str) -> None:
    first = int(_read("calendar.toml")["holidays"]["first"])
    days = [day for year in known_years() if year >= first for day in _days(year)]
    CalendarDay.objects.using(using).bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["organisation", "day"],
        update_fields=["working", "swap", "name"],
    )


def _days(year: int) -> list[CalendarDay]:
    by_law = statutory_days(year)
    return [
        CalendarDay(day=day, working=not isinstance(exception, Closed), swap=day not in by_law, name=name)
        for day, exception, name in seed_exceptions(year)
    ]


def _load_ladders(using: str) -> None:
    rungs = [
        Rung(ladder=ladder, order=order, **step)
        for ladder, steps in _read("ladders.toml").items()
        for order, step in enumerate(steps, start=1)
    ]
    shipped = Rung.objects.using(using).filter(organisation=None)
    kept = Rung.objects.using(using).bulk_create(
        rungs,
        update_conflicts=True,
        unique_fields=["organisation", "ladder", "order"],
        update_fields=["after_minutes", "roles"],
    )
    wanted = {(rung.ladder, rung.order) for rung in kept}
    for rung in shipped:
        if (rung.ladder, rung.order) not in wanted:
            rung.delete(using=using)
