"""What people of a store do beside their calls: files kept, cars sold on, portfolios handed over, promises made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from qibu.contracts.network import OrganisationChanged, SignedIn, SignedOut
from qibu.customers.models import Consent, ContactPoint, Customer, Hold
from qibu.customers.services import assignments, consents, customers, fingerprints, holds, notes, relations
from qibu.demo.clockwork import told
from qibu.demo.records import Customer as Described
from qibu.demo.records import Household, Promise, Role, Stage
from qibu.demo.shop import Shop, at
from qibu.demo.world import World
from qibu.kernel import journal, times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.network.services import actors, handovers, staff
from qibu.network.services.handovers import Plan
from qibu.tasks.models import Task
from qibu.tasks.rules import Why
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import results, tasks
from qibu.vehicles.models import Ownership, Transfer, Vehicle
from qibu.vehicles.services import transfers

PROMISED_DAYS = 24
NOTES = (
    "喜欢下午来，到店先喝茶，不喜欢被跟着介绍。", "下次来记得把后备厢的遮物帘换了。", "电话里声音小，多等两秒再说。",
    "说女儿明年考驾照，想看小车。", "对价格很清楚，报价要一次报准。", "车停地库，取送车要提前一小时联系物业。",
)  # fmt: skip
EDITED = ("黄山西路 18 号 2 幢 1102", "中山南路 66 号 5 幢 302", "文津西路 9 号 1 单元 401")
CHORES = {
    Role.STORE_MANAGER: ("看上周回访里不满意的三条", "和服务经理过一遍逾期的承诺"),
    Role.SALES_MANAGER: ("核对本周意向客户的下次联系时间", "整理离职顾问名下的客户"),
    Role.SERVICE_MANAGER: ("安排周末的保养高峰人手", "检查返修车的复检记录"),
    Role.TECHNICIAN: ("复检昨天返修的异响", "把举升机点检表交给服务经理"),
    Role.CARE_MANAGER: ("抽听十个回访录音", "核对暂停联系的名单"),
    Role.CALL_AGENT: ("把号码错误的客户交给顾问核对",),
    Role.MARKETING: ("统计公众号新增的车主", "准备爱车讲堂的邀请名单"),
    Role.TRAINER: ("准备周三的话术练习", "收齐上月培训的签到表"),
    Role.FINANCE: ("核对工时收入与结算单", "把电子发票补发给公司客户"),
}  # fmt: skip
BROWSERS = ("Chrome · Windows", "Edge · Windows", "Chrome · Windows", "微信 · Android", "Safari · iPhone")


def past(shop: Shop, homes: list[Household]) -> None:
    """The months between the first load and the days that are played."""
    found = _by_number(shop, homes)
    _families(shop, homes, found)
    _remarks(shop, list(found.values()))
    _typed(shop, homes, found)
    _sold_on(shop, homes, found)
    _handed_over(shop, list(found.values()))


def _by_number(shop: Shop, homes: Iterable[Household]) -> dict[str, Customer]:
    """The store's rows of the world's customers, found by phone."""
    with scope(shop.system):
        points = ContactPoint.objects.filter(kind="phone").exclude(role="sender").select_related("customer")
        by_hash = {bytes(point.hash): point.customer for point in points}
    people = [customer for home in homes for customer in home.customers]
    found = {one.number: by_hash.get(fingerprints.phone_hash(one.phone)) for one in people}
    return {number: customer for number, customer in found.items() if customer is not None}


def _families(shop: Shop, homes: Iterable[Household], found: dict[str, Customer]) -> None:
    person = shop.one(Role.SERVICE_ADVISOR)
    for place, (home, user) in enumerate((house, user) for house in homes for user in house.users):
        owner, other = found.get(home.customers[0].number), found.get(user.customer)
        if owner and other:
            with told(_ago(shop, 150 - place % 120, place)), scope(person):
                relations.add(actor=person, customer_id=owner.pk, other_id=other.pk, kind=user.relation)


def _remarks(shop: Shop, people: list[Customer]) -> None:
    """Notes, a hold of marketing that was lifted, consents given and taken back, addresses put right by hand."""
    for place, customer in enumerate(people[4::17][:24]):
        person = shop.of(Role.SERVICE_ADVISOR)[place % 3]
        with told(_ago(shop, 90 - 3 * place, place)), scope(person):
            notes.write(actor=person, customer_id=customer.pk, text=NOTES[place % len(NOTES)])
    manager = shop.one(Role.CARE_MANAGER)
    for place, customer in enumerate(people[9::41][:9]):
        with told(_ago(shop, 70 - 5 * place, place)), scope(manager):
            if place % 3 == 0:
                holds.place(actor=manager, customer_id=customer.pk, reach=Hold.Reach.MARKETING,
                            reason="客户在柜台说活动短信太多，先停一停。")  # fmt: skip
            else:
                state = Consent.State.GIVEN if place % 3 == 1 else Consent.State.WITHDRAWN
                consents.record(
                    actor=manager, customer_id=customer.pk, purpose=Consent.Purpose.MARKETING,
                    channel=Consent.Channel.WECHAT, state=state, evidence="到店时在纸质授权书上签字",
                )  # fmt: skip


def _typed(shop: Shop, homes: Iterable[Household], found: dict[str, Customer]) -> None:
    """Addresses that a person entered: a later export has others, and the person's stay."""
    manager = shop.one(Role.CARE_MANAGER)
    wanted = [found[home.customers[0].number].pk for home in homes if by_hand(home.customers[0])]
    for place, pk in enumerate(wanted[: len(EDITED)]):
        with told(_ago(shop, 20 - place, place)), scope(manager):
            customers.change(
                actor=manager, customer_id=pk, version=Customer.objects.get(pk=pk).version,
                values={"address": EDITED[place]}, seen={"address": ""},
            )  # fmt: skip


def by_hand(person: Described) -> bool:
    """Whose address the first sheet left out."""
    return int(person.number[-6:]) % 40 == 7 and person.stage not in (Stage.INTENDING, Stage.POTENTIAL)


def _sold_on(shop: Shop, homes: Iterable[Household], found: dict[str, Customer]) -> None:
    """One car passes within a family."""
    home = next((home for home in homes if home.users and not home.customers[0].is_company), None)
    taker = found.get(home.users[0].customer) if home else None
    if home is None or taker is None:
        return
    person = shop.one(Role.SERVICE_MANAGER)
    moment = _ago(shop, 34, 1)
    with told(moment), scope(person):
        vehicle = Vehicle.objects.get(vin=home.cars[0].vin)
        Ownership.objects.filter(vehicle=vehicle, customer=taker, until__isnull=True).delete()
        transfers.transfer(
            actor=person, vehicle_id=vehicle.pk, version=vehicle.version, new_owner_id=taker.pk, on=moment.date(),
            reason=Transfer.Reason.FAMILY,
        )


def _handed_over(shop: Shop, people: list[Customer]) -> None:
    """An advisor came, looked after some customers for four months, and left; they went to a colleague."""
    manager, taker = shop.one(Role.STORE_MANAGER), shop.of(Role.SERVICE_ADVISOR)[1]
    with told(_ago(shop, 170, 0)), scope(manager):
        details = staff.Details(name="陈立", number="S019", title="服务顾问", roles=("service_advisor",))
        leaver = staff.join(actor=manager, details=details)
        given = [customer.pk for customer in people[5::23][:18]]
        assignments.assign(actor=manager, customer_ids=given, role="advisor", staff_id=leaver.pk)
    with told(_ago(shop, 41, 0)), scope(manager):
        handovers.hand_over(
            actor=manager, giver_id=leaver.pk, plan=Plan({taker.staff_id or 0: 1}), reason="个人原因离职，客户整体交接",
            note="都是熟客，年前要回访一遍。",
        )  # fmt: skip
        staff.depart(actor=manager, staff_id=leaver.pk)


def promised(shop: Shop, homes: list[Household], now: datetime) -> None:
    """What was promised to customers lately, and what people want to do by a time."""
    found, cars = _by_number(shop, homes), _cars(shop, homes)
    since = now - timedelta(days=PROMISED_DAYS)
    for home in homes:
        for promise in home.promises:
            customer = found.get(promise.customer)
            if customer and since < promise.made_at < now:
                _promise(shop, promise, customer, cars.get(promise.car))
    _leads(shop, homes, found, now)
    _chores(shop, now)


def _cars(shop: Shop, homes: Iterable[Household]) -> dict[str, int]:
    """By the world's number."""
    with scope(shop.system):
        by_vin = dict(Vehicle.objects.exclude(vin=None).values_list("vin", "pk"))
    return {car.number: by_vin[car.vin] for home in homes for car in home.cars if car.vin in by_vin}


def _promise(shop: Shop, promise: Promise, customer: Customer, vehicle_id: int | None) -> None:
    person = shop.people[promise.staff]
    with told(promise.made_at), scope(person):
        task = tasks.create_promise(
            actor=person, customer_id=customer.pk, vehicle_id=vehicle_id, title=promise.text, due_at=promise.due_at
        )
    if promise.kept_at:
        with told(promise.kept_at), scope(person):
            note = "已答复，客户没有别的问题。"
            why = Why("waiting", "等别的部门答复。")
            results.record(actor=person, task_ids=[task.pk], outcome=Task.Outcome.REACHED, note=note, why=why)


def _leads(shop: Shop, homes: Iterable[Household], found: dict[str, Customer], now: datetime) -> None:
    """Consultants follow people who think of buying."""
    for person in _intending(homes):
        customer, due = found.get(person.number), person.next_contact_at
        if customer is None or due is None:
            continue
        actor = shop.people[person.seller]
        days = shop.dice("lead", person.number).randrange(1, 7)
        made = min(due - timedelta(days=3), at(times.day_of(now) - timedelta(days=days), 10, 9 * days))
        with told(made), scope(actor):
            grade = f"{person.intent_grade} 级意向" if person.intent_grade else "潜在客户"
            tasks.create_todo(
                actor=actor, customer_id=customer.pk, due_at=due, title=f"跟进{grade}：约到店看车",
                detail=f"来源：{person.source}",
            )  # fmt: skip


def _intending(homes: Iterable[Household]) -> Iterator[Described]:
    for home in homes:
        for person in home.customers:
            if person.stage in (Stage.INTENDING, Stage.POTENTIAL) and person.next_contact_at:
                yield person


def _chores(shop: Shop, now: datetime) -> None:
    today = times.day_of(now)
    for role, titles in CHORES.items():
        for person in shop.of(role)[:1]:
            for place, title in enumerate(titles):
                due = at(today + timedelta(days=place), 16 + place, 30)
                with told(min(due - timedelta(days=1), now - timedelta(minutes=20))), scope(person):
                    tasks.create_todo(actor=person, title=title, due_at=due)


def sign_ins(shop: Shop, day: date, now: datetime) -> None:
    """The audit trail of a day: who came in the morning, who left in the evening. Once, and not on a holiday."""
    with scope(shop.system):
        had = Entry.objects.filter(type=SignedIn.name, at__range=(at(day, 0), at(day, 23)))
        if had.exists() or not calendar_of(shop.system.organisation_id).is_working_day(day):
            return
        for place, (login, person) in enumerate(shop.people.items()):
            rng = shop.dice("sign-in", login, day)
            arrived = at(day, 8, 15) + timedelta(minutes=rng.randrange(45), seconds=rng.randrange(60))
            left = at(day, 17, 40) + timedelta(minutes=rng.randrange(60))
            if arrived < now and rng.random() < 0.9:
                device = SignedIn(address=f"10.18.4.{20 + place}", device=BROWSERS[place % 5])
                journal.record(device, actor=person, at=arrived)
            if left < now and rng.random() < 0.5:
                journal.record(SignedOut(), actor=person, at=left)


def office(world: World, now: datetime) -> None:
    """The manufacturer's own trail."""
    system = actors.system(Organisation.objects.get(code=world.manufacturer.code))
    with scope(system):
        people = [actors.of_staff(person) for person in Staff.objects.order_by("pk")]
        journal.record(OrganisationChanged(changes=("address", "phone")), actor=people[1], at=now - timedelta(days=9))
        for days in range(10, -1, -1):
            for place, person in enumerate(people):
                moment = at(times.day_of(now) - timedelta(days=days), 8, 40 + 3 * place)
                if moment < now and (days + place) % 3:
                    journal.record(SignedIn(address="10.2.0.9", device=BROWSERS[place]), actor=person, at=moment)


def _ago(shop: Shop, days: int, place: int) -> datetime:
    rng = shop.dice("ago", days, place)
    return at(shop.world.today - timedelta(days=days), rng.randrange(9, 17), rng.randrange(60))
