"""Work that a drive makes: the customer is reminded on the day before, and asked when they didn't come."""

from __future__ import annotations

from datetime import timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from qibu.drives import selectors
from qibu.drives.models import Drive
from qibu.drives.rules import openings, remind_at
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work
from qibu.ui import formats

REMINDER, NO_SHOW = "drives.reminder", "drives.no_show"
ASK_WITHIN = timedelta(hours=4)  # of the store's opening hours


def plan(actor: Actor, drive: Drive) -> None:
    """For acts that have asked: a drive was booked or moved."""
    calendar = calendar_of(actor.organisation_id)
    at = selectors.policy(actor).remind_at
    due = remind_at(calendar, starts_at=drive.starts_at, now=times.now(), at=at)
    if due is None:
        return
    morning = openings(calendar, times.day_of(due))[0][0]
    title = format_lazy(gettext_lazy("提醒客户试驾：{car}"), car=drive.car.series)
    work = Work(
        kind=REMINDER, title=title, due_at=due, detail=formats.moment(drive.starts_at, "full"),
        customer_id=drive.lead.customer_id, assignee_id=drive.consultant_id, desk=Task.Desk.SALES,
        shown_from=morning, facts=_facts(drive), key=f"{REMINDER}:{drive.pk}:{drive.version}",
    )  # fmt: skip
    tasks.create_work(actor=actor, work=work)


def ask_why(actor: Actor, drive: Drive) -> None:
    """For acts that have asked: the customer didn't come."""
    title = format_lazy(gettext_lazy("没有来试驾，问问情况：{car}"), car=drive.car.series)
    due = calendar_of(actor.organisation_id).add_working_time(times.now(), ASK_WITHIN)
    work = Work(
        kind=NO_SHOW, title=title, due_at=due, detail=formats.moment(drive.starts_at, "full"),
        customer_id=drive.lead.customer_id, assignee_id=drive.consultant_id, desk=Task.Desk.SALES,
        facts=_facts(drive), key=f"{NO_SHOW}:{drive.pk}",
    )  # fmt: skip
    tasks.create_work(actor=actor, work=work)


def drop(actor: Actor, drive: Drive, *, done: bool = False) -> None:
    """For acts that have asked: nobody needs to be reminded of this time any more."""
    rows = Task.objects.filter(kind=REMINDER, customer_id=drive.lead.customer_id, facts__drive=drive.pk)
    ids = list(rows.filter(state=Task.State.OPEN).values_list("pk", flat=True))
    if ids:
        tasks.settle(actor=actor, task_ids=ids, done=done, note="")  # the drive's own event says why


def _facts(drive: Drive) -> dict[str, object]:
    return {
        "drive": drive.pk, "lead": drive.lead_id, "car": drive.car.called, "starts_at": drive.starts_at.isoformat()
    }  # fmt: skip
