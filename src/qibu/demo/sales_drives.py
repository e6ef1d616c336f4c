"""Test drives of a store of the demo: four cars, three ways round, the last weeks and the days to come.

On the leads that are there; where there are none, on a few of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.shop import Shop, at
from qibu.drives.errors import DriveFault
from qibu.drives.models import DemoCar, Drive, Route
from qibu.drives.rules import ITEMS
from qibu.drives.services import bookings, driving, feedbacks, fleet
from qibu.drives.services.driving import Shown
from qibu.drives.services.feedbacks import Answers
from qibu.drives.services.planning import Plan
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.leads.services import receiving
from qibu.network.models import Organisation
from qibu.tasks.selectors.calendars import calendar_of

PAST, AHEAD = 40, 5  # days
A_DAY = 3
CARS = (
    ("远岫混动", "远岫混动 200km 四驱 旗舰型", "皖B{n}QB21", "雪山白", 3160),
    ("听松", "听松 650km 四驱 雪松版", "皖B{n}QB22", "松针绿", 2480),
    ("青禾混动", "青禾混动 80km 悦享型", "皖B{n}QB23", "岩灰", 5210),
    ("青禾", "青禾 1.5L 手动畅行型", "皖B{n}QB24", "砂金", 8840),
)  # fmt: skip
ROUTES = (
    ("城东环线", "East loop", "6.5", 25, False, "出店右转，沿滨江路到会展中心掉头，有减速带和长直道。"),
    ("跨江高速线", "Expressway", "14.0", 40, True, "上绕城高速一个出口，试加速、变道和辅助驾驶。"),
    ("小区窄路线", "Narrow lanes", "3.2", 15, False, "老城窄路和侧方停车，适合新手和看重车机倒车影像的客户。"),
)
NAMES = ("蒋文博", "许晴岚", "罗一舟", "唐佳宁", "邵思齐", "韦东林", "姚雪芬", "彭启明")
SAYINGS = (
    "座椅很舒服，过减速带不颠。", "加速比现在的车快多了。", "车机有点复杂，要学一学。", "后备厢比想的小。", "", "",
    "安静，就是方向盘轻。",
)  # fmt: skip
WHY = ("客户临时出差", "孩子发烧，改天再来", "下大雨")
MARKS = (3, 4, 4, 4, 5, 5, 5)
NEXT = ("order", "family", "family", "compare", "later", "no")


def plant(shop: Shop, now: datetime) -> None:
    """Once for a store; again it does nothing."""
    with scope(shop.system):
        if DemoCar.objects.exists():
            return
    cars, routes = _fleet(shop, now)
    leads = _leads(shop, now)
    sellers = shop.of(Role.SALES_CONSULTANT)
    today = times.day_of(now)
    for number in range(-PAST, AHEAD + 1):
        day = today + timedelta(days=number)
        dice = shop.dice("drives", day)
        for _turn in range(dice.randrange(A_DAY + 1) + (number >= 0)):
            lead = dice.choice(leads)
            seller = next(one for one in sellers if one.staff_id == lead.consultant_id)
            start = at(day, dice.choice((9, 10, 11, 14, 15, 16)), dice.choice((0, 30)))
            _drive(seller, lead, dice.choice(cars), dice.choice(routes), start, now, dice)


def _fleet(shop: Shop, now: datetime) -> tuple[list[DemoCar], list[Route]]:
    manager = shop.one(Role.SALES_MANAGER)
    number = Organisation.objects.get(code=shop.described.code).pk % 10
    with told(now - timedelta(days=PAST + 20)), scope(manager):
        cars = [
            fleet.add_car(actor=manager, facts={
                "series": series, "model": model, "plate": plate.format(n=number), "colour": colour, "mileage": km,
                "manual": "手动" in model, "insured_until": times.day_of(now) + timedelta(days=40 + 70 * place),
            }) for place, (series, model, plate, colour, km) in enumerate(CARS)
        ]  # fmt: skip
        routes = [
            fleet.add_route(actor=manager, facts={
                "name": name, "name_en": english, "km": km, "minutes": minutes, "expressway": fast, "description": way,
            }) for name, english, km, minutes, fast, way in ROUTES
        ]  # fmt: skip
    return cars, routes


def _leads(shop: Shop, now: datetime) -> list[Lead]:
    sellers = shop.of(Role.SALES_CONSULTANT)
    with scope(shop.system):
        theirs = [seller.staff_id for seller in sellers]
        found = list(Lead.objects.filter(state=Lead.State.OPEN, consultant__in=theirs).order_by("pk")[:60])
    if len(found) >= len(NAMES):
        return found
    for place, name in enumerate(NAMES):
        seller = sellers[place % len(sellers)]
        with told(now - timedelta(days=PAST + 1)), scope(seller):
            found.append(receiving.receive(actor=seller, received=_walked_in(shop, seller, place, name)).lead)
    return found


def _walked_in(shop: Shop, seller: Actor, place: int, name: str) -> Received:
    phone = f"139{abs(hash_of(shop.described.code)) % 10000:04}{7700 + place}"
    return Received(
        door=Door.SHOWROOM, source="walk-in", person=Person(name=name, phones=(phone,)), at=times.now(),
        wish={"brand": "", "series": CARS[place % len(CARS)][0], "interest": "test_drive"},
        consultant_id=seller.staff_id,
    )  # fmt: skip


def hash_of(code: str) -> int:
    """The same on every machine, unlike Python's own."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(code))


def _drive(
    seller: Actor, lead: Lead, car: DemoCar, route: Route, start: datetime, now: datetime, dice: Random
) -> None:
    booked = min(now - timedelta(hours=2), start - timedelta(days=1, hours=dice.randrange(1, 30)))
    plan = Plan(
        car_id=car.pk, consultant_id=seller.staff_id or 0, starts_at=start, minutes=dice.choice((30, 45)),
        route_id=route.pk,
    )  # fmt: skip
    with told(booked), scope(seller) as actor:
        if not calendar_of(actor.organisation_id).is_open(start) or not Lead.objects.filter(pk=lead.pk, state="open"):
            return
        try:
            drive = bookings.book(actor=actor, lead_id=lead.pk, plan=plan)
        except DriveFault:
            return  # somebody has the place: so it goes
    if plan.ends_at < now - timedelta(minutes=20):
        _past(seller, drive, dice)


def _past(seller: Actor, drive: Drive, dice: Random) -> None:
    fate = dice.random()
    if fate < 0.08:
        with told(drive.starts_at - timedelta(hours=3)), scope(seller) as actor:
            bookings.cancel(actor=actor, drive_id=drive.pk, reason=dice.choice(WHY))
    elif fate < 0.18:
        with told(drive.ends_at), scope(seller) as actor:
            bookings.miss(actor=actor, drive_id=drive.pk)
    else:
        _driven(seller, drive, dice)


def _driven(seller: Actor, drive: Drive, dice: Random) -> None:
    with told(drive.starts_at), scope(seller) as actor:
        name = str(Lead.objects.select_related("customer").get(pk=drive.lead_id).customer)
        born = drive.starts_at.date() - timedelta(days=dice.randrange(200, 4000))
        shown = Shown(
            driver=name, licence_class="C1", issued_on=born, expires_on=drive.starts_at.date() + timedelta(days=900)
        )  # fmt: skip
        driving.see_licence(actor=actor, drive_id=drive.pk, shown=shown)
        driving.sign(actor=actor, drive_id=drive.pk, strokes=_name(dice))
        km = DemoCar.objects.get(pk=drive.car_id).mileage
        driving.leave(actor=actor, drive_id=drive.pk, km=km)
    with told(drive.ends_at - timedelta(minutes=dice.randrange(8))), scope(seller) as actor:
        driving.come_back(actor=actor, drive_id=drive.pk, km=km + dice.randrange(3, 15))
        if dice.random() < 0.8:
            _said(actor, drive, dice)


def _said(actor: Actor, drive: Drive, dice: Random) -> None:
    scores = {item: dice.choice(MARKS) for item in ITEMS if dice.random() < 0.9}
    answers = Answers(scores=scores or {"power": 4}, intention=dice.choice(NEXT), words=dice.choice(SAYINGS))
    feedbacks.give(actor=actor, drive_id=drive.pk, answers=answers)


def _name(dice: Random) -> str:
    """Something like a name."""
    lines = []
    for turn in range(5):
        x, y = 120 + 140 * turn, dice.randrange(120, 200)
        lines.append([[x + dice.randrange(90), y + dice.randrange(140)] for _point in range(7)])
    return str(lines).replace(" ", "")
