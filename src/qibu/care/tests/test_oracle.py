"""The planner against an independent one in plain Python, day after day, over small stores made at random."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qibu.care.models import Due
from qibu.care.services import planner
from qibu.care.tests import builders
from qibu.customers.models import Hold
from qibu.kernel.days import add_months
from qibu.kernel.scoping import scope
from qibu.network.services import actors
from qibu.tasks.models import Task

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


def expected(facts: list[Fact]) -> dict[tuple[int, str], str]:
    """State of every task after the last day, if nobody lifts a finger and backlog isn't given out."""
    tasks: dict[tuple[int, str, date], tuple[str, int]] = {}
    for number in range(DAYS):
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
    return {(which, name): state for (which, name, _due), state in tasks.items()}


def build(fact: Fact, actor) -> None:
    owner = builders.customer()
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
