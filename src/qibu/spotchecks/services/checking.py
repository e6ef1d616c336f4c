"""A customer is asked, or can't be."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts.spotchecks import CheckAnswered, CheckFailed
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.spotchecks import rules, selectors
from qibu.spotchecks.errors import AboutOneself, Closed, Incomplete, ReasonMissing
from qibu.spotchecks.models import Check
from qibu.spotchecks.rules import Answer
from qibu.spotchecks.services import drawing
from qibu.tasks.following import Following, register
from qibu.tasks.models import Task
from qibu.tasks.services import tasks


def answer(*, actor: Actor, check_id: int, answers: Mapping[str, str], remark: str = "") -> Check:
    """Every question is answered, be it by "it did not come to that"; the standard is kept with it as it was."""
    actor.require(Capability.SALES_VIEW_ALL)
    check = _open(actor, check_id)
    questions = selectors.standard(actor)
    given = {one.code: answers.get(one.code, "") for one in questions}
    if lacking := [code for code, said in given.items() if said not in set(Answer)]:
        raise Incomplete(lacking)
    check.answers, check.asked = given, [[one.code, one.text, one.weight] for one in questions]
    check.score = rules.score(given, {one.code: one.weight for one in questions})
    check.remark = remark.strip()
    _close(actor, check, Check.State.DONE)
    name = Staff.objects.values_list("name", flat=True).get(pk=check.consultant_id)
    journal.record(CheckAnswered(**check.about(), staff_name=name, score=str(check.score or "")), actor=actor)
    return check


def fail(*, actor: Actor, check_id: int, reason: str) -> Check:
    """The customer can't be asked: the next of the lot of the same consultant takes the place."""
    actor.require(Capability.SALES_VIEW_ALL)
    if not reason.strip():
        raise ReasonMissing
    check = _open(actor, check_id)
    _fail(actor, check, reason.strip())
    return check


def _open(actor: Actor, check_id: int) -> Check:
    check = selectors.check_or_404(actor, check_id, lock=True)
    if check.consultant_id == actor.staff_id:
        raise AboutOneself
    if check.state != Check.State.OPEN:
        raise Closed
    return check


def _fail(actor: Actor, check: Check, reason: str) -> None:
    check.reason = reason[:200]
    _close(actor, check, Check.State.FAILED)
    journal.record(CheckFailed(**check.about(), reason=check.reason), actor=actor)
    draw = check.draw
    had = Check.objects.filter(draw=draw).values_list("lead_id", flat=True)
    following = rules.substitute(draw.candidates, draw.seed, had, check.consultant_id)
    if following is not None:
        drawing.add(actor, draw, [following], instead=True)


def _close(actor: Actor, check: Check, state: str) -> None:
    check.state, check.at, check.by_id = state, times.now(), actor.staff_id
    check.save()
    if check.task_id:
        done = state == Check.State.DONE
        note = gettext_lazy("抽访问卷填好了") if done else check.reason
        tasks.settle(actor=actor, task_ids=[check.task_id], done=done, note=note)


# When the call ends by its own page -------------------------------------------------------------
GIVEN_UP = {Task.Outcome.WRONG_NUMBER, Task.Outcome.DO_NOT_CALL}


def _ended(actor: Actor, ended: list[Task]) -> None:
    """A number that is wrong, a customer who wants no calls, a call that was dropped: somebody else is asked. One who
    was reached has answers that are still to be written down."""
    lost = [task.pk for task in ended if task.outcome in GIVEN_UP or task.state != Task.State.DONE]
    rows = Check.objects.filter(task__in=lost, state=Check.State.OPEN).select_for_update(of=("self",))
    for check in rows.select_related("lead", "draw", "task"):
        outcome = check.task.outcome if check.task else ""
        _fail(actor, check, str(Task.Outcome(outcome).label) if outcome else _("任务取消了"))


def _back(actor: Actor, again: list[Task]) -> None:
    """Whoever came instead stays in the sample; the one who is called after all is open again."""
    Check.objects.filter(task__in=[task.pk for task in again], state=Check.State.FAILED).update(
        state=Check.State.OPEN, reason="", at=None, by=None
    )


register("spotchecks.", Following(_ended, _back))
