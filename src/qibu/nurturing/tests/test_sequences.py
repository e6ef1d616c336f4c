"""Sequences: who enters, what falls due, and what ends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qibu.contracts.drives import DriveBooked
from qibu.contracts.showroom import VisitorCame
from qibu.customers.services import holds
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.leads.models import Lead
from qibu.leads.services import allocating, ending, receiving, stages, talks
from qibu.leads.services.ending import Loss
from qibu.leads.services.talks import Talk
from qibu.leads.tests.world import caller, received
from qibu.nurturing import handlers, selectors
from qibu.nurturing.errors import GoesOn, NotInUse, NotPermitted
from qibu.nurturing.models import Run, Sending, Sequence
from qibu.nurturing.rules import End
from qibu.nurturing.services import library, planning, runs, sending
from qibu.nurturing.services.planning import STEP, Planned
from qibu.nurturing.services.sending import Wish
from qibu.nurturing.tests.world import (
    again,
    agreed,
    lead_of,
    person,
    piece,
    run_of,
    sent,
    sequence,
    step,
    system_of,
)
from qibu.tasks.models import Clock, Task
from qibu.tasks.services import results

pytestmark = pytest.mark.django_db
State = Sending.State


@contextmanager
def days_later(days: float) -> Iterator[None]:
    moment, before = times.now() + timedelta(days=days), times.now
    times.now = lambda: moment
    try:
        yield
    finally:
        times.now = before


def plan(seller: Actor) -> Planned:
    return planning.plan(actor=system_of(seller), on=times.today())


@pytest.fixture
def slow(seller: Actor) -> str:
    for code in ("first", "second", "third"):
        piece(seller, code)
    return sequence(seller, step(0, "first"), step(4, "second"), step(9, "third"))


def end_of(lead: Lead) -> str:
    found: str = Run.objects.get(lead=lead).end
    return found


def read_the_journal(seller: Actor) -> None:
    """As the relay does it, which reads what is committed."""
    handlers.ends(system_of(seller), list(Entry.objects.order_by("pk")))


def send_what_waits(seller: Actor) -> None:
    for task in Task.objects.filter(kind=STEP, state=Task.State.OPEN):
        results.record(actor=seller, task_ids=[task.pk], outcome=Task.Outcome.REACHED)


# Who enters -----------------------------------------------------------------------------------------
def test_only_who_agreed_enters(seller: Actor, slow: str) -> None:
    yes, _no = lead_of(seller), lead_of(seller, "13855530002", "许晴", agrees=False)
    found = selectors.entering(seller, Sequence.objects.get(), times.today())
    assert (found.fitting, found.refused, found.busy, found.leads) == (2, 1, 0, (yes.pk,))
    assert plan(seller).begun == 1 and Run.objects.get().lead_id == yes.pk


def test_conditions_narrow_it(seller: Actor, slow: str) -> None:
    lead = lead_of(seller)
    row, today = Sequence.objects.get(), times.today()

    def enters(**facts: object) -> bool:
        for name, value in facts.items():
            setattr(row, name, value)
        found = bool(selectors.entering(seller, row, today).leads)
        row.refresh_from_db()
        return found

    assert enters() and enters(grades=[lead.grade]) and enters(sources=["form"]) and enters(interests=["buy"])
    assert not enters(grades=[{"H": "C"}.get(lead.grade, "H")]) and not enters(stages=["ordered"])
    assert not enters(sources=["referral"]) and not enters(interests=["sell"]) and not enters(cars=["other"])
    assert not enters(after_days=2) and not enters(audience="lost") and not enters(audience="retry")


def test_lost_leads_have_sequences_of_their_own(seller: Actor, slow: str) -> None:
    lead = lead_of(seller)
    ending.give_up(seller, lead, Loss(reason="price", retry_on=times.today()))
    row = Sequence.objects.get()
    for audience in ("lost", "retry"):
        row.audience = audience
        assert selectors.entering(seller, row, times.today()).leads == (lead.pk,), audience
    Lead.objects.filter(pk=lead.pk).update(retry_on=times.today() + timedelta(days=1))
    assert not selectors.entering(seller, row, times.today()).leads


def test_nobody_goes_through_two_at_once_or_one_twice(seller: Actor, slow: str) -> None:
    sequence(seller, step(0, "first"), code="other")
    lead = lead_of(seller)
    plan(seller)
    with pytest.raises(GoesOn):
        run_of(seller, lead, "other")
    runs.stop(actor=seller, run_id=Run.objects.get().pk)
    assert plan(seller).begun == 1 and Run.objects.get(ended_at__isnull=True).sequence == "other"
    assert plan(seller).begun == 0


def test_by_hand_one_asks_for_a_yes_too(seller: Actor, slow: str) -> None:
    lead = lead_of(seller, agrees=False)
    with pytest.raises(NotPermitted):
        run_of(seller, lead)
    with pytest.raises(NotInUse):
        run_of(seller, lead, "nothing")
    agreed(lead)
    assert run_of(seller, lead).going_on


# What falls due ---------------------------------------------------------------------------------------
def test_a_day_planned_twice_changes_nothing(seller: Actor, slow: str) -> None:
    lead_of(seller)
    first = plan(seller)
    assert (first.begun, first.planned) == (1, 1)
    assert not plan(seller).anything and Sending.objects.count() == 1
    task = Task.objects.get(kind=STEP)
    assert (task.assignee_id, task.title, task.detail) == (seller.staff_id, "发资料：一篇 first", "序列 slow")
    assert Clock.objects.filter(task=task).count() == 1


def test_steps_follow_when_the_one_before_was_sent(seller: Actor, slow: str) -> None:
    lead_of(seller)
    plan(seller)
    with days_later(5):
        assert plan(seller).planned == 0  # the first one still waits
    send_what_waits(seller)
    assert Sending.objects.get().state == State.SENT
    with days_later(5):
        assert plan(seller).planned == 1 and Sending.objects.filter(piece="second").exists()


def test_the_end_of_its_steps_ends_it(seller: Actor, slow: str) -> None:
    lead = lead_of(seller)
    for days in (0, 4, 9):
        with days_later(days):
            plan(seller)
            send_what_waits(seller)
    with days_later(10):
        assert plan(seller).ended == 1
    assert end_of(lead) == End.FINISHED and Sending.objects.filter(state=State.SENT).count() == 3


def test_two_pieces_have_days_between_them(seller: Actor, slow: str) -> None:
    lead = lead_of(seller)
    sent(seller, lead, "third")
    assert plan(seller).planned == 0
    with days_later(3):
        assert plan(seller).planned == 1


def test_a_consultant_gets_only_so_many_a_day(seller: Actor, slow: str) -> None:
    library.change_rules(actor=system_of(seller), values={"gap_days": 3, "most_a_day": 2, "link_days": 30})
    for number in range(4):
        lead_of(seller, f"1385553000{number}", f"客户{number}")
    assert plan(seller).planned == 2 and plan(seller).planned == 0
    with days_later(1):
        assert plan(seller).planned == 2


def test_what_waits_by_hand_is_not_planned_beside_it(seller: Actor, slow: str) -> None:
    lead = lead_of(seller)
    by_hand = sending.prepare(actor=seller, lead_id=lead.pk, wish=Wish(piece="first", channel="wechat"))
    Sending.objects.update(made_at=times.now() - timedelta(days=9))
    plan(seller)
    assert Sending.objects.filter(piece="first").count() == 1
    sending.skip(actor=seller, sending_id=by_hand.pk)
    plan(seller)
    assert Sending.objects.filter(piece="first", state=State.WAITING).count() == 1


def test_what_ended_is_passed_over(seller: Actor, slow: str) -> None:
    lead_of(seller)
    library.change_piece(actor=system_of(seller), code="first", values={"active": False})
    assert plan(seller).planned == 0
    with days_later(4):
        plan(seller)
    assert Sending.objects.get().piece == "second"


def test_skipping_goes_on_with_the_next(seller: Actor, slow: str) -> None:
    lead_of(seller)
    plan(seller)
    task = Task.objects.get(kind=STEP)
    results.record(actor=seller, task_ids=[task.pk], outcome=Task.Outcome.WRONG_NUMBER)
    assert Sending.objects.get().state == State.SKIPPED
    with days_later(4):
        assert plan(seller).planned == 1


def test_a_result_taken_back_waits_again(seller: Actor, slow: str) -> None:
    lead_of(seller)
    plan(seller)
    recorded = results.record(
        actor=seller, task_ids=[Task.objects.get(kind=STEP).pk], outcome=Task.Outcome.REACHED
    )
    results.undo(actor=seller, attempt_ids=[one.pk for one in recorded.attempts])
    assert Sending.objects.get().state == State.WAITING


def test_what_waits_follows_the_lead(seller: Actor, slow: str) -> None:
    lead = lead_of(seller)
    plan(seller)
    other = person(seller.organisation_id, "孙梅", "sales_consultant")
    allocating.move(system_of(seller), again(lead), other.staff_id, allocating.Reason.GIVEN)
    plan(seller)
    assert Task.objects.get(kind=STEP).assignee_id == other.staff_id


def test_many_leads_ask_no_more_than_few(seller: Actor, slow: str) -> None:
    def counted(first: int, many: int) -> int:
        for number in range(first, first + many):
            lead_of(seller, f"138555{number:05}", f"客户{number}")
        with CaptureQueriesContext(connection) as queries:
            done = plan(seller)
        assert done.begun == many and done.planned == many
        return len(queries)

    library.change_rules(actor=system_of(seller), values={"gap_days": 3, "most_a_day": 200, "link_days": 30})
    counted(10, 1)
    assert counted(20, 2) == counted(100, 12)


# What ends it -----------------------------------------------------------------------------------------
@pytest.fixture
def going(seller: Actor, slow: str) -> Lead:
    """Since an hour: the database's clock stands still within a test."""
    lead = lead_of(seller)
    plan(seller)
    Run.objects.update(begun_at=times.now() - timedelta(hours=1))
    return lead


def test_another_trace_ends_it_and_drops_what_waits(seller: Actor, going: Lead) -> None:
    system = system_of(seller)
    receiving.receive(actor=system, received=received(caller("方雅雯"), at=times.now()))
    read_the_journal(seller)
    assert end_of(going) == End.CAME_AGAIN
    assert Sending.objects.get().state == State.SKIPPED
    task = Task.objects.get(kind=STEP)
    assert (task.state, task.note) == (Task.State.CANCELLED, "客户又来联系")


def test_a_word_on_the_telephone_ends_it(seller: Actor, going: Lead) -> None:
    talks.record(actor=seller, lead_id=going.pk, talk=Talk(outcome="reached", note="周末来"))
    read_the_journal(seller)
    assert end_of(going) == End.SPOKE


def test_sending_a_piece_is_no_word_of_theirs(seller: Actor, going: Lead) -> None:
    send_what_waits(seller)
    read_the_journal(seller)
    assert end_of(going) == ""


def test_a_call_that_nobody_took_ends_nothing(seller: Actor, going: Lead) -> None:
    talks.record(actor=seller, lead_id=going.pk, talk=Talk(outcome="not_reached"))
    read_the_journal(seller)
    assert end_of(going) == ""


@pytest.mark.parametrize(
    ("stage", "end"), [("visited", End.VISITED), ("driven", End.DROVE), ("ordered", End.ORDERED)]
)
def test_a_visit_a_drive_an_order_end_it(seller: Actor, going: Lead, stage: str, end: End) -> None:
    stages.advance(seller, again(going), stage)
    read_the_journal(seller)
    assert end_of(going) == end


def test_who_agrees_a_drive_ends_it(seller: Actor, going: Lead) -> None:
    at = times.now() + timedelta(days=2)
    event = DriveBooked(subject_id=1, customer_id=going.customer_id, car="追光", starts_at=at)
    journal.record(event, actor=seller)
    read_the_journal(seller)
    assert end_of(going) == End.DROVE


def test_who_comes_in_ends_it(seller: Actor, going: Lead) -> None:
    event = VisitorCame(subject_id=1, customer_id=going.customer_id, way="walk_in", purpose="look")
    journal.record(event, actor=seller)
    read_the_journal(seller)
    assert end_of(going) == End.VISITED


def test_lost_and_taken_up_again(seller: Actor, going: Lead) -> None:
    ending.give_up(seller, again(going), Loss(reason="price"))
    read_the_journal(seller)
    assert end_of(going) == End.LOST


def test_a_no_ends_it_by_the_planner_too(seller: Actor, going: Lead) -> None:
    agreed(going, "withdrawn", "any")
    assert plan(seller).ended == 1 and end_of(going) == End.OPTED_OUT


def test_a_hold_ends_it(seller: Actor, going: Lead) -> None:
    holds.place(
        actor=system_of(seller), customer_id=going.customer_id, reach="marketing", reason="投诉处理中"
    )
    read_the_journal(seller)
    assert end_of(going) == End.OPTED_OUT


def test_a_sequence_that_is_switched_off_ends(seller: Actor, going: Lead) -> None:
    library.change_sequence(
        actor=system_of(seller), code="slow",
        values={"name": "序列 slow", "steps": Sequence.objects.get().steps, "active": False},
    )  # fmt: skip
    assert plan(seller).ended == 1 and end_of(going) == End.SWITCHED_OFF


def test_by_hand_it_ends_once(seller: Actor, going: Lead) -> None:
    run = Run.objects.get()
    for _time in range(2):
        runs.stop(actor=seller, run_id=run.pk)
    run.refresh_from_db()
    assert (run.end, run.ended_by_id) == (End.BY_HAND, seller.staff_id)
