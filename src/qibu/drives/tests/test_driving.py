from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from qibu.drives import errors, restoring, selectors, wording, words
from qibu.drives.models import (
    AgreementText,
    DemoCar,
    Drive,
    DrivePolicy,
    Feedback,
    FeedbackLink,
    Licence,
    Signature,
)
from qibu.drives.rules import LicenceFault
from qibu.drives.rules.signatures import Unsigned
from qibu.drives.selectors.figures import figures
from qibu.drives.selectors.links import asked_by
from qibu.drives.services import bookings, driving, feedbacks, fleet, policies
from qibu.drives.services.feedbacks import Answers
from qibu.drives.tests.world import LICENCE, STROKES, at, car, driven, lead_of, plan, ready, route
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.restored import Moments
from qibu.kernel.scoping import scope
from qibu.kernel.tests.races import held
from qibu.leads.models import Lead
from qibu.network.services import actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def drive(seller: Actor, one: DemoCar) -> Drive:
    return bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))


def test_a_drive_from_licence_to_return_brings_the_lead_to_driven(seller: Actor, one: DemoCar) -> None:
    drive = driven(seller, one, damage="右前轮毂划痕")
    lead = Lead.objects.get(pk=drive.lead_id)
    assert (drive.state, drive.km, drive.damage) == ("done", 8, "右前轮毂划痕")
    assert lead.stage == "driven" and lead.answered_at is not None
    assert DemoCar.objects.get(pk=one.pk).mileage == 1208
    entries = Entry.objects.filter(type__startswith="drives.", customer_id=lead.customer_id).order_by("pk")
    told = list(entries.values_list("type", flat=True))
    assert told == [f"drives.{name}" for name in (
        "DriveBooked", "LicenceSeen", "AgreementSigned", "DriveBegun", "DriveDone",
    )]  # fmt: skip


def test_without_licence_or_signature_no_car_leaves(seller: Actor, drive: Drive) -> None:
    with pytest.raises(errors.Unlicensed) as refused:
        driving.leave(actor=seller, drive_id=drive.pk, km=1200)
    assert "还没有查验驾驶证" in words.refusal(refused.value)[1]
    driving.see_licence(actor=seller, drive_id=drive.pk, shown=LICENCE)
    with pytest.raises(errors.NotSigned):
        driving.leave(actor=seller, drive_id=drive.pk, km=1200)


def test_an_expired_licence_is_refused_with_what_to_do(seller: Actor, drive: Drive) -> None:
    expired = replace(LICENCE, expires_on=times.today())
    with pytest.raises(errors.Unlicensed) as refused:
        driving.see_licence(actor=seller, drive_id=drive.pk, shown=expired)
    assert refused.value.fault == LicenceFault.EXPIRED
    assert words.refusal(refused.value) == ("expires_on", str(words.LICENCE[LicenceFault.EXPIRED]))
    assert not Licence.objects.exists()


def test_a_licence_for_automatic_cars_does_not_open_a_manual_one(manager: Actor, seller: Actor) -> None:
    manual = car(manager, "皖B1QB09", manual=True)
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(manual, seller))
    with pytest.raises(errors.Unlicensed):
        driving.see_licence(actor=seller, drive_id=drive.pk, shown=replace(LICENCE, licence_class="C2"))


def test_a_drive_moved_to_a_manual_car_asks_for_the_licence_again(manager: Actor, seller: Actor, drive: Drive) -> None:
    driving.see_licence(actor=seller, drive_id=drive.pk, shown=replace(LICENCE, licence_class="C2"))
    manual = car(manager, "皖B1QB09", manual=True)
    bookings.move(actor=seller, drive_id=drive.pk, version=1, plan=plan(manual, seller))
    driving.sign(actor=seller, drive_id=drive.pk, on_paper=True)
    with pytest.raises(errors.Unlicensed):
        driving.leave(actor=seller, drive_id=drive.pk, km=1200)


def test_no_number_and_no_picture_of_a_licence_is_kept() -> None:
    names = {field.name for field in Licence._meta.get_fields()}
    assert names == {"id", "organisation", "drive", "driver", "licence_class", "issued_on", "expires_on", "seen_at",
                     "seen_by"}  # fmt: skip


def test_what_was_signed_is_kept_whole_whatever_is_written_later(manager: Actor, seller: Actor, drive: Drive) -> None:
    driving.see_licence(actor=seller, drive_id=drive.pk, shown=LICENCE)
    signed = driving.sign(actor=seller, drive_id=drive.pk, strokes=STROKES)
    assert "方雅雯" in signed.body and "皖B1QB01" in signed.body and "{" not in signed.body
    assert (signed.way, signed.number, signed.witness_id) == ("screen", 1, seller.staff_id)
    policies.word(actor=manager, seen=1, title="试驾约定", body="一、{driver}会好好开。")
    assert selectors.agreement(seller).row.number == 2
    assert Signature.objects.get().body == signed.body
    with pytest.raises(errors.AlreadySigned):
        driving.sign(actor=seller, drive_id=drive.pk, strokes=STROKES)


def test_the_picture_of_a_signature_is_sealed(seller: Actor, drive: Drive) -> None:
    from django.db import connection

    driving.sign(actor=seller, drive_id=drive.pk, strokes=STROKES)
    assert str(Signature.objects.get().picture).startswith("<svg")
    with connection.cursor() as cursor:
        cursor.execute("SELECT picture FROM drives_signature")
        (stored,) = cursor.fetchone()
    assert b"svg" not in bytes(stored)


def test_an_empty_sheet_is_no_signature(seller: Actor, drive: Drive) -> None:
    with pytest.raises(Unsigned):
        driving.sign(actor=seller, drive_id=drive.pk, strokes="[]")
    assert driving.sign(actor=seller, drive_id=drive.pk, on_paper=True).picture is None


def test_an_agreement_about_another_time_is_signed_anew(seller: Actor, one: DemoCar, drive: Drive) -> None:
    ready(seller, drive)
    bookings.move(actor=seller, drive_id=drive.pk, version=1, plan=plan(one, seller, at(14)))
    assert not Signature.objects.exists() and Licence.objects.exists()


def test_a_name_that_looks_like_a_place_stays_a_name(seller: Actor, drive: Drive) -> None:
    driving.see_licence(actor=seller, drive_id=drive.pk, shown=replace(LICENCE, driver="{plate}"))
    assert wording.filled(seller, drive, "{driver} {nobody} {") == "{plate} {nobody} {"
    assert wording.unknown_places("{driver} {nobody} {day}") == ["nobody"]


@pytest.mark.parametrize(("km", "most"), [(1199, None), (1501, 1500)])
def test_a_reading_that_can_not_be_is_refused(seller: Actor, drive: Drive, km: int, most: int | None) -> None:
    ready(seller, drive)
    with pytest.raises(errors.WrongMileage) as refused:
        driving.leave(actor=seller, drive_id=drive.pk, km=km)
    assert (refused.value.known, refused.value.most) == (1200, most)


def test_a_car_that_is_out_does_not_leave_again(seller: Actor, one: DemoCar, drive: Drive) -> None:
    later = bookings.book(
        actor=seller, lead_id=lead_of(seller, "13855530002", "汪洋").pk, plan=plan(one, seller, at(14))
    )
    for each in (drive, later):
        ready(seller, each)
    driving.leave(actor=seller, drive_id=drive.pk, km=1200)
    with pytest.raises(errors.CarOut):
        driving.leave(actor=seller, drive_id=later.pk, km=1200)
    driving.come_back(actor=seller, drive_id=drive.pk, km=1207)
    driving.leave(actor=seller, drive_id=later.pk, km=1207)


def test_who_comes_back_early_frees_the_place(seller: Actor, one: DemoCar, drive: Drive) -> None:
    Drive.objects.filter(pk=drive.pk).update(
        starts_at=times.now() - timedelta(minutes=20), ends_at=times.now() + timedelta(hours=2),
        held_until=times.now() + timedelta(hours=3),
    )  # fmt: skip
    ready(seller, drive)
    driving.leave(actor=seller, drive_id=drive.pk, km=1200)
    back = driving.come_back(actor=seller, drive_id=drive.pk, km=1205)
    assert back.held_until - times.now() < timedelta(minutes=16)


def test_a_damaged_car_goes_to_the_workshop(seller: Actor, one: DemoCar) -> None:
    driven(seller, one, damage="前杠裂", to_repair=True)
    assert DemoCar.objects.get(pk=one.pk).state == "repair"


# What the customer thought ----------------------------------------------------------------------
ANSWERS = Answers(scores={"power": 5, "comfort": 4, "nonsense": 3}, intention="family", words="方向盘有点沉")


def test_feedback_is_given_once_and_after_the_drive(seller: Actor, one: DemoCar, drive: Drive) -> None:
    with pytest.raises(errors.WrongState):
        feedbacks.give(actor=seller, drive_id=drive.pk, answers=ANSWERS)
    done = driven(seller, car_of(one))
    with pytest.raises(errors.NothingSaid):
        feedbacks.give(actor=seller, drive_id=done.pk, answers=Answers())
    said = feedbacks.give(actor=seller, drive_id=done.pk, answers=ANSWERS)
    assert (str(said.average), said.scores, said.by) == ("4.5", {"power": 5, "comfort": 4}, "here")
    with pytest.raises(errors.AlreadyAnswered):
        feedbacks.give(actor=seller, drive_id=done.pk, answers=ANSWERS)


def car_of(one: DemoCar) -> DemoCar:
    """The first drive of these tests stands at ten: this one's car has another day."""
    Drive.objects.update(starts_at=at(10, days=9), ends_at=at(11, days=9), held_until=at(11, days=9))
    return one


def test_a_link_leads_to_its_drive_as_long_as_it_lasts(seller: Actor, one: DemoCar) -> None:
    done = driven(seller, one)
    token = feedbacks.invite(actor=seller, drive_id=done.pk)
    found = asked_by(token)
    assert found is not None and (found.organisation_id, found.drive_id) == (seller.organisation_id, done.pk)
    assert token.encode() not in bytes(FeedbackLink.objects.get().token)
    again = feedbacks.invite(actor=seller, drive_id=done.pk)
    assert asked_by(token) is None and asked_by(again) is not None
    FeedbackLink.objects.update(expires_at=times.now() - timedelta(minutes=1))
    assert asked_by(again) is None
    assert asked_by("") is None and asked_by("x" * 400) is None


def test_a_restored_home_opens_no_link_that_may_have_been_replaced_since(seller: Actor, one: DemoCar) -> None:
    token = feedbacks.invite(actor=seller, drive_id=driven(seller, one).pk)
    now = times.now() - timedelta(minutes=1)
    assert restoring.close_links(seller, Moments(now - timedelta(days=1), now)) == {"links": 1}
    assert asked_by(token) is None


def test_the_customer_answers_on_their_own_phone(client: object, seller: Actor, one: DemoCar) -> None:
    from django.test import Client

    done = driven(seller, one)
    token = feedbacks.invite(actor=seller, drive_id=done.pk)
    # A browser sends no origin from a page that asks for no referrer.
    headers, address = {"accept-language": "zh-hans", "origin": "null"}, f"/test-drives/t/{token}/"
    phone = Client(enforce_csrf_checks=True, headers=headers)
    page = phone.get(address)
    assert page.status_code == 200 and "追光" in page.content.decode() and "方雅雯" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow" and page["Referrer-Policy"] == "no-referrer"
    with scope(actors.system(seller.organisation_id)):
        assert FeedbackLink.objects.get().opened_at is not None
    assert phone.post(address, {}).status_code == 422
    assert phone.post(address, {"score_power": "9"}).status_code == 422
    answer = phone.post(address, {"score_power": "5", "intention": "order", "words": "很好"})
    assert answer.status_code == 200 and "谢谢您" in answer.content.decode()
    assert phone.post(address, {"score_power": "1"}).status_code == 200  # a second press changes nothing
    with scope(actors.system(seller.organisation_id)):
        said = Feedback.objects.get()
        assert (said.scores, said.intention, said.by) == ({"power": 5}, "order", "link")


def test_a_link_that_never_was_looks_like_one_that_is_over_and_guessing_is_slowed() -> None:
    from django.test import Client

    phone = Client(headers={"accept-language": "zh-hans"})
    answers = [phone.get(f"/test-drives/t/never-was-{number}/").status_code for number in range(25)]
    assert answers[:20] == [404] * 20 and answers[-1] == 429


# Fleet, planning, figures -----------------------------------------------------------------------
def test_a_plate_or_vin_stands_once_in_the_fleet(manager: Actor, one: DemoCar) -> None:
    with pytest.raises(errors.NameTaken) as refused:
        car(manager, one.plate)
    assert refused.value.field == "plate"
    route(manager)
    with pytest.raises(errors.NameTaken):
        route(manager)


def test_cars_and_routes_are_changed_by_who_saw_them_last(manager: Actor, one: DemoCar) -> None:
    way = route(manager)
    with pytest.raises(errors.ChangedMeanwhile):
        fleet.change_car(actor=manager, car_id=one.pk, version=7, facts={"colour": "白"})
    assert fleet.change_route(actor=manager, route_id=way.pk, version=1, facts={"km": 7}).version == 2
    assert fleet.change_route(actor=manager, route_id=way.pk, version=2, facts={"km": 7}).version == 2


def test_a_store_says_its_own_pause_and_goes_back(manager: Actor, seller: Actor, one: DemoCar) -> None:
    shipped = selectors.policy(manager)
    policies.change(actor=manager, version=shipped.version, minutes=45, pause=30, remind_at=shipped.remind_at)
    assert selectors.policy_resolved(manager).own
    drive = bookings.book(actor=seller, lead_id=lead_of(seller).pk, plan=plan(one, seller))
    assert drive.held_until - drive.ends_at == timedelta(minutes=30)
    policies.inherit_policy_again(actor=manager)
    assert selectors.policy(manager).pause == 15
    assert not DrivePolicy.objects.filter(organisation_id=manager.organisation_id).exists()


def test_who_words_the_agreement_second_sees_what_the_first_wrote(manager: Actor) -> None:
    policy = selectors.policy(manager)
    facts = {"version": policy.version, "minutes": 45, "pause": 30, "remind_at": policy.remind_at}
    for act in (
        lambda: policies.word(actor=manager, seen=1, title="试驾约定", body="好好开。"),
        lambda: policies.change(actor=manager, **facts),
    ):
        with held({"network_organisation"}) as tables:
            act()
        assert tables, "one change at a time, or both number their words alike"


def test_a_store_writes_its_own_agreement_and_goes_back(manager: Actor) -> None:
    policies.word(actor=manager, seen=1, title="试驾约定", body="好好开。")
    with pytest.raises(errors.ChangedMeanwhile):
        policies.word(actor=manager, seen=1, title="又一份", body="好好开。")
    policies.word(actor=manager, seen=2, title="试驾约定", body="慢慢开。")
    assert [one.number for one in selectors.agreements(manager)] == [3, 2]
    policies.inherit_agreement_again(actor=manager)
    assert selectors.agreement(manager).row.title == "试乘试驾协议"
    assert AgreementText.objects.count() == 1


def test_figures_count_drives_and_what_came_of_them(manager: Actor, seller: Actor, one: DemoCar) -> None:
    done = driven(seller, one)
    feedbacks.give(actor=seller, drive_id=done.pk, answers=ANSWERS)
    bookings.book(actor=seller, lead_id=lead_of(seller, "13855530002", "汪洋").pk, plan=plan(one, seller, at(14)))
    day = times.day_of(at())
    found = figures(manager, day, day)
    assert (found.total.booked, found.total.done, found.total.km, found.total.leads) == (2, 1, 8, 1)
    assert (found.total.rate, str(found.total.score), found.total.no_shows) == (0, "4.5", 0)
    Lead.objects.filter(pk=done.lead_id).update(stage="ordered")
    (line,) = figures(manager, day, day).cars
    assert (line.key, line.rate, line.bought) == (one.pk, 100, 1)
    assert figures(manager, day + timedelta(days=1), day + timedelta(days=1)).total.booked == 0
