"""A quarter of leads for a store of the demo, with how they went: written as sets, as the services would have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from qibu.contracts.leads import (
    LeadAnswered,
    LeadAssigned,
    LeadLost,
    LeadReceived,
    LeadStageChanged,
    LeadWon,
)
from qibu.contracts.tasks import TaskTried
from qibu.customers.models import Customer
from qibu.demo import enrich, people, sales_cars, sales_stories, sets
from qibu.demo.records import Customer as Described
from qibu.demo.records import Household, Role, Stage
from qibu.demo.sales_scores import Course, Score
from qibu.demo.sales_stories import STAGES, Story
from qibu.demo.shop import Shop, at
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.events import Event
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, StageChange, Tally
from qibu.leads.rules import DEFAULT_PACE, Behaviour, Grade, Reason, graded
from qibu.leads.services.following import FIRST, FOLLOW
from qibu.tasks.models import Attempt, Task
from qibu.tasks.services import clocks

FIRST_NUMBER = 9_000_000  # of people whom no other sheet knows
SHARE = 0.32  # prospects of a quarter for each customer on file
Load = Callable[[str, list[Household]], None]
Happened = tuple[datetime, Actor, Event]


@dataclass
class Told:
    """A story with the rows that tell it."""

    story: Story
    described: Described
    seller: Actor | None
    customer: Customer
    lead: Lead


def plant(shop: Shop, homes: list[Household], load: Load, now: datetime) -> None:
    """`load` brings people onto the files as a sheet of leads would."""
    found = [*_prospects(shop, now), *_buyers(shop, homes)]
    new = [_home(described) for story, described, _seller in found if story.state != "won"]
    load("展厅和网络线索登记.xlsx", new)
    with scope(shop.system):
        files = enrich.files_of(described for _story, described, _seller in found)
        told = [
            Told(story, described, seller, files[described.number], _lead(shop, story, seller, files[described.number]))
            for story, described, seller in found
            if described.number in files
        ]
        _keep_files(told)
        _write(shop, told, now)


Found = tuple[Story, Described, Actor | None]


def _prospects(shop: Shop, now: datetime) -> Iterator[Found]:
    sellers, rng = shop.of(Role.SALES_CONSULTANT), shop.dice("prospects", times.day_of(now))
    count = round(shop.world.customer_count * SHARE)
    for story in sales_stories.of_prospects(rng, now, count, len(sellers)):
        yield story, _somebody(shop, rng, story), sellers[story.seller] if story.seller >= 0 else None


def _somebody(shop: Shop, rng: Random, story: Story) -> Described:
    desk = shop.world.desk(shop.described)
    stage = Stage.INTENDING if story.state == "open" else Stage.POTENTIAL
    days = (shop.world.today - times.day_of(story.received_at)).days
    drawn = people.customer(rng, desk, people.Outline(FIRST_NUMBER + story.number, stage, False, days))
    login = "" if story.seller < 0 else desk.sellers[story.seller]
    return replace(drawn, seller=login, birthday=None, lunar_birthday=None, address="", tags=(), second_phone="")


def _home(person: Described) -> Household:
    return Household((person,), (), (), (), (), (), (), ())


def _buyers(shop: Shop, homes: Sequence[Household]) -> Iterator[Found]:
    """Who took a car home in the quarter, once each."""
    since = shop.world.today - timedelta(days=sales_stories.QUARTER)
    for number, home in enumerate(homes):
        car = next((car for car in home.cars if car.delivered_at.date() >= since), None)
        if car is not None and car.owner == home.customers[0].number:
            rng = shop.dice("buyer", home.customers[0].number)
            story = sales_stories.of_buyer(rng, number, car.model, car.colour, car.delivered_at)
            yield story, home.customers[0], shop.people.get(car.seller)


# Rows -------------------------------------------------------------------------------------------
def _lead(shop: Shop, story: Story, seller: Actor | None, customer: Customer) -> Lead:
    model = story.model
    last = story.steps[-1].at if story.steps else story.received_at
    on = times.day_of(story.closed_at or times.now())
    return Lead(
        organisation_id=shop.system.organisation_id, customer=customer, state=story.state, stage=story.stage,
        stage_at=last, source=story.source,
        campaign=sales_stories.CAMPAIGNS.get(story.source, ""), door=story.door, received_at=story.received_at,
        answered_at=story.answered_at, heard_at=_heard(story), brand=sales_cars.BRAND,
        series=model.series.name, model=sales_cars.trim(model), model_code=model.code, colour=story.colour,
        buys_by=story.buys_by, payment=story.payment, trade_in=story.trade_in, remark=story.remark,
        consultant_id=seller.staff_id if seller else None, assigned_at=story.received_at if seller else None,
        assigned_why={"code": _why(story, seller)}, grade=_grade(story, on),
        competitors=" ".join(filter(None, story.rival)), closed_at=story.closed_at,
        closed_by_id=seller.staff_id if seller and story.closed_at else None, loss=story.loss[0],
        loss_detail=story.loss[1], lost_brand=story.rival[0] if story.state == "lost" else "",
        lost_series=story.rival[1] if story.state == "lost" else "", retry_on=story.retry_on,
        **_checked(shop, story),
        created_at=story.received_at, updated_at=max(last, story.closed_at or last),
    )  # fmt: skip


def _checked(shop: Shop, story: Story) -> dict[str, Any]:
    """What is older than a week the manager has looked at."""
    if story.state != "lost" or story.closed_at is None or times.now() - story.closed_at < timedelta(days=7):
        return {}
    return {
        "loss_checked_at": story.closed_at + timedelta(days=3),
        "loss_checked_by_id": shop.one(Role.SALES_MANAGER).staff_id,
    }


def _heard(story: Story) -> datetime | None:
    return story.steps[-1].at if story.steps else story.answered_at


def _grade(story: Story, on: date) -> Grade:
    """As the product would have it by now."""
    came = {step.stage: step.at for step in story.steps}
    behaviour = Behaviour(came.get("visited"), came.get("driven"), came.get("quoted"), _heard(story))
    return graded(story.buys_by, behaviour, story.closed_at or times.now(), on).grade


def _why(story: Story, seller: Actor | None) -> Reason:
    if seller is None:
        return Reason.NOBODY
    return Reason.RECEIVED if story.source in sales_stories.AT_THE_HOUSE else Reason.TURN


def _keep_files(told: Sequence[Told]) -> None:
    """People are on file since they came; the sheet was typed later."""
    new = [one for one in told if one.story.state != "won"]
    for one in new:
        one.customer.created_at = one.story.received_at
        one.customer.source = one.story.source
    sets.update([one.customer for one in new], ("created_at", "source"))


def _write(shop: Shop, told: Sequence[Told], now: datetime) -> None:
    organisation_id = shop.system.organisation_id
    for one in told:
        if one.story.state == "open":
            one.lead.next_task = _next(shop, one, now)
            _heard_since(shop, one)
    Task.objects.bulk_create(one.lead.next_task for one in told if one.lead.next_task is not None)
    courses, score = [Course(one.lead, list(_changes(one))) for one in told], Score()
    score.play(courses)
    Tally.objects.bulk_create(score.tallies(organisation_id))
    Lead.objects.bulk_create(one.lead for one in told)
    done = [task for one in told for task in _done(shop, one)]
    Task.objects.bulk_create(done)
    Attempt.objects.bulk_create(
        Attempt(
            organisation_id=organisation_id, task=task, outcome=task.outcome, note=task.note,
            at=task.closed_at or now, by_id=task.closed_by_id,
        )
        for task in done
    )  # fmt: skip
    StageChange.objects.bulk_create(_of_saved(courses))
    clocks.start_for_tasks(actor=shop.system)
    happened = [event for one in told for event in _happened(shop, one)]
    happened += [(task.closed_at or now, _person(shop, task), _tried(task)) for task in done]
    journal.record_history(sorted(happened, key=lambda row: row[0]), organisation_id=organisation_id)


def _heard_since(shop: Shop, one: Told) -> None:
    """Who planned the next action had spoken to the customer, but for some."""
    task = one.lead.next_task
    if task is not None and one.story.answered_at and shop.dice("heard", one.described.number).random() > 0.1:
        one.lead.heard_at = max(task.created_at, one.story.answered_at)


def _of_saved(courses: Sequence[Course]) -> Iterator[StageChange]:
    """Changes know the number of their lead once it is stored."""
    for course in courses:
        for change in course.changes:
            change.lead = course.lead
            yield change


def _next(shop: Shop, one: Told, now: datetime) -> Task:
    story, first = one.story, one.story.stage == STAGES[0]
    planned, due = _planned(shop, one, now)
    return Task(
        organisation_id=shop.system.organisation_id, category=Task.Category.FOLLOW_UP, kind=FIRST if first else FOLLOW,
        title=story.next_what, customer=one.customer, assignee_id=one.lead.consultant_id,
        assigned_at=planned if one.seller else None, desk=Task.Desk.SALES, due_at=due, shown_from=planned,
        created_at=planned, facts={"car": one.lead.car, "lead": 0}, created_by_id=one.lead.consultant_id,
    )  # fmt: skip


def _planned(shop: Shop, one: Told, now: datetime) -> tuple[datetime, datetime]:
    """Since when the next action is planned, and for when: as the grade has it, but for a few."""
    story, rng = one.story, shop.dice("next", one.described.number)
    due, every = story.next_at or now, DEFAULT_PACE[Grade(one.lead.grade)].every
    begun = max(_heard(story) or story.received_at, now - every * rng.uniform(0.1, 0.7))
    too_late = due > begun + every or (story.buys_by is not None and times.day_of(due) > story.buys_by)
    if too_late and rng.random() > 0.06:
        left = (story.buys_by - times.day_of(begun)).days if story.buys_by else every.days
        every = min(every, timedelta(days=max(left, 1)))
        wanted = begun + every * rng.uniform(0.6, 1)
        due = at(times.day_of(wanted), rng.randrange(9, 18), rng.choice((0, 30)))
    return min(begun, due - timedelta(minutes=20)), due


def _done(shop: Shop, one: Told) -> Iterator[Task]:
    """The word that brought the lead to each of its stages."""
    began = one.story.received_at
    for step in one.story.steps:
        yield Task(
            organisation_id=shop.system.organisation_id, category=Task.Category.FOLLOW_UP, kind=FOLLOW, title="跟进",
            state=Task.State.DONE, outcome=Task.Outcome.REACHED, note=step.said, customer=one.customer,
            assignee_id=one.lead.consultant_id, assigned_at=began, desk=Task.Desk.SALES, due_at=step.at,
            shown_from=began, created_at=began, closed_at=step.at, closed_by_id=one.lead.consultant_id, attempts=1,
            facts={"car": one.lead.car, "lead": one.lead.pk, "title_en": "Follow up"},
        )  # fmt: skip
        began = step.at


def _changes(one: Told) -> Iterator[StageChange]:
    was, base = "", {"organisation_id": one.lead.organisation_id, "lead": one.lead, "by_id": one.lead.consultant_id}
    yield StageChange(**base, was=was, stage=STAGES[0], at=one.story.received_at)
    was = STAGES[0]
    for step in one.story.steps:
        yield StageChange(**base, was=was, stage=step.stage, at=step.at)
        was = step.stage


# The journal ------------------------------------------------------------------------------------
def _happened(shop: Shop, one: Told) -> Iterator[Happened]:
    story, lead, who = one.story, one.lead, one.seller or shop.system
    about, came = lead.about(), story.received_at
    received = LeadReceived(**about, source=story.source, door=story.door, car=lead.car, interest=lead.interest)
    yield came, who if story.source in sales_stories.AT_THE_HOUSE else shop.system, received
    name = one.seller.name if one.seller else ""
    yield came, who, LeadAssigned(
        **about, staff_id=lead.consultant_id, staff_name=name, reason=lead.assigned_why["code"]
    )  # fmt: skip
    if story.answered_at:
        minutes = min(round((story.answered_at - came) / timedelta(minutes=1)), 240)
        yield story.answered_at, who, LeadAnswered(**about, after_minutes=minutes)
    was = STAGES[0]
    for step in story.steps:
        yield step.at, who, LeadStageChanged(**about, was=was, stage=step.stage)
        was = step.stage
    if story.closed_at:
        yield story.closed_at, who, _end(one)


def _end(one: Told) -> Event:
    story, about = one.story, one.lead.about()
    if story.state == "won":
        return LeadWon(**about, car=one.lead.car)
    reason, detail = story.loss
    return LeadLost(
        **about, reason=reason, detail=detail, lost_to=" ".join(story.rival).strip(), retry_on=story.retry_on
    )


def _person(shop: Shop, task: Task) -> Actor:
    return next((one for one in shop.people.values() if one.staff_id == task.closed_by_id), shop.system)


def _tried(task: Task) -> TaskTried:
    return TaskTried(**clocks.about(task), outcome=task.outcome, note=task.note, next_at=None)
