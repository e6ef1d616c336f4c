"""Grades and chances follow the acts on leads; counts are as they were once a lead is taken up again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads import jobs
from qibu.leads.models import Lead, ScoringRefusal, StageChange, Tally
from qibu.leads.rules import Reason
from qibu.leads.selectors import scoring as reads
from qibu.leads.services import allocating, ending, facts, grading, receiving, scoring, stages
from qibu.leads.services.ending import Loss
from qibu.leads.tests.world import caller, person, received, store
from qibu.network.models import Organisation
from qibu.network.services import actors

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(seller: Actor) -> Lead:
    return made(seller, 1)


def made(seller: Actor, number: int) -> Lead:
    found = receiving.receive(actor=seller, received=received(caller(f"客户{number}", f"1385553{number:04d}"))).lead
    allocating.move(seller, found, seller.staff_id, Reason.GIVEN)
    return again(found)


def again(lead: Lead) -> Lead:
    found: Lead = Lead.objects.select_related("next_task", "customer").get(pk=lead.pk)
    return found


def table() -> dict[tuple[str, str], tuple[int, int]]:
    rows = Tally.objects.exclude(won=0, lost=0).values_list("field", "value", "won", "lost")
    return {(field, value): (won, lost) for field, value, won, lost in rows}


def lose(seller: Actor, lead: Lead) -> None:
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="price"))


# Grades -----------------------------------------------------------------------------------------
def test_the_grade_follows_what_is_known_until_somebody_says_it_and_again_once_released(
    seller: Actor, lead: Lead
) -> None:
    assert lead.grade == "C"
    facts.change(actor=seller, lead_id=lead.pk, values={"buys_by": times.today() + timedelta(days=10)})
    assert again(lead).grade == "A"
    grading.set_grade(actor=seller, lead_id=lead.pk, grade="B")
    facts.change(actor=seller, lead_id=lead.pk, values={"buys_by": times.today() + timedelta(days=2)})
    assert (again(lead).grade, again(lead).grade_by_hand) == ("B", True)
    grading.release(actor=seller, lead_id=lead.pk)
    assert (again(lead).grade, again(lead).grade_by_hand) == ("H", False)
    assert [entry.data["by_hand"] for entry in Entry.objects.filter(type="leads.LeadGraded").order_by("pk")] == [
        False, True, False,
    ]  # fmt: skip


def test_a_visit_raises_and_the_morning_lowers_who_is_silent(seller: Actor, lead: Lead) -> None:
    stages.move(actor=seller, lead_id=lead.pk, stage="visited")
    assert again(lead).grade == "B"
    StageChange.objects.update(at=times.now() - timedelta(days=16))
    Lead.objects.update(heard_at=times.now() - timedelta(days=16))
    assert grading.regrade_all(seller) == 1
    assert again(lead).grade == "C"
    assert grading.regrade_all(seller) == 0


# Counts -----------------------------------------------------------------------------------------
def test_closing_and_taking_up_again_leaves_the_counts_as_they_were(seller: Actor, lead: Lead) -> None:
    lose(seller, made(seller, 2))
    before = table()
    stages.move(actor=seller, lead_id=lead.pk, stage="contacted")
    lose(seller, lead)
    assert table() != before
    assert table()["stage", "contacted"] == (0, 1)
    Lead.objects.filter(pk=lead.pk).update(source="referral", stage="visited")  # what changed since changes nothing
    ending.reopen(actor=seller, lead_id=lead.pk, title="再问", due_at=times.now() + timedelta(days=1))
    assert table() == before
    assert again(lead).counted == []


def test_a_won_lead_counts_for_every_stage_it_came_through(seller: Actor, lead: Lead) -> None:
    facts.change(actor=seller, lead_id=lead.pk, values={"colour": "白", "payment": "full", "buys_by": times.today()})
    ending.win(seller, stages.move(actor=seller, lead_id=lead.pk, stage="ordered"))
    found = table()
    assert {found["stage", code] for code in ("*", "new", "contacted", "ordered")} == {(1, 0)}
    assert (found["source", "form"], found["door", "form"], found["reach", "phone"]) == ((1, 0), (1, 0), (1, 0))


def test_who_never_could_have_bought_is_not_counted(seller: Actor, lead: Lead) -> None:
    ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="wrong_number"))
    assert table() == {}


# Chances ----------------------------------------------------------------------------------------
def test_the_chance_is_there_at_once_and_rises_with_the_stage(seller: Actor, lead: Lead) -> None:
    first = again(lead).probability
    stages.move(actor=seller, lead_id=lead.pk, stage="visited")
    second = again(lead).probability
    assert first is not None and second is not None and first < second
    assert StageChange.objects.get(stage="visited").probability == second


def test_a_chance_said_by_hand_stays_until_it_is_released(seller: Actor, lead: Lead) -> None:
    scoring.set_chance(actor=seller, lead_id=lead.pk, probability=0.8)
    stages.move(actor=seller, lead_id=lead.pk, stage="visited")
    scoring.rescore(seller)
    assert again(lead).probability == 0.8
    scoring.release(actor=seller, lead_id=lead.pk)
    assert again(lead).probability != 0.8


def test_what_ends_changes_the_chance_of_what_is_open(seller: Actor, lead: Lead) -> None:
    before = again(lead).probability
    for number in range(2, 6):
        lose(seller, made(seller, number))
    assert scoring.rescore(seller) == 1
    after = again(lead).probability
    assert before is not None and after is not None and after < before
    assert scoring.rescore(seller) == 0


def test_whom_no_machine_may_judge_has_no_chance_and_is_not_counted(seller: Actor, lead: Lead) -> None:
    scoring.refuse(actor=seller, lead_id=lead.pk)
    scoring.refuse(actor=seller, lead_id=lead.pk)
    assert ScoringRefusal.objects.count() == 1
    stages.move(actor=seller, lead_id=lead.pk, stage="visited")
    scoring.rescore(seller)
    assert again(lead).probability is None
    scoring.allow(actor=seller, lead_id=lead.pk)
    assert again(lead).probability is not None
    scoring.refuse(actor=seller, lead_id=lead.pk)
    lose(seller, lead)
    assert table() == {}


def test_the_group_is_told_only_what_two_others_have_seen() -> None:
    region = Organisation.objects.create(kind="region", code="R-1", name="大区", short_name="大区")
    ours, first, second = (
        Organisation.objects.create(parent=region, kind="dealer", code=f"N-{n}", name=f"店{n}", short_name=f"店{n}")
        for n in range(3)
    )
    stranger = Organisation.objects.create(kind="dealer", code="X-1", name="外店", short_name="外")
    key = (("source", "form"),)
    for organisation, won, told in ((first, 3, {}), (stranger, 100, {}), (second, 4, {key[0]: (7.0, 14.0)})):
        with scope(actors.system(organisation)):
            Tally.objects.create(organisation=organisation, field="source", value="form", won=won, lost=2 * won)
        with scope(actors.system(ours)):
            assert reads.counts_around(key) == told


def test_chances_that_were_given_are_set_beside_what_came_of_them(seller: Actor, lead: Lead) -> None:
    stages.move(actor=seller, lead_id=lead.pk, stage="contacted")
    assert reads.reliability() == []
    lose(seller, lead)
    (decile,) = reads.reliability()
    assert (decile.cases, decile.won) == (1, 0)




def test_each_morning_every_store_looks_at_its_silent_leads() -> None:
    actor = person(store(), "李思远", "sales_consultant")
    with scope(actor):
        lead = made(actor, 1)
        stages.move(actor=actor, lead_id=lead.pk, stage="visited")
        StageChange.objects.update(at=times.now() - timedelta(days=16))
        Lead.objects.update(heard_at=times.now() - timedelta(days=16), probability=None)
    jobs.morning(timestamp=0)
    with scope(actor):
        assert again(lead).grade == "C"
        assert again(lead).probability is not None


def test_an_end_asks_once_for_the_open_leads_to_be_judged_again(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]]
) -> None:
    actor = person(store(), "李思远", "sales_consultant")
    with django_capture_on_commit_callbacks(execute=True), scope(actor):
        for number in (1, 2):
            lose(actor, made(actor, number))
    waiting = ProcrastinateJob.objects.filter(task_name="leads.rescore", status="todo")
    assert [job.args["organisation_id"] for job in waiting] == [actor.organisation_id]
    jobs.rescore(actor.organisation_id)
