"""Birthdays, deliveries, warranties and days of the calendar become work for the right people, once."""

from __future__ import annotations

from datetime import date, timedelta

from qibu.care.models import Due, Plan
from qibu.care.services import dues, planner
from qibu.care.tests import builders
from qibu.customers.models import Hold
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import current_actor
from qibu.tasks.models import Task

TODAY = date(2026, 11, 25)  # a Wednesday
MID_AUTUMN, SPRING = date(2026, 9, 25), date(2027, 2, 6)


def reckon_people(on: date = TODAY) -> None:
    people = list(builders.Customer.objects.values_list("pk", flat=True))
    dues.refresh_people(actor=current_actor(), customer_ids=people, on=on)


def work(actor: Actor, *days: date) -> list[tuple[str, str, str]]:
    for day in days:
        planner.plan(actor=actor, on=day)
    rows = Task.objects.order_by("kind", "customer__name", "pk")
    return list(rows.values_list("kind", "customer__name", "state"))


def test_a_birthday_is_greeted_once_on_its_day_and_again_next_year(actor: Actor) -> None:
    builders.customer("王芳", birthday=date(1985, 11, 25))
    builders.customer("李伟", birthday=date(1985, 11, 28))
    reckon_people()
    assert work(actor, TODAY, TODAY) == [("birthday/day0", "王芳", "open")]
    Task.objects.update(state="done")
    later = date(2027, 11, 25)
    for day in (TODAY + timedelta(40), later):  # the year goes by
        planner.plan(actor=actor, on=day)
    assert Task.objects.filter(customer__name="王芳", kind="birthday/day0").count() == 2


def test_a_firm_has_no_birthday_and_a_corrected_one_moves(actor: Actor) -> None:
    builders.customer("某公司", kind="company", birthday=date(1985, 11, 25))
    someone = builders.customer("王芳", birthday=date(1985, 11, 25))
    reckon_people()
    planner.plan(actor=actor, on=TODAY)
    someone.birthday = date(1985, 12, 1)
    someone.save()
    reckon_people()
    assert work(actor, TODAY) == [("birthday/day0", "王芳", "open")]
    task = Task.objects.get()
    assert task.facts["day"] == "2026-12-01"
    assert Due.objects.filter(trigger="birthday", over=False).count() == 1


def test_an_erased_birthday_takes_its_greeting_along(actor: Actor) -> None:
    someone = builders.customer("王芳", birthday=date(1985, 11, 25))
    reckon_people()
    planner.plan(actor=actor, on=TODAY)
    builders.Customer.objects.filter(pk=someone.pk).update(birthday=None)
    reckon_people()
    assert work(actor, TODAY) == [("birthday/day0", "王芳", "cancelled")]


def test_a_car_handed_over_is_followed_through_its_first_month(actor: Actor) -> None:
    seller, advisor = builders.staff("销售"), builders.staff("顾问")
    owner = builders.customer("王芳", seller=seller, advisor=advisor)
    bought = TODAY - timedelta(1)
    car = builders.car(owner, purchased_on=bought)
    builders.reckon(car, on=TODAY)
    found = {}
    for number in range(45):
        planner.plan(actor=actor, on=TODAY + timedelta(number))
        for task in Task.objects.filter(kind__startswith="delivery_care/"):
            found.setdefault(task.kind, (number + 1, task.assignee.name))
    assert found == {
        "delivery_care/hour24": (1, "销售"), "delivery_care/day3": (3, "销售"), "delivery_care/day7": (7, "顾问"),
        "delivery_care/day30": (30, "顾问"),
    }  # fmt: skip


def test_a_car_bought_long_ago_begins_no_delivery_care(actor: Actor) -> None:
    car = builders.car(builders.customer(), purchased_on=TODAY - timedelta(300))
    builders.reckon(car, on=TODAY)
    assert not Due.objects.filter(trigger="delivery").exists()


def test_the_end_of_a_warranty_follows_the_odometer(actor: Actor) -> None:
    car = builders.car(
        builders.customer("王芳"), purchased_on=TODAY - timedelta(700), warranty_until=TODAY + timedelta(55)
    )
    builders.reckon(car, on=TODAY)
    kinds = [kind for kind, _who, _state in work(actor, TODAY) if kind.startswith("warranty")]
    assert kinds == ["warranty_end/before60"]
    builders.Vehicle.objects.filter(pk=car.pk).update(warranty_until=TODAY + timedelta(400))
    builders.reckon(car, on=TODAY)
    planner.plan(actor=actor, on=TODAY)
    task = Task.objects.get(kind="warranty_end/before60")
    assert task.facts["day"] == (TODAY + timedelta(340)).isoformat()


def test_a_festival_is_for_key_customers_once(actor: Actor) -> None:
    builders.customer("贵宾", vip=True)
    builders.customer("桩脚", influencer=True)
    builders.customer("路人")
    builders.customer("还没买", vip=True, stage="potential")
    days = [SPRING - timedelta(number) for number in range(8, -3, -1)]
    assert work(actor, *days) == [
        ("spring_festival/before3", "桩脚", "expired"), ("spring_festival/before3", "贵宾", "expired"),
    ]  # fmt: skip
    assert Due.objects.filter(trigger="calendar").count() == 2


def test_a_store_may_ask_for_more_and_a_plan_switched_off_asks_nobody(actor: Actor) -> None:
    builders.customer("路人")
    plan = Plan.objects.get(code="mid_autumn")
    own = Plan.objects.create(
        organisation_id=actor.organisation_id, code=plan.code, name=plan.name, trigger=plan.trigger,
        occasion=plan.occasion, audience={"stage": ["owner"]},
    )  # fmt: skip
    own.steps.create(
        organisation_id=actor.organisation_id, code="before1", order=1, offset_days=-1, valid_days=2,
        category="greeting", title="中秋",
    )  # fmt: skip
    day = MID_AUTUMN - timedelta(1)
    assert work(actor, day) == [("mid_autumn/before1", "路人", "open")]
    Plan.objects.filter(pk=own.pk).update(active=False)
    assert work(actor, day) == [("mid_autumn/before1", "路人", "cancelled")]


def test_winter_is_spoken_of_where_it_is_cold(actor: Actor) -> None:
    builders.customer("北方", vip=True, province="黑龙江省")
    builders.customer("南方", vip=True, province="安徽省")
    assert work(actor, date(2026, 11, 7)) == [("winter_care/day0", "北方", "open")]


def test_a_condition_on_cars_asks_one_of_the_customers_cars(actor: Actor) -> None:
    with_battery, without = builders.customer("电车", vip=True), builders.customer("油车", vip=True)
    builders.car(with_battery, energy="electric")
    builders.car(without, energy="petrol")
    own = Plan.objects.create(
        organisation_id=actor.organisation_id, code="summer_care", name="入夏", trigger="calendar", occasion="lixia",
        audience={"energy": ["electric"]},
    )  # fmt: skip
    own.steps.create(
        organisation_id=actor.organisation_id, code="day0", order=1, offset_days=0, valid_days=14,
        category="greeting", title="入夏",
    )  # fmt: skip
    assert work(actor, date(2026, 5, 5)) == [("summer_care/day0", "电车", "open")]


def test_who_is_not_to_be_approached_is_not_greeted(actor: Actor) -> None:
    someone = builders.customer("王芳", birthday=date(1985, 11, 25))
    Hold.objects.create(
        organisation_id=actor.organisation_id, customer=someone, reach="everything", reason="x", source="x"
    )
    reckon_people()
    assert work(actor, TODAY) == []


def test_a_corrected_day_of_purchase_keeps_the_first_owners_delivery(actor: Actor) -> None:
    """The part in the car still says the day that was typed at first; a buyer's part says the truth."""
    car = builders.car(builders.customer(), purchased_on=TODAY)
    car.ownerships.update(since=TODAY)
    builders.Vehicle.objects.filter(pk=car.pk).update(purchased_on=TODAY - timedelta(2))
    builders.reckon(car, on=TODAY)
    assert Due.objects.get(trigger="delivery", over=False).due_on == TODAY - timedelta(2)
    car.ownerships.update(until=TODAY)
    car.ownerships.create(organisation_id=actor.organisation_id, customer=builders.customer(), since=TODAY)
    builders.reckon(car, on=TODAY)
    assert not Due.objects.filter(trigger="delivery", over=False).exists()
