"""The life of a car after delivery: when it comes in, why, with how many kilometres, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from qibu.demo.people import Desk, at
from qibu.demo.records import Car, Customer, Energy, Job, Reading, Visit

DAYS_BETWEEN_VISITS = 8  # longer than the longest stay, so that a car is never in twice at once

# Name, labour in yuan from and to, parts in yuan from and to.
_Work = tuple[str, int, int, int, int]
_OIL: _Work = ("更换机油机滤", 60, 120, 180, 420)
_CABIN: _Work = ("更换空调滤芯", 20, 40, 60, 120)
_AIR: _Work = ("更换空气滤芯", 20, 40, 50, 110)
_BRAKE_FLUID: _Work = ("更换制动液", 100, 160, 80, 160)
_PLUGS: _Work = ("更换火花塞", 100, 180, 160, 480)
_CHECK: _Work = ("全车安全检查", 0, 60, 0, 0)
_HIGH_VOLTAGE: _Work = ("三电系统检查", 120, 200, 0, 0)
_COOLANT: _Work = ("更换冷却液", 120, 200, 150, 320)
_REPAIRS: tuple[tuple[str, _Work], ...] = (
    ("刹车有尖叫声", ("更换前制动片", 120, 200, 260, 520)),
    ("启动困难", ("更换蓄电池", 40, 80, 320, 680)),
    ("方向盘抖动", ("四轮动平衡", 120, 200, 0, 40)),
    ("过减速带有异响", ("更换稳定杆连杆", 160, 260, 180, 420)),
    ("轮胎鼓包", ("更换轮胎", 40, 80, 380, 760)),
    ("空调不制冷", ("空调系统检修加氟", 150, 260, 120, 360)),
    ("跑偏", ("四轮定位", 150, 240, 0, 0)),
)
_WARRANTY: tuple[tuple[str, _Work], ...] = (
    ("中控屏黑屏", ("更换车机主机（保修）", 120, 200, 1200, 2600)),
    ("车门异响", ("更换车门密封条（保修）", 80, 160, 90, 240)),
    ("故障灯亮", ("更换氧传感器（保修）", 80, 160, 240, 520)),
)
_ACCIDENT: tuple[_Work, ...] = (
    ("前保险杠钣金喷漆", 400, 800, 0, 300),
    ("更换后保险杠", 300, 500, 700, 1500),
    ("车门钣金喷漆", 500, 900, 0, 0),
    ("更换前大灯", 120, 240, 900, 2600),
)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a car is used, and how faithfully it comes."""

    km_per_day: float
    last_age: int  # the age in days at which it was seen for the last time at the latest
    attendance: float


def _plan(rng: Random, car: Car, rhythm: Rhythm, must: int | None) -> list[tuple[int, str]]:
    """Ages in days with the kind of visit, apart from each other, the wanted one among them."""
    series = car.model.series
    step = min(series.first_service_months * 30.4, series.first_service_km / rhythm.km_per_day)
    regular = min(series.interval_months * 30.4, series.interval_km / rhythm.km_per_day)
    plan: list[tuple[int, str]] = []
    age, kind = step * rng.uniform(0.8, 1.15), "首保"
    while age < rhythm.last_age:
        if rng.random() < rhythm.attendance:
            plan.append((int(age), kind))
            kind = "保养"
        if rng.random() < 0.3 * rhythm.attendance:
            plan.append((int(age - rng.uniform(0.2, 0.8) * regular), _other_kind(rng, car, int(age))))
        age += regular * rng.uniform(0.85, 1.3)
    if must is not None:
        plan = [(day, kind) for day, kind in plan if abs(day - must) >= DAYS_BETWEEN_VISITS]
        plan.append((must, rng.choice(("保养", "保养", "维修"))))
    plan.sort()
    return _apart(plan)


def _apart(plan: list[tuple[int, str]]) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    for day, kind in plan:
        if day > 0 and (not kept or day - kept[-1][0] >= DAYS_BETWEEN_VISITS):
            kept.append((day, kind))
    return kept


def _other_kind(rng: Random, car: Car, age: int) -> str:
    pick = rng.random()
    if pick < 0.2:
        return "事故"
    if pick < 0.26:
        return "召回"
    if pick < 0.45 and car.purchased_on + timedelta(days=age) < car.warranty_ends_on:
        return "保修"
    return "维修"


def _work(rng: Random, car: Car, kind: str, turn: int) -> tuple[str, list[_Work]]:
    """The customer's words and what was done."""
    if kind in ("首保", "保养"):
        if car.model.series.energy is Energy.ELECTRIC:
            return "", [_HIGH_VOLTAGE, _CABIN, *([_BRAKE_FLUID, _COOLANT] if turn % 3 == 2 else [])]
        works = [_OIL, *([_CABIN, _AIR] if turn % 2 else []), *([_BRAKE_FLUID] if turn % 4 == 3 else [])]
        return "", [*works, *([_PLUGS] if turn % 6 == 5 else []), _CHECK]
    if kind == "事故":
        return "追尾受损" if rng.random() < 0.5 else "停车剐蹭", rng.sample(_ACCIDENT, rng.randrange(1, 3))
    if kind == "召回":
        return "", [("召回升级：制动控制软件", 80, 80, 0, 0)]
    complaint, work = rng.choice(_WARRANTY if kind == "保修" else _REPAIRS)
    return complaint, [work]


def _money(rng: Random, low: int, high: int) -> Decimal:
    return Decimal(rng.randrange(low * 2, high * 2 + 1) * 50).scaleb(-2)


_PAYERS = {"保修": "warranty", "召回": "warranty", "事故": "insurer"}


def life(
    rng: Random, desk: Desk, car: Car, people: tuple[Customer, ...], rhythm: Rhythm, must: int | None
) -> tuple[list[Visit], list[Reading]]:
    """Visits and readings in the order of their days."""
    odometer = float(rng.randrange(6, 60))
    readings = [Reading(car.store, car.number, car.delivered_at.date(), int(odometer), "delivery")]
    visits: list[Visit] = []
    before = 0
    for turn, (age, kind) in enumerate(_plan(rng, car, rhythm, must)):
        day = car.purchased_on + timedelta(days=age)
        if day <= car.delivered_at.date():
            continue
        middle = (before + age) // 2
        if age - before > 120 and rng.random() < 0.12:
            heard = odometer + (middle - before) * rhythm.km_per_day * 0.9
            called = car.purchased_on + timedelta(days=middle)
            readings.append(Reading(car.store, car.number, called, int(heard) // 100 * 100, "call"))
            if readings[-1].km < readings[-2].km or called <= readings[-2].read_on:
                readings.pop()
        odometer += (age - before) * rhythm.km_per_day * rng.uniform(0.9, 1.1)
        before = age
        visits.append(_visit(rng, desk, car, people, day, kind, turn, int(odometer)))
        readings.append(Reading(car.store, car.number, day, int(odometer), "visit"))
    return visits, readings


def _visit(
    rng: Random, desk: Desk, car: Car, people: tuple[Customer, ...], day: date, kind: str, turn: int, km: int
) -> Visit:
    complaint, works = _work(rng, car, kind, turn)
    jobs = tuple(Job(name, _money(rng, a, b), _money(rng, c, d)) for name, a, b, c, d in works)
    labour, parts = sum((job.labour for job in jobs), Decimal()), sum((job.parts for job in jobs), Decimal())
    arrived = at(day, rng.randrange(8 * 60 + 30, 15 * 60 + 30, 5))
    left = _leaves(rng, day, kind)
    registered = car.registered_on is not None and car.registered_on <= day
    brought = people[-1] if len(people) > 1 and rng.random() < 0.4 else people[0]
    return Visit(
        number=f"GD{day:%y%m%d}{car.number[-7:]}",
        store=car.store,
        car=car.number,
        vin=car.vin,
        plate=car.plate if registered else "",
        kind=kind,
        brought_by=brought.contact_name or brought.name,
        brought_by_phone=brought.phone,
        arrived_at=arrived,
        left_at=None
        if left > desk.today - timedelta(days=1)
        else at(left, rng.randrange(16 * 60, 18 * 60, 5)),
        km=km,
        jobs=jobs,
        labour=labour,
        parts=parts,
        total=labour + parts,
        payer=_PAYERS.get(kind, "customer"),
        advisor=car.advisor if rng.random() < 0.8 else rng.choice(desk.advisors),
        technician=rng.choice(desk.technicians),
        complaint=complaint,
    )


def _leaves(rng: Random, day: date, kind: str) -> date:
    return day + timedelta(days=rng.randrange(1, 6) if kind == "事故" else int(rng.random() < 0.04))
