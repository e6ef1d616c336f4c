"""How often a car is maintained: the nearest organisation's word, of its own the narrower line's, number by number."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from qibu.care.jobs import reckon_all
from qibu.care.models import Due, MaintenanceInterval
from qibu.care.rules import EVERY_CAR, Interval, IntervalRow, PartOfInterval, ProductLine, interval_of
from qibu.care.selectors import facts
from qibu.care.services import intervals as acts
from qibu.care.tests import builders
from qibu.kernel.meanwhile import Disputed
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, User
from qibu.network.services import actors

NUMBERS = ("first_km", "first_months", "km", "months")
ELECTRIC = ProductLine(energy="electric")
PINE = ProductLine("朔川", "听松 520km", "electric")


@pytest.fixture
def line(db) -> list[Organisation]:
    """Store, manufacturer."""
    top = Organisation.objects.create(code="M", name="厂家", kind="manufacturer")
    return [Organisation.objects.create(code="S", name="门店", parent=top), top]


def said(organisation: Organisation, cars: ProductLine = EVERY_CAR, **numbers: int) -> None:
    with scope(actors.system(organisation)) as actor:
        now = counts(organisation, cars)
        acts.change(actor=actor, line=cars, numbers={**dict(zip(NUMBERS, now, strict=True)), **numbers})


def counts(organisation: Organisation, car: ProductLine) -> tuple[int | None, ...]:
    with scope(actors.system(organisation)) as actor:
        found = interval_of(facts.intervals(actor), car)
        assert found is not None
        return found.first_km, found.first_months, found.km, found.months


def test_a_store_that_changed_the_kilometres_gets_the_months_from_above(line):
    store, top = line
    said(store, ELECTRIC, km=15000)
    said(top, ELECTRIC, km=18000, months=10)
    assert counts(store, PINE) == (10000, 12, 15000, 10)
    assert counts(top, PINE) == (10000, 12, 18000, 10)


def test_the_nearer_organisation_goes_before_the_narrower_line(line):
    store, top = line
    said(top, ProductLine(series="听松"), km=30000)
    assert counts(store, PINE)[2] == 30000
    said(store, km=9000)
    assert counts(store, PINE)[2] == 9000
    said(store, ProductLine(series="听松", energy="electric"), km=25000)
    assert counts(store, PINE)[2] == 25000
    assert counts(store, ProductLine("朔川", "青禾", "petrol"))[2] == 9000


def test_what_is_as_above_is_not_said_here_and_going_back_leaves_nothing(line):
    store, top = line
    said(store, ELECTRIC, km=15000, months=9)
    said(store, ELECTRIC, km=20000)
    with scope(actors.system(store)) as actor:
        row = MaintenanceInterval.objects.get(organisation=store)
        assert (row.km, row.months) == (None, 9)
        acts.inherit_again(actor=actor, line=ELECTRIC)
        assert not MaintenanceInterval.objects.filter(organisation=store).exists()
    assert counts(store, PINE) == counts(top, PINE)


def test_what_changed_above_meanwhile_is_told(line):
    store, top = line
    seen = dict(zip(NUMBERS, counts(store, ELECTRIC), strict=True))
    said(top, ELECTRIC, km=18000)
    with scope(actors.system(store)) as actor, pytest.raises(Disputed):
        acts.change(actor=actor, line=ELECTRIC, numbers={**seen, "km": 15000}, seen=seen)


def test_all_cars_are_reckoned_again_wherever_it_is_inherited(line):
    store, top = line
    with scope(actors.system(store)):
        car = builders.car(builders.customer(), series="听松 520km", energy="electric", purchased_on=date(2026, 10, 1))
        builders.reckon(car, on=date(2026, 11, 1))
    said(top, ProductLine(series="听松"), first_months=2)
    said(top, ProductLine(series="听松"), first_km=9000)
    asked = ProcrastinateJob.objects.filter(task_name=acts.RECKON)
    assert sorted(job.args["organisation_id"] for job in asked) == sorted([store.pk, top.pk])
    reckon_all(store.pk)
    with scope(actors.system(store)):
        assert Due.objects.get(trigger="maintenance").due_on == date(2026, 12, 1)


def test_the_page_shows_each_number_with_its_origin_and_fills_it_back(line):
    store, _top = line
    said(store, ELECTRIC, km=15000)
    with scope(actors.system(store)):
        user = User.objects.create(username="boss")
        builders.staff("陈店长", user=user, roles=["store_manager"])
    client = Client()
    client.force_login(user)
    overview = client.get(reverse("care:intervals")).content.decode()
    assert "纯电" in overview and "以后每 15,000 公里或 12 个月" in overview
    address = reverse("care:interval") + "?energy=electric"
    page = client.get(address).content.decode()
    assert "上级是「20000」" in page and "系统自带" in page
    sent = {"first_km": "10000", "first_months": "12", "km": "15000", "months": "12"}
    assert 'value="20000"' in client.post(address, {**sent, "restore": "km"}).content.decode()
    assert client.post(address, {**sent, "km": "0"}).status_code == 422
    assert client.post(address, {**sent, "km": "20000"}).status_code == 302
    with scope(actors.system(store)):
        assert not MaintenanceInterval.objects.filter(organisation=store).exists()


PARTS = st.builds(PartOfInterval, *[st.none() | st.integers(1, 9)] * 4)
WHOLE = st.builds(Interval, *[st.integers(10, 19)] * 4)
SERIES = st.sampled_from(["", "青", "青禾", "听松"])
ROWS = st.lists(
    st.builds(IntervalRow, SERIES, st.sampled_from(["", "electric"]), PARTS | WHOLE, st.sampled_from(["", "朔川"]))
)


@given(rows=ROWS, car=st.builds(ProductLine, st.just("朔川"), st.sampled_from(["青禾", "青岚"]), st.just("petrol")))
def test_whatever_rows_there_are(rows, car):
    """Against a plain reference: number by number, down to the first whole interval."""
    fitting = [
        row.interval for row in rows
        if car.series.startswith(row.series) and row.energy == "" and car.brand.startswith(row.brand)
    ]  # fmt: skip
    whole = next((at for at, one in enumerate(fitting) if isinstance(one, Interval)), None)
    found = interval_of(rows, car)
    if whole is None:
        assert found is None
        return
    for name in NUMBERS:
        values = [getattr(one, name) for one in fitting[: whole + 1]]
        assert getattr(found, name) == next(value for value in values if value is not None)
