from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from qibu.funnel import rules, selectors
from qibu.funnel.models import Forecast, SourceCost
from qibu.funnel.selectors import Asked, Seen
from qibu.funnel.services import costs, forecasts
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead, StageChange
from qibu.leads.services import ending, receiving, stages
from qibu.leads.services.ending import Loss
from qibu.leads.tests.world import caller, person, received, store
from qibu.network.services import actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Iterator[Actor]:
    actor = actors.system(store())
    with scope(actor):
        yield actor


def lead(actor: Actor, number: int, *, stage: str = "new", source: str = "form", series: str = "追光",
         at: datetime | None = None) -> Lead:  # fmt: skip
    who = caller(f"客{number}", f"138555{number:05d}")
    moment = at or times.now() - timedelta(days=3)
    came = received(who, source=source, at=moment, wish={"brand": "星辰", "series": series})
    found = receiving.receive(actor=actor, received=came).lead
    if stage != "new":
        stages.advance(actor, found, stage)
    found.refresh_from_db()
    return found


def asked(**narrowed: str) -> Asked:
    return Asked(times.today() - timedelta(days=29), times.today(), **narrowed)


def came(seen: Seen) -> dict[str, int]:
    return {one.code: one.came for one in seen.funnel()}


def test_a_cohort_is_counted_by_the_furthest_stage_each_came_to(house: Actor) -> None:
    lead(house, 1)
    back = lead(house, 2, stage="quoted")
    stages.move(actor=house, lead_id=back.pk, stage="new")
    ending.win(house, lead(house, 3, stage="ordered"))
    found = came(Seen(house, asked()))
    assert (found["new"], found["contacted"], found["quoted"], found["ordered"], found["won"]) == (3, 2, 2, 1, 1)


def test_what_was_no_lead_and_what_came_at_another_time_is_not_counted(house: Actor) -> None:
    lead(house, 1)
    wrong = lead(house, 2)
    ending.lose(actor=house, lead_id=wrong.pk, loss=Loss(reason="wrong_number"))
    lead(house, 3, at=times.now() - timedelta(days=60))
    assert came(Seen(house, asked()))["new"] == 1


def test_parts_add_up_to_the_whole_and_each_leads_to_its_rows(house: Actor) -> None:
    for number, source in enumerate(("form", "form", "walk-in")):
        lead(house, number, source=source, stage="visited" if number else "new")
    seen = Seen(house, asked())
    parts = seen.by("source")
    assert {key: found[0].whole for key, found in parts.items()} == {"form": 2, "walk-in": 1}
    for key, found in parts.items():
        codes = [one.code for one in found[:-1]]
        for step in found:
            rows = selectors.reached(selectors.cohort(house, asked(source=key)), codes, step.code)
            assert rows.count() == step.came, (key, step.code)


def test_a_consultant_sees_the_funnel_of_their_own(house: Actor) -> None:
    seller = person(house.organisation_id, "李思远", "sales_consultant")
    own, _others = lead(house, 1), lead(house, 2)
    Lead.objects.filter(pk=own.pk).update(consultant_id=seller.staff_id)
    other = person(house.organisation_id, "孙梅", "sales_consultant")
    Lead.objects.filter(pk=_others.pk).update(consultant_id=other.staff_id)
    assert came(Seen(seller, asked()))["new"] == 1


def test_how_long_leads_stand_is_told_by_the_median(house: Actor) -> None:
    now = times.now()
    for number, days in enumerate((1, 2, 9)):
        one = lead(house, number, stage="contacted", at=now - timedelta(days=20))
        StageChange.objects.filter(lead=one, stage="new").update(at=now - timedelta(days=20))
        StageChange.objects.filter(lead=one, stage="contacted").update(at=now - timedelta(days=20 - days))
    found = selectors.stood(house, asked())
    assert found["new"] == (timedelta(days=2), 3)
    assert found["contacted"][0] > timedelta(days=17)


def test_costs_are_kept_by_month_and_an_empty_one_is_taken_away(house: Actor) -> None:
    month = times.today().replace(day=1)
    assert costs.write(actor=house, month=month, amounts={"form": Decimal(3000), "walk-in": Decimal(0)}) == ["form"]
    assert selectors.costs(house, asked()) == {"form": Decimal(3000)}
    assert costs.write(actor=house, month=month, amounts={"form": Decimal(3000)}) == []
    costs.write(actor=house, month=month, amounts={"form": Decimal(0)})
    assert not SourceCost.objects.exists()
    assert Entry.objects.filter(type="funnel.SourceCostsChanged").count() == 2


def test_a_lead_costs_the_months_money_by_the_months_leads_whoever_they_lie_with(house: Actor) -> None:
    today = times.today()
    month = today.replace(day=1)
    costs.write(actor=house, month=month, amounts={"form": Decimal(3000), "walk-in": Decimal(9000)})
    at = times.start_of(month)
    ending.win(house, lead(house, 1, at=at))
    mine = lead(house, 2, at=at)
    lead(house, 3, at=at - timedelta(days=1))  # of the month before: other money brought it
    seller = person(house.organisation_id, "李思远", "sales_consultant")
    Lead.objects.filter(pk=mine.pk).update(consultant_id=seller.staff_id)
    for narrowed in ({}, {"consultant": str(seller.staff_id)}, {"series": "远航"}):
        found = selectors.prices(house, Asked(today, today, **narrowed))
        assert [(one.source, one.amount, one.leads, one.sales) for one in found] == [
            ("walk-in", Decimal(9000), 0, 0), ("form", Decimal(3000), 2, 1),
        ]  # fmt: skip
    assert selectors.prices(seller, Asked(today, today)) == []


def test_only_who_manages_sales_writes_costs(house: Actor) -> None:
    seller = person(house.organisation_id, "李思远", "sales_consultant")
    with pytest.raises(PermissionRefused):
        costs.write(actor=seller, month=times.today(), amounts={"form": Decimal(1)})


def test_a_forecast_is_kept_once_a_day_and_proven_when_the_month_is_over(house: Actor) -> None:
    today = times.today()
    hot = lead(house, 1)
    Lead.objects.filter(pk=hot.pk).update(probability=0.4, grade="H", buys_by=today)
    ending.win(house, lead(house, 2))
    first = forecasts.keep(actor=house, on=today)
    assert (first.won, first.leads, round(first.expected, 2)) == (1, 1, 0.4)
    assert first.counted == [hot.pk]
    Lead.objects.filter(pk=hot.pk).update(probability=0.9)
    assert forecasts.keep(actor=house, on=today).pk == first.pk
    Forecast.objects.update(month=date(2026, 1, 1), made_on=date(2026, 1, 1))
    Lead.objects.filter(state="won").update(closed_at=datetime(2026, 1, 20, tzinfo=times.ZONE))
    (proof,) = selectors.proofs(house, today)
    assert (round(proof.forecast, 1), proof.actual, proof.error) == (1.4, 1, 40)


def test_the_rows_of_a_month_are_those_of_the_days_that_were_asked_for() -> None:
    begun = Asked(first=date(2026, 8, 29), last=date(2026, 11, 26))
    wanted = {"received_from": "2026-08-29", "received_to": "2026-08-31"}
    assert selectors.narrowed(begun, "month", date(2026, 8, 1)) == wanted
    assert selectors.narrowed(begun, "month", date(2026, 11, 1))["received_to"] == "2026-11-26"


def test_what_is_not_on_sale_is_one_part_and_leads_to_its_rows(house: Actor) -> None:
    for number, series in enumerate(("随便看看", "一台大的", "")):
        lead(house, number, series=series)
    parts = Seen(house, asked()).by("series")
    assert {key: found[0].whole for key, found in parts.items()} == {"other": 2, "none": 1}
    for key, found in parts.items():
        assert selectors.cohort(house, asked(**selectors.narrowed(asked(), "series", key))).count() == found[0].whole


def test_who_stood_somewhere_is_counted_once_and_found(house: Actor) -> None:
    one = lead(house, 1, stage="visited")
    stages.move(actor=house, lead_id=one.pk, stage="new")
    stages.move(actor=house, lead_id=one.pk, stage="visited")
    lead(house, 2)
    found = selectors.stood(house, asked())
    assert {stage: number for stage, (_median, number) in found.items()} == {"new": 2, "visited": 1}
    rows = selectors.cohort(house, asked())
    assert [row.pk for row in selectors.stood_at(rows, "visited")] == [one.pk]


def test_a_forecast_opens_the_leads_it_was_made_of(house: Actor) -> None:
    today = times.today()
    hot, sold, cold = lead(house, 1), lead(house, 2), lead(house, 3)
    Lead.objects.filter(pk=hot.pk).update(probability=0.4, grade="H", buys_by=today)
    Lead.objects.filter(pk=cold.pk).update(probability=0.1, grade="C", buys_by=None)
    ending.win(house, sold)
    month = today.replace(day=1)
    assert [one.pk for one in selectors.forecast(house, Lead.objects.all(), month)] == [hot.pk]
    made = forecasts.keep(actor=house, on=today)
    Forecast.objects.filter(pk=made.pk).update(month=date(2026, 1, 1), made_on=date(2026, 1, 2))
    Lead.objects.filter(pk=sold.pk).update(closed_at=datetime(2026, 1, 2, 15, tzinfo=times.ZONE))
    Lead.objects.filter(pk=cold.pk).update(state="won", closed_at=datetime(2026, 1, 20, tzinfo=times.ZONE))
    rows = selectors.forecast(house, Lead.objects.all(), date(2026, 1, 1))
    assert {one.pk for one in rows} == {hot.pk, sold.pk}
    delivered = selectors.won(Lead.objects.all(), *rules.month_of(date(2026, 1, 1)))
    assert {one.pk for one in delivered} == {sold.pk, cold.pk}
    assert not selectors.forecast(house, Lead.objects.all(), date(2025, 1, 1)).exists()
