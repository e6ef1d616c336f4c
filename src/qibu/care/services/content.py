"""What a new store finds set up: plans, intervals, how it works through its care. Shipped rows belong to no one."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path
from typing import Any

from django.db import transaction

from qibu.care.models import CarePolicy, MaintenanceInterval, Plan, Step
from qibu.care.rules import read_audience, unknown_places

CONTENT = Path(__file__).resolve().parent.parent / "content"
INTERVAL = {"brand": "", "series": "", "energy": ""}


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    with transaction.atomic(using=using):
        _load_policy(using)
        _load_intervals(using)
        _load_plans(using)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text())


def _load_policy(using: str) -> None:
    stored = _read("policy.toml")
    values = {**stored, "due_time": time.fromisoformat(stored["due_time"])}
    CarePolicy.objects.using(using).update_or_create(organisation=None, defaults=values)


def _load_intervals(using: str) -> None:
    rows = [
        MaintenanceInterval(order=order, **INTERVAL | stored)
        for order, stored in enumerate(_read("intervals.toml")["interval"], start=1)
    ]
    MaintenanceInterval.objects.using(using).bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organisation", "order"],
        update_fields=["brand", "series", "energy", "first_km", "first_months", "km", "months"],
    )
    MaintenanceInterval.objects.using(using).filter(organisation=None, order__gt=len(rows)).delete()


def _load_plans(using: str) -> None:
    stored = _read("plans.toml")["plan"]
    for one in stored:
        _load_plan(using, one)
    gone = Plan.objects.using(using).filter(organisation=None).exclude(code__in=[one["code"] for one in stored])
    gone.delete()


def _load_plan(using: str, stored: dict[str, Any]) -> None:
    values = {name: value for name, value in stored.items() if name not in ("code", "step")}
    read_audience(values.setdefault("audience", {}))
    plan, _new = Plan.objects.using(using).update_or_create(
        organisation=None, code=stored["code"], defaults=values
    )
    steps = [_step(plan, order, step) for order, step in enumerate(stored["step"], start=1)]
    Step.objects.using(using).bulk_create(
        steps,
        update_conflicts=True,
        unique_fields=["plan", "code"],
        update_fields=[field for field in stored["step"][0] if field != "code"] + ["order"],
    )
    Step.objects.using(using).filter(plan=plan).exclude(code__in=[step.code for step in steps]).delete()


def _step(plan: Plan, order: int, stored: dict[str, Any]) -> Step:
    scripts = {name: stored[name].strip() for name in ("script", "script_en")}
    strange = [place for text in scripts.values() for place in unknown_places(text)]
    if strange:
        raise ValueError(f"{plan.code}/{stored['code']}: nothing fills {', '.join(strange)}")
    return Step(plan=plan, order=order, **stored | scripts)
