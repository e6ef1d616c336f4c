from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from qibu.drives import errors, selectors, words
from qibu.drives.models import DemoCar, Drive
from qibu.drives.rules import within_hours
from qibu.drives.services import bookings, fleet, planning
from qibu.drives.tests.world import at, car, lead_of, plan, route, store
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.services import ending
from qibu.leads.services.ending import Loss
from qibu.network.models import Staff
from qibu.network.services import absences
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.tests.world import person

pytestmark = pytest.mark.django_db


def test_a_drive_is_booked_and_the_lead_stays_where_it_stands(seller: Actor, one: DemoCar) -> None:
    lead = lead_of(seller)
    drive = bookings.book(actor=seller, lead_id=lead.pk, plan=plan(one, seller, note="带孩子"))
    assert (drive.state, drive.note, drive.booked_by_id) == ("booked", "带孩子", seller.staff_id)
    assert drive.ends_at - drive.starts_at == timedelta(minutes=30)
    assert drive.held_until - drive.ends_at == timedelta(minutes=15)
    assert Lead.objects.get(pk=lead.pk).stage == "new"
    assert Entry.objects.filter(type="drives.DriveBooked", customer_id=lead.customer_id).count() == 1


def test_two_customers_never_get_one_car_at_one_time(seller: Actor, other: Actor, one: DemoCar) -> None:
    bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    second = lead_of(other, "13855530002", "汪洋")
    with pytest.raises(errors.Taken) as refused:
        bookings.book(actor=other, lead_id=second.pk, plan=plan(one, other, at(10, 15)))
    field, sentence = words.refusal(refused.value)
    assert field == "starts_at" and "李思远" in sentence and "10:00–10:30" in sentence and "10:45" in sentence
    assert "方雅雯" not in sentence  # whose drive it is is nobody else's business


def test_the_pause_after_a_drive_is_kept_and_the_time_after_it_is_free(
    seller: Actor, other: Actor, one: DemoCar
) -> None:
    bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    second = lead_of(other, "13855530002", "汪洋")
    for start in (at(10, 30), at(10, 44), at(9, 30), at(9, 16)):  # the one before needs its pause, too
        with pytest.raises(errors.Taken):
            bookings.book(actor=other, lead_id=second.pk, plan=plan(one, other, start))
    bookings.book(actor=other, lead_id=second.pk, plan=plan(one, other, at(10, 45)))
    bookings.book(actor=other, lead_id=second.pk, plan=plan(one, other, at(9, 15)))


def test_nobody_goes_along_twice_at_one_time(manager: Actor, seller: Actor, one: DemoCar) -> None:
    two = car(manager, "皖B1QB02")
    bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    with pytest.raises(errors.Taken) as refused:
        bookings.book(actor=seller, lead_id=lead_of(seller, "13855530002", "汪洋").pk, plan=plan(two, seller))
    assert refused.value.what == "consultant" and "李思远" in words.refusal(refused.value)[1]


def test_a_cancelled_drive_holds_nothing(seller: Actor, other: Actor, one: DemoCar) -> None:
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    with pytest.raises(errors.ReasonMissing):
        bookings.cancel(actor=seller, drive_id=drive.pk, reason=" ")
    bookings.cancel(actor=seller, drive_id=drive.pk, reason="下大雨")
    bookings.book(actor=other, lead_id=lead_of(other, "13855530002", "汪洋").pk, plan=plan(one, other))
    with pytest.raises(errors.WrongState):
        bookings.cancel(actor=seller, drive_id=drive.pk, reason="再来")
    drive.refresh_from_db()
    assert (drive.state, drive.reason) == ("cancelled", "下大雨")


def copied(drive: Drive, **facts: object) -> Drive:
    values = {
        name: getattr(drive, name)
        for name in ("organisation_id", "lead_id", "car_id", "consultant_id", "starts_at", "ends_at", "held_until")
    }
    return Drive(**{**values, **facts})


def test_the_database_itself_keeps_no_two(manager: Actor, seller: Actor, other: Actor, one: DemoCar) -> None:
    """Whatever goes past the services."""
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    two = car(manager, "皖B1QB02")
    for facts, constraint in (
        ({"consultant_id": other.staff_id}, "drive_car_once"), ({"car_id": two.pk}, "drive_consultant_once"),
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            copied(drive, **facts).save()
    later = {"starts_at": drive.held_until, "ends_at": at(12), "held_until": at(12)}
    copied(drive, **later).save()
    copied(drive, state="cancelled").save()
    copied(drive, state="missed").save()


def test_the_last_fence_speaks_the_same_sentence(seller: Actor, other: Actor, one: DemoCar) -> None:
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    with pytest.raises(errors.Taken) as refused:
        planning.keep(copied(drive, consultant_id=other.staff_id), one)
    assert "李思远" in words.refusal(refused.value)[1]


def test_another_store_with_the_same_numbers_is_not_in_the_way(seller: Actor, one: DemoCar) -> None:
    """The organisation is part of what may not overlap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x'"
            " AND conrelid = 'drives_drive'::regclass ORDER BY conname"
        )
        found = dict(cursor.fetchall())
    assert set(found) == {"drive_car_once", "drive_consultant_once"}
    assert all("int8range(organisation_id, organisation_id" in told for told in found.values())
    assert all("tstzrange(starts_at, held_until) WITH &&" in told for told in found.values())


@pytest.mark.parametrize(
    ("start", "minutes"),
    [(at(8), 30), (at(17, 45), 30), (at(11, 45), 30), (at(12, 15), 30), (at(11), 150)],
)
def test_a_drive_lies_in_the_opening_hours(seller: Actor, one: DemoCar, start: object, minutes: int) -> None:
    with pytest.raises(errors.OutsideHours) as refused:
        bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller, start, minutes=minutes))  # type: ignore[arg-type]
    assert "08:30–12:00" in words.refusal(refused.value)[1]


def test_who_is_away_takes_nobody_out(manager: Actor, seller: Actor, one: DemoCar) -> None:
    day = times.day_of(at())
    absences.record(
        actor=manager, staff_id=seller.staff_id or 0, days=absences.Days(day, day + timedelta(days=1)), kind="leave",
        stand_in_id=None,
    )  # fmt: skip
    with pytest.raises(errors.Away) as refused:
        bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    assert refused.value.name == "李思远" and words.refusal(refused.value)[0] == "consultant"


def test_only_cars_that_may_be_driven_are_booked(manager: Actor, seller: Actor) -> None:
    lead = lead_of(seller)
    broken = car(manager, "皖B1QB03", state="repair")
    bare = car(manager, "皖B1QB04", insured_until=None)
    ending_soon = car(manager, "皖B1QB05", insured_until=times.today() + timedelta(days=2))
    for each, why in ((broken, "repair"), (bare, "uninsured"), (ending_soon, "uninsured")):
        with pytest.raises(errors.CarUnusable) as refused:
            bookings.book(actor=seller, lead_id=lead.pk, plan=plan(each, seller))
        assert refused.value.why == why and words.refusal(refused.value)[0] == "car"
    bookings.book(actor=seller, lead_id=lead.pk, plan=plan(ending_soon, seller, at(10, days=2)))


def test_what_can_not_be_is_refused(manager: Actor, seller: Actor, one: DemoCar) -> None:
    lead = lead_of(seller)
    advisor = person(seller.organisation_id, "陈晓燕", "service_advisor")
    old = route(manager, active=False)
    for more, fault in (
        ({"starts_at": at(10, days=-1)}, errors.InThePast), ({"route_id": old.pk}, errors.UnknownRoute),
    ):  # fmt: skip
        with pytest.raises(fault):
            bookings.book(actor=seller, lead_id=lead.pk, plan=plan(one, seller, **more))  # type: ignore[arg-type]
    with pytest.raises(errors.NobodyThere):
        bookings.book(actor=seller, lead_id=lead.pk, plan=plan(one, advisor))
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="price"))
    with pytest.raises(errors.LeadClosed):
        bookings.book(actor=seller, lead_id=lead.pk, plan=plan(one, seller))
    assert not Drive.objects.exists()


def test_moving_takes_the_place_along(manager: Actor, seller: Actor, other: Actor, one: DemoCar) -> None:
    two = car(manager, "皖B1QB02")
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    moved = bookings.move(actor=seller, drive_id=drive.pk, version=1, plan=plan(two, seller, at(10, 15), minutes=45))
    assert (moved.car_id, moved.version, moved.ends_at) == (two.pk, 2, at(11))
    bookings.book(actor=other, lead_id=lead_of(other, "13855530002", "汪洋").pk, plan=plan(one, other))
    with pytest.raises(errors.Taken):
        bookings.move(actor=seller, drive_id=drive.pk, version=2, plan=plan(one, seller))
    with pytest.raises(errors.ChangedMeanwhile):
        bookings.move(actor=seller, drive_id=drive.pk, version=1, plan=plan(two, seller, at(14)))


def test_a_colleague_who_goes_along_sees_the_drive_and_nobody_else_does(
    seller: Actor, other: Actor, one: DemoCar
) -> None:
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, other))
    third = person(seller.organisation_id, "周舟", "sales_consultant")
    assert selectors.visible(other).filter(pk=drive.pk).exists()
    assert not selectors.visible(third).exists()
    for act in (
        lambda: bookings.cancel(actor=third, drive_id=drive.pk, reason="x"),
        lambda: bookings.move(actor=third, drive_id=drive.pk, version=1, plan=plan(one, other, at(14))),
        lambda: bookings.book(actor=third, lead_id=drive.lead_id, plan=plan(one, third, at(14))),
    ):
        with pytest.raises(Http404):
            act()
    finance = person(seller.organisation_id, "钱静", "finance")
    with pytest.raises(PermissionRefused):
        bookings.cancel(actor=finance, drive_id=drive.pk, reason="x")


def reminders(drive: Drive) -> list[Task]:
    return list(Task.objects.filter(kind="drives.reminder", facts__drive=drive.pk).order_by("pk"))


def test_the_consultant_reminds_the_customer_on_the_day_before(seller: Actor, one: DemoCar) -> None:
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    (task,) = reminders(drive)
    assert (task.due_at, task.assignee_id) == (at(16, days=2), seller.staff_id)
    assert task.customer_id == drive.lead.customer_id
    assert task.shown_from == at(8, 30, days=2) and task.facts["title_en"] != task.title
    bookings.move(actor=seller, drive_id=drive.pk, version=1, plan=plan(one, seller, at(14, days=5)))
    first, second = reminders(drive)
    assert (first.state, second.state, second.due_at) == ("cancelled", "open", at(16, days=4))
    bookings.cancel(actor=seller, drive_id=drive.pk, reason="不来了")
    assert [one.state for one in reminders(drive)] == ["cancelled", "cancelled"]


def test_a_note_alone_reminds_nobody_anew(seller: Actor, one: DemoCar) -> None:
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    bookings.move(actor=seller, drive_id=drive.pk, version=1, plan=plan(one, seller, note="要儿童座椅"))
    assert [one.state for one in reminders(drive)] == ["open"]


def test_who_does_not_come_is_asked_why(seller: Actor, one: DemoCar) -> None:
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    with pytest.raises(errors.NotYet):
        bookings.miss(actor=seller, drive_id=drive.pk)
    Drive.objects.filter(pk=drive.pk).update(starts_at=times.now() - timedelta(hours=1))
    assert bookings.miss(actor=seller, drive_id=drive.pk).state == "missed"
    task = Task.objects.get(kind="drives.no_show")
    assert (task.assignee_id, task.state) == (seller.staff_id, "open")
    assert [one.state for one in reminders(drive)] == ["cancelled"]
    assert Lead.objects.get(pk=drive.lead_id).next_task_id is not None


def test_drives_without_their_person_or_car_are_found(
    manager: Actor, seller: Actor, other: Actor, one: DemoCar
) -> None:
    two = car(manager, "皖B1QB02")
    mine = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    yours = bookings.book(actor=other, lead_id=lead_of(other, "13855530002", "汪洋").pk, plan=plan(two, other))
    assert not selectors.unsettled(selectors.visible(manager)).exists()
    day = times.day_of(at())
    absences.record(actor=manager, staff_id=seller.staff_id or 0, days=absences.Days(day, day), kind="sick",
                    stand_in_id=None)  # fmt: skip
    assert [found.pk for found in selectors.unsettled(selectors.visible(manager))] == [mine.pk]
    Staff.objects.filter(pk=other.staff_id).update(left_on=times.today())
    assert {found.pk for found in selectors.unsettled(selectors.visible(manager))} == {mine.pk, yours.pk}


def test_a_car_with_drives_to_come_does_not_go_to_the_workshop_unasked(
    manager: Actor, seller: Actor, one: DemoCar
) -> None:
    bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    with pytest.raises(errors.StillBooked) as refused:
        fleet.change_car(actor=manager, car_id=one.pk, version=1, facts={"state": "repair"})
    assert "1 场" in words.refusal(refused.value)[1]
    assert fleet.change_car(actor=manager, car_id=one.pk, version=1, facts={"colour": "白"}).version == 2


MANY = 50


@pytest.mark.django_db(transaction=True)
def test_fifty_people_ask_for_one_place_and_one_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real connections, all at once, each with a lead of their own; the others are told by whom it is taken."""
    number = store()
    manager = person(number, "郭亮", "sales_manager")
    sellers = [person(number, f"顾问{index:02}", "sales_consultant") for index in range(MANY)]
    with scope(manager):
        one = car(manager)
    leads = []
    for index, seller in enumerate(sellers):
        with scope(seller):
            leads.append(lead_of(seller, f"138555{index:05}", f"客户{index:02}").pk)
    start = next(found for found in (at(10, days=day) for day in range(2, 12)) if _open(manager, found))
    gate = Barrier(MANY)
    monkeypatch.setattr(connection.pool, "timeout", 120)  # a busy machine is no reason to give up

    def ask(index: int) -> str:
        gate.wait()
        try:
            with scope(sellers[index]) as actor:
                bookings.book(actor=actor, lead_id=leads[index], plan=plan(one, actor, start))
        except errors.Taken as refused:
            return words.refusal(refused)[1]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(ask, range(MANY)))
    winners = [index for index, answer in enumerate(answers) if not answer]
    assert len(winners) == 1
    name = sellers[winners[0]].name
    assert all(name in answer and "最近的空档" in answer for answer in answers if answer)
    with scope(manager):
        assert Drive.objects.count() == 1
        assert Entry.objects.filter(type="drives.DriveBooked").count() == 1


def _open(manager: Actor, start: datetime) -> bool:
    with scope(manager):
        return within_hours(calendar_of(manager.organisation_id), start, start + timedelta(minutes=30))
