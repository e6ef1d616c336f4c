from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import translation

from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.kernel.tests.races import held
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, receiving
from qibu.leads.tests.world import caller, received
from qibu.spotchecks import errors, selectors, words
from qibu.spotchecks.models import Check, Draw, LedgerEntry, Proposal, Question, SampleRule
from qibu.spotchecks.services import checking, drawing, rewards, settings
from qibu.tasks.models import Task
from qibu.tasks.services import results, tasks
from qibu.tasks.tests.world import person, store

pytestmark = pytest.mark.django_db
EACH = 4
MONTH = selectors.last_month


@pytest.fixture
def people() -> Iterator[dict[str, Actor]]:
    number = store()
    found = {
        "manager": person(number, "郭亮", "sales_manager"), "one": person(number, "李思远", "sales_consultant"),
        "two": person(number, "孙梅", "sales_consultant"), "agent": person(number, "赵婷婷", "call_agent"),
    }  # fmt: skip
    with scope(found["manager"]):
        for index, name in enumerate(("one", "two") * EACH):
            _visited(found[name], index)
        yield found


def _visited(seller: Actor, index: int) -> Lead:
    """Came in last month and stands at "visited"."""
    lead = receiving.receive(actor=seller, received=received(caller(f"客户{index}", f"138555300{index:02}"))).lead
    allocating.move(seller, lead, seller.staff_id, Reason.GIVEN)
    day = times.start_of(MONTH()).replace(day=10)
    Lead.objects.filter(pk=lead.pk).update(received_at=day, stage="visited")
    return lead


def drawn(people: dict[str, Actor]) -> Draw:
    return drawing.draw(actor=people["manager"], month=MONTH())


def answers(actor: Actor, said: str = "yes") -> dict[str, str]:
    return {one.code: said for one in selectors.standard(actor)}


def test_a_month_is_drawn_once_and_can_be_proven(people: dict[str, Actor]) -> None:
    made = drawn(people)
    assert len(made.population) == 2 * EACH and len(made.drawn) == 2 * EACH  # ten were wanted, eight are there
    assert drawing.proven(made)
    with pytest.raises(errors.DrawnAlready):
        drawn(people)
    Draw.objects.filter(pk=made.pk).update(drawn=made.drawn[1:])
    assert not drawing.proven(Draw.objects.get(pk=made.pk))
    Draw.objects.filter(pk=made.pk).update(drawn=made.drawn, population=made.population[1:])
    assert not drawing.proven(Draw.objects.get(pk=made.pk))


def test_two_who_draw_or_set_rules_at_once_wait_for_each_other(people: dict[str, Actor]) -> None:
    manager = people["manager"]
    for act in (
        lambda: drawn(people),
        lambda: settings.change_rule(actor=manager, version=1, facts={"share": 30}),
        lambda: settings.word_standard(actor=manager, questions=[{"code": "tea", "text": "倒水了吗？", "weight": 5}]),
    ):
        with held({"network_organisation"}) as tables:
            act()
        assert tables


def test_a_month_that_is_not_over_is_not_drawn(people: dict[str, Actor]) -> None:
    with pytest.raises(errors.NotOver):
        drawing.draw(actor=people["manager"], month=times.today())
    with pytest.raises(errors.NobodyToAsk):
        drawing.draw(actor=people["manager"], month=date(2020, 1, 1))
    with pytest.raises(PermissionRefused):
        drawing.draw(actor=people["one"], month=MONTH())


def test_calls_go_to_call_agents_and_never_to_who_is_checked(people: dict[str, Actor]) -> None:
    made = drawn(people)
    for check in Check.objects.filter(draw=made).select_related("task"):
        assert check.task is not None and check.task.kind == "spotchecks.call"
        assert check.task.assignee_id == people["agent"].staff_id != check.consultant_id


def test_a_caller_who_also_sells_does_not_call_about_themselves() -> None:
    number = store("S9")
    manager, both = person(number, "郭亮", "sales_manager"), person(number, "李思远", "sales_consultant", "call_agent")
    with scope(manager):
        _visited(both, 1)
        with pytest.raises(errors.NobodyToCall):
            drawing.draw(actor=manager, month=MONTH())


def test_an_answered_check_has_a_score_and_its_call_is_done(people: dict[str, Actor]) -> None:
    made = drawn(people)
    check = Check.objects.filter(draw=made).first()
    assert check is not None
    given = answers(people["agent"]) | {"farewell": "no", "followed": "none"}
    done = checking.answer(actor=people["agent"], check_id=check.pk, answers=given, remark="很热情")
    assert (done.state, str(done.score), done.asked[0][0]) == ("done", "94.1", "greeted")
    assert Task.objects.get(pk=check.task_id).state == "done"
    with pytest.raises(errors.Closed):
        checking.answer(actor=people["agent"], check_id=check.pk, answers=given)


def test_every_question_is_answered(people: dict[str, Actor]) -> None:
    check = Check.objects.filter(draw=drawn(people)).first()
    assert check is not None
    with pytest.raises(errors.Incomplete) as refused:
        checking.answer(actor=people["agent"], check_id=check.pk, answers={"greeted": "yes", "needs": "perhaps"})
    assert "6 个问题" in words.refusal(refused.value)


def test_consultants_see_no_checks_and_their_own_score_alone(people: dict[str, Actor]) -> None:
    made = drawn(people)
    check = Check.objects.filter(draw=made, consultant_id=people["one"].staff_id).first()
    assert check is not None
    assert not selectors.visible(people["one"]).exists()
    with pytest.raises(PermissionRefused):
        checking.answer(actor=people["one"], check_id=check.pk, answers=answers(people["one"]))
    assert [one.staff_id for one in selectors.scores(people["one"], made)] == [people["one"].staff_id]
    assert len(selectors.scores(people["manager"], made)) == 2


def test_a_manager_who_sells_does_not_read_what_was_said_about_them(people: dict[str, Actor]) -> None:
    made = drawn(people)
    Check.objects.filter(draw=made).update(consultant_id=people["manager"].staff_id)
    check = Check.objects.filter(draw=made).first()
    assert check is not None and not selectors.visible(people["manager"]).exists()
    with pytest.raises(Http404):
        checking.fail(actor=people["manager"], check_id=check.pk, reason="x")


def small(people: dict[str, Actor]) -> Draw:
    """Two of every consultant alone."""
    settings.change_rule(actor=people["manager"], version=1, facts={"share": 0, "number": 0, "each": 2})
    return drawn(people)


def test_who_can_not_be_asked_is_replaced_by_the_next_of_the_lot(people: dict[str, Actor]) -> None:
    made = small(people)
    assert len(made.drawn) == 4
    check = Check.objects.filter(draw=made, consultant_id=people["one"].staff_id).first()
    assert check is not None
    with pytest.raises(errors.ReasonMissing):
        checking.fail(actor=people["agent"], check_id=check.pk, reason=" ")
    checking.fail(actor=people["agent"], check_id=check.pk, reason="三次没人接")
    instead = Check.objects.get(draw=made, instead=True)
    assert instead.consultant_id == people["one"].staff_id and instead.lead_id not in made.drawn
    assert drawing.proven(Draw.objects.get(pk=made.pk))


def test_a_call_that_leads_nowhere_ends_its_check_and_comes_back_with_it(people: dict[str, Actor]) -> None:
    made = small(people)
    check = Check.objects.filter(draw=made).first()
    assert check is not None and check.task_id is not None
    recorded = results.record(actor=people["agent"], task_ids=[check.task_id], outcome="do_not_call")
    assert Check.objects.get(pk=check.pk).state == "failed"
    results.undo(actor=people["agent"], attempt_ids=[one.pk for one in recorded.attempts])
    assert Check.objects.get(pk=check.pk).state == "open"
    tasks.cancel(actor=people["agent"], task_id=check.task_id, reason="重复")
    assert Check.objects.get(pk=check.pk).state == "failed"


def rated(people: dict[str, Actor]) -> Draw:
    """All good for one, all bad for the other."""
    made = small(people)
    for check in Check.objects.filter(draw=made):
        said = "yes" if check.consultant_id == people["one"].staff_id else "no"
        checking.answer(actor=people["agent"], check_id=check.pk, answers=answers(people["agent"], said))
    return made


def test_the_rule_proposes_and_a_manager_decides(people: dict[str, Actor]) -> None:
    manager, made = people["manager"], rated(people)
    rewards.propose(actor=manager, draw_id=made.pk)
    assert rewards.propose(actor=manager, draw_id=made.pk) == []  # again changes nothing
    good, bad = Proposal.objects.order_by("-amount")
    assert (good.staff_id, int(good.amount), good.checks) == (people["one"].staff_id, 200, 2)
    assert (bad.staff_id, int(bad.amount), int(bad.average)) == (people["two"].staff_id, -100, 0)
    with pytest.raises(errors.ReasonMissing):
        rewards.decide(actor=manager, proposal_id=bad.pk, agreed=False)
    rewards.decide(actor=manager, proposal_id=bad.pk, agreed=False, note="新人，先培训")
    rewards.decide(actor=manager, proposal_id=good.pk, agreed=True)
    with pytest.raises(errors.Closed):
        rewards.decide(actor=manager, proposal_id=good.pk, agreed=True)
    entry = LedgerEntry.objects.get()
    assert (entry.staff_id, int(entry.amount), entry.month) == (people["one"].staff_id, 200, MONTH())
    with pytest.raises(PermissionRefused):
        rewards.decide(actor=people["one"], proposal_id=good.pk, agreed=True)


def test_nothing_is_proposed_while_calls_are_open_and_nobody_decides_about_themselves(
    people: dict[str, Actor]
) -> None:
    made = small(people)
    with pytest.raises(errors.StillOpen):
        rewards.propose(actor=people["manager"], draw_id=made.pk)
    mine = Proposal.objects.create(
        organisation_id=made.organisation_id, draw=made, staff_id=people["manager"].staff_id, amount=200, average=99,
        checks=3,
    )  # fmt: skip
    with pytest.raises(errors.AboutOneself):
        rewards.decide(actor=people["manager"], proposal_id=mine.pk, agreed=True)


def test_the_ledger_is_added_to_and_nothing_else(people: dict[str, Actor]) -> None:
    manager, made = people["manager"], rated(people)
    rewards.propose(actor=manager, draw_id=made.pk)
    good = Proposal.objects.get(staff_id=people["one"].staff_id)
    rewards.decide(actor=manager, proposal_id=good.pk, agreed=True)
    entry = LedgerEntry.objects.get()
    with translation.override("en"):
        assert "spot check" in words.why(entry).lower()
    with translation.override("zh-hans"):
        assert words.why(entry).startswith(f"{entry.month:%Y-%m} 抽访 {good.checks} 位")
    for act in (lambda: LedgerEntry.objects.update(amount=9000), lambda: LedgerEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    rewards.set_off(actor=manager, entry_id=entry.pk, reason="算错了人")
    for again in (entry.pk, LedgerEntry.objects.exclude(pk=entry.pk).get().pk):
        with pytest.raises(errors.SetOffAlready):
            rewards.set_off(actor=manager, entry_id=again, reason="再来")
    (balance,) = selectors.balances(manager)
    assert (int(balance.amount), balance.entries) == (0, 2)
    assert selectors.ledger(people["one"]).count() == 2 and not selectors.ledger(people["two"]).exists()


def test_a_store_has_its_own_questions_and_goes_back(people: dict[str, Actor]) -> None:
    manager = people["manager"]
    settings.word_standard(actor=manager, questions=[{"code": "tea", "text": "倒水了吗？", "weight": 5}])
    assert [one.code for one in selectors.standard(manager)] == ["tea"]
    settings.inherit_standard_again(actor=manager)
    assert len(selectors.standard(manager)) == 7
    assert not Question.objects.filter(organisation_id=manager.organisation_id).exists()


def test_of_two_who_word_the_questions_the_second_is_told(people: dict[str, Actor]) -> None:
    manager = people["manager"]
    seen, tea = selectors.standard_mark(manager), {"code": "tea", "text": "倒水了吗？", "text_en": "", "weight": 5}
    settings.word_standard(actor=manager, questions=[tea], seen=seen)
    with pytest.raises(errors.WordedMeanwhile) as told:
        settings.word_standard(actor=manager, questions=[{**tea, "text": "倒茶了吗？"}], seen=seen)
    assert [one.text for one in selectors.standard(manager)] == ["倒水了吗？"]
    settings.word_standard(actor=manager, questions=[{**tea, "text": "倒茶了吗？"}], seen=told.value.mark)
    assert [one.text for one in selectors.standard(manager)] == ["倒茶了吗？"]


def test_a_store_has_its_own_rule_and_goes_back(people: dict[str, Actor]) -> None:
    manager = people["manager"]
    settings.change_rule(actor=manager, version=1, facts={"share": 25})
    assert selectors.rule(manager).share == 25
    with pytest.raises(errors.ChangedMeanwhile):
        settings.change_rule(actor=manager, version=1, facts={"share": 30})
    settings.inherit_rule_again(actor=manager)
    assert selectors.rule(manager).share == 10
    assert not SampleRule.objects.filter(organisation_id=manager.organisation_id).exists()
