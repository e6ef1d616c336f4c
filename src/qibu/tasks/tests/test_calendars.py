from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.tasks.holidays import statutory_days
from qibu.tasks.models import CalendarDay, Rung, WorkCalendar
from qibu.tasks.selectors.calendars import calendar_of, ladders_of, missing_years
from qibu.tasks.services import calendars
from qibu.tasks.services.errors import NotAllowedNow
from qibu.tasks.tests import world
from qibu.tasks.tests.world import at

pytestmark = pytest.mark.django_db
WEEKDAYS = {str(day): [["09:00", "18:00"]] for day in range(1, 6)}


@pytest.fixture
def actor() -> Iterator[Actor]:
    made = world.person(world.store(), "周婷")
    with scope(made):
        yield made


def own_hours(actor: Actor, hours: dict[str, list[list[str]]]) -> None:
    WorkCalendar.objects.create(organisation_id=actor.organisation_id, hours=hours)


def test_public_holidays_are_those_of_the_law() -> None:
    assert len(statutory_days(2024)) == 11
    days = statutory_days(2026)
    assert len(days) == 13
    assert days[date(2026, 2, 16)] == days[date(2026, 2, 19)] == "春节"
    assert (days[date(2026, 6, 19)], days[date(2026, 9, 25)]) == ("端午", "中秋")


def test_a_new_store_is_open_every_day_but_the_public_holidays(actor: Actor) -> None:
    calendar = calendar_of(actor.organisation_id)
    opened = [day for day in range(1, 9) if calendar.is_working_day(date(2026, 10, day))]
    assert opened == [4, 5, 6, 7, 8]
    assert calendar.is_working_day(date(2026, 9, 26))  # Saturday within the mid-autumn weekend
    # 2026-10-10 is a make-up Saturday: for a store open on Saturdays a day like any other.
    assert calendar.hours_on(date(2026, 10, 10)) == calendar.hours_on(date(2026, 10, 17))


def test_a_store_that_rests_at_weekends_follows_the_notice_to_the_day(actor: Actor) -> None:
    own_hours(actor, WEEKDAYS)
    calendar = calendar_of(actor.organisation_id)
    assert [day for day in range(1, 9) if calendar.is_working_day(date(2026, 10, day))] == [8]
    assert calendar.is_working_day(date(2026, 10, 10))  # make-up Saturday
    assert not calendar.is_working_day(date(2026, 10, 17))


def test_a_promise_over_the_national_day_is_due_when_the_store_has_worked(actor: Actor) -> None:
    calendar = calendar_of(actor.organisation_id)
    assert calendar.add_working_time(at("2026-09-30 17:00"), timedelta(hours=2)) == at("2026-10-04 09:30")


def test_the_stores_own_day_wins_over_that_of_the_manufacturer_and_the_shipped_one(actor: Actor) -> None:
    above = Organisation.objects.create(code="OEM", name="奇瑞")
    Organisation.objects.filter(pk=actor.organisation_id).update(parent=above)
    CalendarDay.objects.create(organisation_id=actor.organisation_id, day=date(2026, 10, 1), working=True)
    calendar = calendar_of(actor.organisation_id)
    assert calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2026, 10, 2))


def test_hours_of_another_store_are_not_ones_own(actor: Actor) -> None:
    own_hours(actor, {"1": [["10:00", "11:00"]]})
    other = world.store("S2")
    assert len(calendar_of(other).week) == 7


def test_a_year_without_holidays_is_an_alarm(actor: Actor) -> None:
    assert missing_years(actor.organisation_id, date(2026, 6, 1)) == []
    assert missing_years(actor.organisation_id, date(2026, 12, 1)) == [2027]
    CalendarDay.objects.create(organisation_id=actor.organisation_id, day=date(2027, 1, 1), working=False)
    assert missing_years(actor.organisation_id, date(2026, 12, 1)) == []


def test_an_own_ladder_replaces_the_shipped_one_whole(actor: Actor) -> None:
    assert [step.after for step in ladders_of(actor.organisation_id)["promise"]] == [timedelta(0), timedelta(hours=2)]
    Rung.objects.create(
        organisation_id=actor.organisation_id, ladder="promise", order=1, after_minutes=30, roles=["store_manager"]
    )
    ladders = ladders_of(actor.organisation_id)
    assert [step.after for step in ladders["promise"]] == [timedelta(minutes=30)]
    assert len(ladders["standard"]) == 2


def test_who_manages_the_store_sets_hours_and_days_and_takes_them_back() -> None:
    boss = world.person(world.store(), "方总", "store_manager")
    with scope(boss):
        calendars.set_hours(actor=boss, hours=WEEKDAYS)
        calendars.set_day(actor=boss, day=date(2027, 1, 1), working=False, name="元旦")
        assert not calendar_of(boss.organisation_id).is_working_day(date(2027, 1, 1))
        calendars.drop_day(actor=boss, day=date(2027, 1, 1))
        assert calendar_of(boss.organisation_id).is_working_day(date(2027, 1, 1))
        with pytest.raises(NotAllowedNow):
            calendars.set_hours(actor=boss, hours={})


def test_an_advisor_does_not_change_the_calendar(actor: Actor) -> None:
    with pytest.raises(PermissionRefused):
        calendars.set_day(actor=actor, day=date(2027, 1, 1), working=False)


def test_the_calendar_is_kept_on_a_page() -> None:
    boss = world.person(world.store(), "方总", "store_manager")
    client = Client()
    with scope(boss):
        client.force_login(Staff.objects.get(pk=boss.staff_id).user)
    assert "08:30" in client.get("/settings/calendar/").content.decode()
    assert client.post("/settings/calendar/hours/", {"opens_0": "09:00", "closes_0": "08:00"}).status_code == 422
    client.post("/settings/calendar/hours/", {"opens_0": "09:00", "closes_0": "17:00"})
    client.post("/settings/calendar/days/", {"day": "2027-01-01", "kind": "rest", "name": "元旦"})
    with scope(boss):
        assert WorkCalendar.objects.get(organisation_id=boss.organisation_id).hours == {"1": [["09:00", "17:00"]]}
        assert not CalendarDay.objects.get(organisation_id=boss.organisation_id).working
    client.post("/settings/calendar/days/removal/", {"day": "2027-01-01"})
    with scope(boss):
        assert not CalendarDay.objects.filter(organisation_id=boss.organisation_id).exists()
