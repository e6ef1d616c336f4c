"""What an organisation says of a plan counts field by field, nearest first; of its own words the narrower line's."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qibu.care.models import CarePolicy, Plan, PlanOverride
from qibu.care.rules import EVERY_CAR, ProductLine
from qibu.care.selectors.plans import Book, policy
from qibu.care.services import planner
from qibu.care.services import plans as acts
from qibu.care.services.plans import PlanEdit
from qibu.care.tests import builders
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.tasks.models import Task

DAY = timedelta(days=1)
CODE = "insurance_end"
FIELDS = ("active", "before60.offset_days", "before30.title", "before7.script")
VALUES = {"active": [True, False], "before60.offset_days": [-50, -45], "before30.title": ["早", "晚"],
          "before7.script": ["您好", "在吗"]}  # fmt: skip


@pytest.fixture
def line(db) -> list[Organisation]:
    """Store, region, manufacturer."""
    top = Organisation.objects.create(code="M", name="厂家", kind="manufacturer")
    region = Organisation.objects.create(code="R", name="大区", kind="region", parent=top)
    return [Organisation.objects.create(code="S", name="门店", parent=region), region, top]


def system(organisation: Organisation) -> Actor:
    return actors.system(organisation)


def said(organisation: Organisation, cars: ProductLine = EVERY_CAR, code: str = CODE, **values: object) -> None:
    """`before60__offset_days=-45` is a field of a step."""
    with scope(system(organisation)) as actor:
        living = Book(organisation.pk).living(code, cars)
        assert living is not None
        steps: dict[str, dict[str, object]] = {}
        for name, value in values.items():
            step, _dots, field = name.partition("__")
            if field:
                steps.setdefault(step, {})[field] = value
        active = bool(values.get("active", living.row.active))
        acts.change(actor=actor, code=code, edit=PlanEdit(active, steps, living.version, cars))


def counts(organisation: Organisation, name: str, cars: ProductLine = EVERY_CAR) -> object:
    with scope(system(organisation)):
        living = Book(organisation.pk).living(CODE, cars)
        assert living is not None
        return living.value(name)


def test_a_store_that_changed_one_field_gets_what_changes_above_in_the_others(line):
    store, region, top = line
    said(store, before60__offset_days=-45)
    said(top, before60__offset_days=-55, before60__script="{customer}您好，保险快到期了。")
    assert counts(store, "before60.offset_days") == -45
    assert counts(store, "before60.script") == "{customer}您好，保险快到期了。"
    assert counts(region, "before60.offset_days") == -55


def test_what_is_as_above_is_not_said_here(line):
    store, _region, top = line
    said(store, before60__offset_days=-45)
    said(store, before60__offset_days=-60)
    with scope(system(store)):
        assert not PlanOverride.objects.exists()
    said(top, before60__offset_days=-70)
    assert counts(store, "before60.offset_days") == -70


def test_the_nearer_organisation_goes_before_the_narrower_line(line):
    store, _region, top = line
    electric = ProductLine(energy="electric")
    said(top, ProductLine(series="听松", energy="electric"), before60__offset_days=-40)
    said(top, electric, before60__offset_days=-41, before30__title="纯电续保")
    car = ProductLine("朔川", "听松 520km", "electric")
    assert counts(store, "before60.offset_days", car) == -40
    said(store, before60__offset_days=-45)
    assert counts(store, "before60.offset_days", car) == -45
    assert counts(store, "before30.title", car) == "纯电续保"
    assert counts(store, "before30.title", ProductLine("朔川", "青禾", "petrol")) != "纯电续保"
    said(store, electric, before60__offset_days=-42)
    assert counts(store, "before60.offset_days", car) == -42


def test_back_to_what_is_above_with_one_trace(line):
    store, _region, _top = line
    said(store, before60__offset_days=-45, active=False)
    with scope(system(store)) as actor:
        acts.inherit_again(actor=actor, code=CODE)
        acts.inherit_again(actor=actor, code=CODE)
        told = [entry.data["changes"] for entry in Entry.objects.filter(type="care.PlanChanged").order_by("pk")]
    assert told == [["active", "before60.offset_days"], ["inherited"]]
    assert counts(store, "active") is True and counts(store, "before60.offset_days") == -60


def test_what_was_changed_above_meanwhile_is_not_written_over_unseen(line):
    store, _region, top = line
    with scope(system(store)):
        seen = Book(store.pk).living(CODE).version
    said(top, before60__offset_days=-70)
    with scope(system(store)) as actor, pytest.raises(acts.ChangedMeanwhile):
        acts.change(actor=actor, code=CODE, edit=PlanEdit(True, {"before60": {"offset_days": -60}}, seen))


def test_words_on_a_step_that_is_gone_do_no_harm(line):
    store, _region, _top = line
    with scope(system(store)):
        PlanOverride.objects.create(organisation=store, code=CODE, values={"gone.title": "没有了", "active": False})
    with scope(system(store)):
        living = Book(store.pk).living(CODE)
    assert living.row.active is False and "gone.title" not in living.said


def test_how_the_backlog_is_worked_through_is_inherited_number_by_number(line):
    store, _region, top = line
    with scope(system(top)) as actor:
        acts.change_policy(actor=actor, daily_backlog=20, due_time=policy(actor).due_time)
    with scope(system(store)) as actor:
        acts.change_policy(actor=actor, daily_backlog=20, due_time=time(17, 30))
        assert CarePolicy.objects.get(organisation=store).daily_backlog is None
    with scope(system(top)) as actor:
        acts.change_policy(actor=actor, daily_backlog=30, due_time=policy(actor).due_time)
    with scope(system(store)) as actor:
        living = policy(actor)
        assert (living.daily_backlog, living.is_own("due_time"), living.is_own("daily_backlog")) == (30, True, False)
        acts.inherit_policy_again(actor=actor)
        assert not policy(actor).own


NAMES = st.sampled_from(["", "青", "青禾", "青禾S", "听松"])
LINES = st.builds(ProductLine, st.sampled_from(["", "朔", "朔川"]), NAMES, st.sampled_from(["", "electric", "petrol"]))
CARS = st.builds(
    ProductLine, st.sampled_from(["朔川", "别家"]), st.sampled_from(["青禾S 1.5T", "青岚", "听松", ""]),
    st.sampled_from(["electric", "petrol", ""]),
)  # fmt: skip
WORDS = st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 1), min_size=1)
SAID = st.dictionaries(st.tuples(st.integers(0, 2), LINES), WORDS, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SAID, car=CARS)
def test_whatever_is_said_of_whatever_cars(line, said, car):
    """Against a plain reference: organisation by organisation, in each the narrowest line that names the field."""
    with transaction.atomic():
        for (place, cars), words in said.items():
            values = {name: VALUES[name][which] for name, which in words.items()}
            with scope(system(line[place])):
                PlanOverride.objects.create(
                    organisation=line[place], code=CODE, brand=cars.brand, series=cars.series, energy=cars.energy,
                    values=values,
                )  # fmt: skip
        with scope(system(line[0])):
            living = Book(line[0].pk).living(CODE, car)
            shipped = Plan.objects.get(code=CODE)
            for name in FIELDS:
                assert living.value(name) == expected(name, said, car, shipped), name
        transaction.set_rollback(True)


def expected(name: str, said: dict, car: ProductLine, shipped: Plan) -> object:
    for place in range(3):
        fitting = [
            (len(cars.series), len(cars.brand), cars.energy, VALUES[name][words[name]])
            for (where, cars), words in said.items()
            if where == place and name in words and car.brand.startswith(cars.brand)
            and car.series.startswith(cars.series) and cars.energy in ("", car.energy)
        ]  # fmt: skip
        if fitting:
            return max(fitting, key=lambda one: one[:3])[3]
    step, _dot, field = name.partition(".")
    return getattr(shipped.steps.get(code=step), field) if field else shipped.active


# The planner ------------------------------------------------------------------------------------
def insured(store: Organisation, today, **car: str) -> int:
    """A car whose commercial insurance ends in 60 days; gives its number."""
    made = builders.car(builders.customer("客户"), **car)
    builders.policy(made, today + 60 * DAY)
    builders.reckon(made, on=today)
    return made.pk


def planned(actor: Actor) -> dict[int, str]:
    planner.plan(actor=actor, on=times.today())
    return dict(Task.objects.filter(state="open").values_list("vehicle_id", "title"))


def test_cars_of_a_line_are_planned_by_its_words_and_the_others_by_the_general_ones(line):
    store, region, top = line
    said(top, ProductLine(series="听松"), before60__title="听松续保")
    said(region, ProductLine(energy="electric"), active=False)
    said(store, before60__title="本店续保")
    with scope(system(store)) as actor:
        today = times.today()
        petrol = insured(store, today, series="青禾", energy="petrol")
        pine = insured(store, today, series="听松 2.0T", energy="petrol")
        electric = insured(store, today, series="听松 520km", energy="electric")
        assert planned(actor) == {petrol: "本店续保", pine: "本店续保"}
    said(store, ProductLine(series="听松", energy="electric"), before60__title="听松专线", active=True)
    said(store, before60__title="到期续保")
    with scope(system(store)) as actor:
        Task.objects.all().delete()
        assert planned(actor) == {petrol: "到期续保", pine: "到期续保", electric: "听松专线"}


def test_a_region_that_switches_a_plan_off_ends_its_tasks_in_the_stores_that_say_nothing(line):
    store, region, _top = line
    with scope(system(store)) as actor:
        car = insured(store, times.today())
        assert list(planned(actor)) == [car]
    said(region, active=False)
    with scope(system(store)) as actor:
        assert not planned(actor)
    said(store, active=True)
    with scope(system(store)) as actor:
        assert list(planned(actor)) == [car]  # what the planner ended itself comes back
