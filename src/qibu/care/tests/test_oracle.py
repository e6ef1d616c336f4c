"""The planner against an independent one in plain Python, day after day, over small stores made at random."""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qibu.care.models import CarePolicy, Due
from qibu.care.services import planner
from qibu.care.tests import builders
from qibu.customers.models import Hold
from qibu.kernel.days import add_months
from qibu.kernel.scoping import scope
from qibu.network.services import actors
from qibu.tasks.models import Task
from qibu.tasks.services import calendars

START, DAYS = date(2027, 3, 1), 60
# plan/step → trigger, days from the due, days of validity, what the inspection must be
STEPS = {
    "visit_followup/day3": ("visit_closed", 3, 4, None),
    "maintenance_due/before14": ("maintenance", -14, 14, None),
    "maintenance_due/day0": ("maintenance", 0, 30, None),
    "maintenance_due/after30": ("maintenance", 30, 30, None),
    "insurance_end/before60": ("insurance", -60, 30, None),
    "insurance_end/before30": ("insurance", -30, 23, None),
    "insurance_end/before7": ("insurance", -7, 8, None),
    "inspection_mark/before30": ("inspection", -30, 30, "mark"),
    "inspection_line/before60": ("inspection", -60, 46, "line"),
    "inspection_line/before14": ("inspection", -14, 30, "line"),
    "warranty_end/before60": ("warranty", -60, 46, None),
    "warranty_end/before14": ("warranty", -14, 15, None),
}


@dataclass
class Fact:
    """A car as the test makes it: days before (or, of the policy's end, after) the start of the store."""

    bought: int
    maintained: int | None
    closed: int | None
    policy: int | None
    held: bool
    renewed_on: int | None = None  # the day of the run on which the policy is renewed
    vehicle: object = None
    dues: list = field(default_factory=list)


FACTS = st.builds(
    Fact,
    bought=st.integers(100, 4300), maintained=st.none() | st.integers(1, 300), closed=st.none() | st.integers(0, 30),
    policy=st.none() | st.integers(-20, 130), held=st.sampled_from([False, False, False, True]),
    renewed_on=st.none() | st.integers(1, DAYS - 1),
)  # fmt: skip


def dues_of(fact: Fact) -> list[tuple[str, date, str | None]]:
    """Trigger, day, kind of inspection: reckoned in another way than the rules do, for cars without readings."""
    bought = START - timedelta(fact.bought)
    found = []
    if fact.maintained is not None:
        start, months = START - timedelta(fact.maintained), 6
    else:
        start, months = bought, 6
        # 5,000 km at 40 km a day come before the six months
        found.append(("maintenance", min(add_months(start, months), start + timedelta(125)), None))
    if fact.maintained is not None:
        found.append(("maintenance", add_months(start, months), None))
    if fact.closed is not None:
        found.append(("visit_closed", START - timedelta(fact.closed), None))
    if fact.policy is not None:
        found.append(("insurance", START + timedelta(fact.policy), None))
    # The least by law: three years come before 60,000 km at 40 km a day.
    found.append(("warranty", add_months(bought, 36) - timedelta(1), None))
    for year in range(2, 40):
        if year >= 10 or year % 2 == 0:
            kind = "mark" if year in (2, 4, 8) else "line"
            found.append(("inspection", add_months(bought, 12 * year), kind))
    return found


Tasks = dict[tuple[int, str, date], str]


def nothing(_tasks: Tasks, _today: date) -> None:
    """Backlog isn't given out."""


def expected(facts: list[Fact], days: int = DAYS, give_out=nothing) -> dict[tuple[int, str], str]:
    """State of every task after so many days, if nobody lifts a finger."""
    tasks: Tasks = {}
    for number in range(days):
        today = START + timedelta(number)
        for which, fact in enumerate(facts):
            for trigger, due, kind in dues_of(fact):
                over = trigger == "insurance" and fact.renewed_on is not None and number >= fact.renewed_on
                for name, (wanted, offset, valid, inspection) in STEPS.items():
                    key, day = (which, name, due), due + timedelta(offset)
                    if wanted != trigger or inspection != kind:
                        continue
                    if over and tasks.get(key) in ("open", "backlog"):
                        tasks[key] = "cancelled"
                    if over or fact.held:
                        continue
                    if key not in tasks and day <= today < day + timedelta(valid):
                        tasks[key] = "open" if day >= START else "backlog"
                    if tasks.get(key) in ("open", "backlog") and today >= day + timedelta(valid):
                        tasks[key] = "expired"
        give_out(tasks, today)
    return {(which, name): state for (which, name, _due), state in tasks.items()}


def build(fact: Fact, actor, owner=None) -> None:
    owner = owner or builders.customer()
    if fact.held:
        Hold.objects.create(organisation_id=actor.organisation_id, customer=owner, reach="everything")
    bought = START - timedelta(fact.bought)
    fact.vehicle = builders.car(owner, energy="", series="", purchased_on=bought)
    if fact.maintained is not None:
        on = START - timedelta(fact.maintained)
        builders.visit(fact.vehicle, None, opened_on=on, maintenance=True)
    if fact.closed is not None:
        builders.visit(fact.vehicle, START - timedelta(fact.closed))
    if fact.policy is not None:
        builders.policy(fact.vehicle, START + timedelta(fact.policy))


def renew(fact: Fact) -> None:
    if fact.policy is not None:
        builders.policy(fact.vehicle, START + timedelta(fact.policy + 900))


@pytest.mark.by_turns
@pytest.mark.django_db
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(FACTS, min_size=8, max_size=14))
def test_sixty_days_are_planned_as_by_hand(monkeypatch, facts):
    monkeypatch.setattr(planner._Run, "_release", lambda run: None)  # what is given out has tests of its own
    with scope(actors.system(builders.organisation())) as actor:
        for fact in facts:
            build(fact, actor)
        builders.reckon(*[fact.vehicle for fact in facts], on=START)
        for number in range(DAYS):
            today = START + timedelta(number)
            for fact in facts:
                if fact.renewed_on == number:
                    renew(fact)
                    builders.reckon(fact.vehicle, on=today)
            planner.plan(actor=actor, on=today)
        places = {fact.vehicle.pk: which for which, fact in enumerate(facts)}
        rows = Task.objects.values_list("vehicle_id", "kind", "state")
        found = {(places[vehicle], kind): state for vehicle, kind, state in rows}
        assert found == expected(facts)
        assert Due.objects.filter(over=False, trigger="inspection").count() == len(facts)


@pytest.mark.by_turns
@pytest.mark.django_db
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(FACTS, min_size=8, max_size=14))
def test_planning_the_last_day_alone_gives_what_is_still_valid(monkeypatch, facts):
    monkeypatch.setattr(planner._Run, "_release", lambda run: None)
    living = []
    last = START + timedelta(29)
    for days in (range(30), [29]):
        with scope(actors.system(builders.organisation())) as actor:
            for fact in facts:
                build(fact, actor)
            builders.reckon(*[fact.vehicle for fact in facts], on=START)
            for number in days:
                planner.plan(actor=actor, on=START + timedelta(number))
            assert not any(planner.plan(actor=actor, on=last).counts().values())
            places = {fact.vehicle.pk: which for which, fact in enumerate(facts)}
            rows = Task.objects.filter(state__in=("open", "backlog")).values_list("vehicle_id", "kind", "state")
            living.append({(places[vehicle], kind): state for vehicle, kind, state in rows})
    assert living[0] == living[1]


CAP, CLOSED = 2, frozenset(START + timedelta(at) for at in (0, 3, 4, 5, 11))
CALLED = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, None])), min_size=7, max_size=7)


def by_hand(owners: list[tuple[int, int | None]]):
    """Each morning on which the store works everybody gets the best customers that wait, and of these all there is."""

    def give_out(tasks: Tasks, today: date) -> None:
        waiting = {key[0] // 2 for key, state in tasks.items() if state == "backlog"}
        for person in {person for _spent, person in owners}:
            theirs = [owner for owner in waiting if owners[owner][1] == person]
            theirs.sort(key=lambda owner: (-owners[owner][0], owner))
            many = 2 * CAP if person is None else CAP  # two people take from the pool
            for key, state in tasks.items():
                if today not in CLOSED and state == "backlog" and key[0] // 2 in theirs[:many]:
                    tasks[key] = "open"

    return give_out


@pytest.mark.by_turns
@pytest.mark.django_db
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(FACTS, min_size=14, max_size=14), CALLED)
def test_backlog_is_given_out_as_by_hand(facts, owners):
    """Two cars a customer are one call; days on which the store is closed give out nothing; value comes first."""
    facts = [replace(fact, held=False, renewed_on=None) for fact in facts]
    with scope(actors.system(builders.organisation())) as actor:
        people = [builders.staff(roles=["service_advisor"]) for _ in range(2)]
        CarePolicy.objects.create(organisation_id=actor.organisation_id, daily_backlog=CAP, due_time=time(18))
        for day in CLOSED:
            calendars.set_day(actor=actor, day=day, working=False)
        for which, (spent, person) in enumerate(owners):
            owner = builders.customer(advisor=None if person is None else people[person])
            for fact in facts[2 * which : 2 * which + 2]:
                build(fact, actor, owner)
            builders.visit(fact.vehicle, None, opened_on=START - timedelta(40), customer=owner, total=spent)
        builders.reckon(*[fact.vehicle for fact in facts], on=START)
        places = {fact.vehicle.pk: which for which, fact in enumerate(facts)}
        for number in range(14):
            for _again in range(2):
                planner.plan(actor=actor, on=START + timedelta(number))
            rows = Task.objects.values_list("vehicle_id", "kind", "state")
            found = {(places[vehicle], kind): state for vehicle, kind, state in rows}
            assert found == expected(facts, number + 1, by_hand(owners)), f"day {number}"
