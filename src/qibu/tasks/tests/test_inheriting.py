"""Hours, days off and ladders on the page of all that is inherited."""

from __future__ import annotations

from datetime import date

import pytest

from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import inheriting as fields
from qibu.network.models import CustomField, Organisation
from qibu.network.services import actors, custom_fields
from qibu.network.services.custom_fields import Draft
from qibu.tasks import inheriting
from qibu.tasks.models import CalendarDay, WorkCalendar
from qibu.tasks.services import calendars, ladders


@pytest.fixture
def line(db) -> list[Organisation]:
    """Store, manufacturer."""
    top = Organisation.objects.create(code="M", name="厂家", kind="manufacturer")
    return [Organisation.objects.create(code="S", name="门店", parent=top), top]


def system(organisation: Organisation) -> Actor:
    return actors.system(organisation)


def week(opens: str) -> dict[str, list[list[str]]]:
    return {str(day): [[opens, "17:00"]] for day in range(1, 8)}


def test_hours_of_ones_own_stand_beside_those_above_until_they_are_taken_back(line):
    store, top = line
    with scope(system(top)) as actor:
        calendars.set_hours(actor=actor, hours=week("09:00"))
        assert inheriting.calendars_below(actor) == {}
    with scope(system(store)) as actor:
        hours = inheriting.of_calendar(actor)[0]
        assert (hours.source, hours.restorable, hours.differences) == (top.pk, False, ())
        calendars.set_hours(actor=actor, hours={**week("09:00"), "7": []})
        hours = inheriting.of_calendar(actor)[0]
        assert [(one.here, one.above) for one in hours.differences] == [("不营业", "09:00–17:00")]
    with scope(system(top)) as actor:
        assert inheriting.calendars_below(actor) == {"hours": [store.pk]}
    with scope(system(store)) as actor:
        inheriting.restore_calendar(actor, "hours")
        inheriting.restore_calendar(actor, "hours")
        assert not WorkCalendar.objects.filter(organisation=store).exists()
        told = [entry.data["changes"] for entry in Entry.objects.filter(type="tasks.CalendarChanged").order_by("pk")]
    assert told == [["hours"], ["hours", "inherited"]]


def test_days_of_ones_own_go_together(line):
    store, top = line
    with scope(system(top)) as actor:
        calendars.set_day(actor=actor, day=date(2027, 3, 1), working=False, name="厂休")
    with scope(system(store)) as actor:
        calendars.set_day(actor=actor, day=date(2027, 3, 1), working=True)
        calendars.set_day(actor=actor, day=date(2027, 3, 2), working=False, name="盘点")
        days = inheriting.of_calendar(actor)[1]
        assert [(one.here, one.above) for one in days.differences] == [("上班", "放假 厂休"), ("放假 盘点", "照常")]
        inheriting.restore_calendar(actor, "days")
        assert not CalendarDay.objects.filter(organisation=store).exists()
        assert CalendarDay.objects.filter(organisation=top).exists()


def test_a_ladder_of_ones_own_shows_which_time_differs(line):
    store, top = line
    with scope(system(store)) as actor:
        before = {one.key: one for one in inheriting.of_ladders(actor)}["promise"]
        assert not before.restorable and not before.differences
        rungs = {"1": [0, ["service_manager"]], "2": [], "3": []}
        ladders.set_ladder(actor=actor, key="promise", rungs=rungs)
        here = {one.key: one for one in inheriting.of_ladders(actor)}["promise"]
        assert here.source == store.pk and here.restorable
        assert here.differences[0].here == "一超时：售后经理"
    with scope(system(top)) as actor:
        assert inheriting.ladders_below(actor) == {"promise": [store.pk]}
    with scope(system(store)) as actor:
        inheriting.restore_ladder(actor, "promise")
        assert {one.key: one for one in inheriting.of_ladders(actor)}["promise"] == before


def test_a_field_of_ones_own_shows_what_was_changed_of_the_one_above(line):
    store, top = line
    with scope(system(top)) as actor:
        code = custom_fields.define(actor=actor, record="customer", draft=Draft("车友会", unit="")).code
    with scope(system(store)) as actor:
        draft = Draft("车友会", hint="第几届", listed=True)
        custom_fields.change(actor=actor, record="customer", code=code, version=1, draft=draft)
        (content,) = [one for one in fields.contents(actor) if one.key == f"customer/{code}"]
        assert [(one.here, one.above) for one in content.differences] == [("第几届", "空"), ("是", "否")]
    with scope(system(top)) as actor:
        assert fields.below(actor) == {f"customer/{code}": [store.pk]}
    with scope(system(store)) as actor:
        fields.restore(actor, f"customer/{code}")
        assert not CustomField.objects.filter(organisation=store).exists()


def test_nobody_learns_who_above_or_beside_has_what_of_their_own(line):
    store, top = line
    beside = Organisation.objects.create(code="B", name="邻店", parent=top)
    for one in (top, beside):
        with scope(system(one)) as actor:
            calendars.set_hours(actor=actor, hours=week("10:00"))
    with scope(system(store)) as actor:
        assert inheriting.calendars_below(actor) == {}
