"""A month's sample is drawn by lot, once, so that it can be proven; the calls go to people who aren't checked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import cycle

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from qibu.contracts.spotchecks import SampleDrawn
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.days import add_months
from qibu.leads.models import Lead
from qibu.network.inheritance import hold
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.spotchecks import rules, selectors
from qibu.spotchecks.errors import DrawnAlready, NobodyToAsk, NobodyToCall, NotOver
from qibu.spotchecks.models import Check, Draw
from qibu.spotchecks.rules import Candidate, Size
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

CALL = "spotchecks.call"


def draw(*, actor: Actor, month: date) -> Draw:
    """The seed is made here and now: nobody can have tried which one suits."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    month = month.replace(day=1)
    _check_month(actor, month)
    rule = selectors.rule(actor)
    size, seed = Size(rule.share, rule.number, rule.each), secrets.token_hex(16)
    population = selectors.population(actor, month, rule.stages)
    if not population:
        raise NobodyToAsk
    drawn = rules.draw(population, seed, size)
    made = Draw.objects.create(
        organisation_id=actor.organisation_id, month=month, seed=seed, share=size.share, number=size.number,
        each=size.each, population=[[one.lead_id, one.staff_id] for one in population],
        drawn=[one.lead_id for one in drawn], digest=rules.digest(population, seed, size, drawn), at=times.now(),
        by_id=actor.staff_id,
    )  # fmt: skip
    add(actor, made, drawn)
    event = SampleDrawn(
        subject_id=made.pk, month=f"{month:%Y-%m}", population=len(population), drawn=len(drawn), digest=made.digest
    )
    journal.record(event, actor=actor)
    return made


def _check_month(actor: Actor, month: date) -> None:
    over = add_months(month, 1)
    if times.today() < over:
        raise NotOver(over)
    if Draw.objects.filter(month=month).exists():
        raise DrawnAlready


def proven(made: Draw) -> bool:
    """Draws again from what is kept: whether it gives the same, and nothing was altered since."""
    again = rules.draw(made.candidates, made.seed, made.size)
    same = [one.lead_id for one in again] == made.drawn
    return same and rules.digest(made.candidates, made.seed, made.size, again) == made.digest


def add(actor: Actor, made: Draw, drawn: Iterable[Candidate], *, instead: bool = False) -> None:
    """For acts that have asked: checks with their calls, shared out by turns. A few dozen, each with its own clock."""
    people = selectors.callers()
    if not people:
        raise NobodyToCall
    wanted = {one.lead_id: one for one in drawn}
    turn = cycle(people)
    for lead in Lead.objects.filter(pk__in=wanted).select_related("customer").order_by("pk"):
        about = wanted[lead.pk].staff_id
        task = _call(actor, made, lead, _caller(people, turn, about))
        Check.objects.create(
            organisation_id=actor.organisation_id, draw=made, lead=lead, consultant_id=about, task=task, instead=instead
        )


def _caller(people: list[Staff], turn: Iterable[Staff], about: int) -> Staff:
    """The next in turn who isn't the one who is checked."""
    for _each in people:
        person: Staff = next(turn)  # type: ignore[call-overload]  # a cycle
        if person.pk != about:
            return person
    raise NobodyToCall


def _call(actor: Actor, made: Draw, lead: Lead, person: Staff) -> Task:
    calendar = calendar_of(actor.organisation_id)
    due = times.now() + timedelta(days=selectors.rule(actor).days)
    title = format_lazy(gettext_lazy("抽访：{car}"), car=lead.car or str(lead.customer))
    work = Work(
        kind=CALL, title=title, due_at=due if calendar.is_open(due) else calendar.next_open(due),
        customer_id=lead.customer_id, assignee_id=person.pk, facts={"draw": made.pk, "lead": lead.pk},
        key=f"{CALL}:{made.pk}:{lead.pk}",
    )  # fmt: skip
    return tasks.create_work(actor=actor, work=work)
