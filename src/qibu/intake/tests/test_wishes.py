"""What is asked for besides a car: a test drive at a time, an appraisal of the one they have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from qibu.intake.rules import USED, appointment
from qibu.intake.rules.drafts import kilometres
from qibu.intake.services import arriving, documents
from qibu.intake.tests.corpus import customer, document, prospect, vehicle
from qibu.intake.tests.world import FANG, brought, client_of, manager, store
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.kernel.times import ZONE
from qibu.leads.models import Lead
from qibu.leads.rules import USED_CAR, Reason
from qibu.leads.services import allocating

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)  # a Thursday
TEN = time(10)


@pytest.fixture
def house() -> Iterator[Actor]:
    actor = manager(store())
    with scope(actor):
        yield actor


@pytest.mark.parametrize(("said", "when"), [
    ("2026-11-28T10:00+08:00", (date(2026, 11, 28), TEN)), ("2026-11-28T02:00:00Z", (date(2026, 11, 28), TEN)),
    ("2026-11-28 10:00", (date(2026, 11, 28), TEN)), ("2026-11-28", (date(2026, 11, 28), None)),
    ("11月28日下午3点半", (date(2026, 11, 28), time(15, 30))), ("1月5号", (date(2027, 1, 5), None)),
    ("周六上午10点", (date(2026, 11, 28), TEN)), ("周末", (date(2026, 11, 28), None)),
    ("星期四", (TODAY, None)), ("明天 9:15", (date(2026, 11, 27), time(9, 15))),
    ("今晚", None), ("2026-11-20 10:00", None), ("2026-02-30", None), ("2月30日", None), ("看情况", None), ("", None),
    ("明天25点", (date(2026, 11, 27), None)), ("9999-12-31T23:00:00-10:00", None),
])  # fmt: skip
def test_when_somebody_would_like_to_come(said: str, when: tuple[date, time | None] | None) -> None:
    assert appointment(said, TODAY, ZONE) == when


@pytest.mark.parametrize(("said", "km"), [
    ("62000", 62_000), ("6.2万公里", 62_000), ("38,000 mi", 61_155), ("10 miles", 16), ("0", None), ("新车", None),
    ("99999999", None), ("", None),
])  # fmt: skip
def test_how_far_a_car_has_run(said: str, km: int | None) -> None:
    assert kilometres(said) == km


def test_all_that_an_appraisal_may_know_can_be_told() -> None:
    assert set(USED.values()) == set(USED_CAR)


def taken(house: Actor, *parts: str, key: str = "K1") -> Lead:
    content = document(prospect(*parts, key=f'<id source="portal">{key}</id>'))
    (outcome,) = documents.take_adf(actor=house, content=content, sender="门户")
    assert outcome.lead_id is not None, outcome.arrival.reasons
    return Lead.objects.select_related("next_task", "customer").get(pk=outcome.lead_id)


def test_a_used_car_alone_is_a_lead_with_all_that_its_appraisal_asks_for(house: Actor) -> None:
    used = vehicle(
        "<id source='x-plate'>皖B12345</id><id source='x-registered'>2019-03-20</id><year>2019</year><make>大众</make>"
        "<model>朗逸</model><vin>LSVAB2BR5EN100001</vin><odometer units='km'>62000</odometer>"
        "<condition>fair</condition><comments>右前门补过漆</comments>",
        "interest='trade-in' status='used'",
    )  # fmt: skip
    lead = taken(house, used, customer())
    assert (lead.interest, lead.trade_in, lead.car) == (
        "trade_in", "2019 大众 朗逸 62000 km LSVAB2BR5EN100001", "",
    )  # fmt: skip
    assert lead.used_car == {
        "plate": "皖B12345", "vin": "LSVAB2BR5EN100001", "registered_on": "2019-03-20", "mileage": 62_000,
        "condition": "fair", "note": "右前门补过漆",
    }  # fmt: skip


def test_what_cannot_be_read_of_a_used_car_goes_into_the_remark(house: Actor) -> None:
    facts = {**FANG, "trade_in": "朗逸", "trade_in_vin": "车架号记不清", "trade_in_km": "没注意", "drive": "有空就来"}
    outcome = arriving.take(actor=house, brought=brought(facts))
    lead = Lead.objects.get(pk=outcome.lead_id)
    assert lead.used_car == {}
    assert lead.remark.splitlines() == ["车架号记不清", "没注意", "有空就来"]


def test_a_wish_to_drive_stands_on_the_first_task_with_its_time(house: Actor) -> None:
    on = times.today() + timedelta(days=3)
    frame = f"<timeframe><earliestdate>{on}T10:00:00+08:00</earliestdate></timeframe>"
    lead = taken(house, vehicle(more='interest="test-drive"'), customer(after=frame))
    assert (lead.interest, lead.drive_on, lead.drive_at, lead.buys_by) == ("test_drive", on, TEN, None)
    assert lead.drive_asked_at == lead.received_at
    task = lead.next_task
    assert task is not None and (task.title, "10:00" in task.detail) == ("首次联系，约试驾", True)


def test_a_time_beside_a_wish_to_buy_is_when_they_buy(house: Actor) -> None:
    frame = "<timeframe><earliestdate>2026-12-20</earliestdate></timeframe>"
    lead = taken(house, vehicle(), vehicle(more='interest="test-drive"'), customer(after=frame))
    assert (lead.drive_on, lead.buys_by) == (None, date(2026, 12, 20))
    assert lead.drive_asked_at is not None


def test_who_asks_later_for_a_drive_is_heard_also_with_an_open_lead(house: Actor) -> None:
    """The wish of a lead is the first one; asking for a drive counts whenever it is said."""
    on = times.today() + timedelta(days=4)
    first = Lead.objects.get(pk=arriving.take(actor=house, brought=brought({**FANG, "interest": "buy"})).lead_id)
    allocating.move(house, first, house.staff_id, Reason.GIVEN)
    Lead.objects.filter(pk=first.pk).update(answered_at=times.now())
    for day in (on, on + timedelta(days=1)):
        arriving.take(actor=house, brought=brought({**FANG, "interest": "test_drive", "drive": f"{day} 10:00"}))
        first.refresh_from_db()
        assert (first.interest, first.drive_on, first.drive_at) == ("buy", day, TEN)
    arriving.take(actor=house, brought=brought({**FANG, "interest": "test_drive", "remark": "哪天都行"}))
    first.refresh_from_db()
    assert (first.drive_on, first.drive_at) == (None, None)


def test_one_click_on_the_lead_books_what_was_asked_for(house: Actor) -> None:
    on = times.today() + timedelta(days=3)
    facts = {**FANG, "interest": "test_drive", "drive": f"{on}T10:00", "trade_in": "2019 朗逸"}
    facts |= {"trade_in_plate": "皖B12345", "trade_in_km": "6.2万", "trade_in_condition": "fair"}
    lead = arriving.take(actor=house, brought=brought(facts)).lead_id
    client = client_of(house)
    book, appraise = f"{reverse('drives:new')}?lead={lead}", reverse("quotes:appraise", args=[lead])
    page = client.get(reverse("leads:detail", args=[lead])).content.decode()
    assert "客户想试驾" in page and f'href="{book}"' in page
    assert "客户有旧车要置换" in page and f'href="{appraise}"' in page
    assert f'value="{on}T10:00"' in client.get(book).content.decode()
    form = client.get(appraise).content.decode()
    assert all(said in form for said in ('value="2019 朗逸"', 'value="皖B12345"', 'value="62000"'))
    assert 'value="fair" ' in form.split("checked")[0][-400:]
