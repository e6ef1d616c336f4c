"""The pages of leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from qibu.catalog import selectors as catalog
from qibu.customers import selectors as customers
from qibu.customers.timeline import Renderers
from qibu.kernel import times
from qibu.leads import offers, selectors, words
from qibu.leads.acts import page_of
from qibu.leads.models import Lead
from qibu.leads.rules import Grade, Pace
from qibu.leads.selectors import history, scoring
from qibu.leads.services import grading
from qibu.leads.services import scoring as reckoning
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import closing
from qibu.tasks.selectors.promises import owed
from qibu.ui import slots


@dataclass(frozen=True)
class Step:
    """A stage of the chain as the page shows it."""

    code: str
    name: str
    state: str  # done, running, closed
    at: datetime | None = None
    mark: int = 0


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """What is known of a lead; further areas bring their cards by the slots."""
    request.actor.require(Capability.SALES_VIEW)
    lead = selectors.lead_or_404(request.actor, pk)
    if lead.merged_into_id is not None:
        return redirect(page_of(lead.merged_into_id))
    if "drawer" in request.GET:
        return render(request, "leads/drawer.html", _head(request, lead))
    return detail_page(request, lead)


def detail_page(
    request: Request, lead: Lead, *, trouble: str = "", typed: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    pace = selectors.pace_of(request.actor)
    context = {
        **_head(request, lead), **_judged(request, lead, pace), **_next(request, lead, pace),
        "line": history.of_lead(lead, _renderers(request)), "chain": chain_of(request, lead),
        "others": _others(request, lead), "trouble": trouble, "typed": typed or {},
        "heading": str(lead.customer),
    }  # fmt: skip
    return render(request, "leads/detail.html", context, status=status)


def _others(request: Request, lead: Lead) -> list[Lead]:
    """With `joins`: whether this lead may take it up."""
    rows = selectors.others_of(request.actor, lead)
    for one in rows:
        one.joins = one.living and lead.living and not selectors.must_claim(request.actor, one)  # type: ignore[attr-defined]  # for the page
    return rows


def _renderers(request: Request) -> Renderers:
    found: Renderers = {}
    for part in slots.fill("customer.timeline", request):
        found |= part
    return found


def _head(request: Request, lead: Lead) -> dict[str, Any]:
    actor, sees_file = request.actor, _sees_file(request, lead)
    model = catalog.by_code(actor, lead.model_code) if lead.model_code else None
    return {
        "lead": lead, "customer": lead.customer, "point": customers.phones_of([lead.customer_id]).get(lead.customer_id),
        "price": model.price if model else None, "stage": selectors.stage_called(
            actor, lead.stage, lead.brand, lead.series
        ),
        "source": selectors.source_called(actor, lead.source),
        "door": words.DOORS.get(lead.door, ""),
        "why": words.why(lead),
        "loss": selectors.loss_called(selectors.loss_reasons(actor, all_of_them=True), lead.loss, lead.loss_detail)
        if lead.loss else "",
        "may_work": actor.may(Capability.SALES_WORK) and not selectors.must_claim(actor, lead),
        "may_claim": actor.may(Capability.SALES_WORK) and lead.living and lead.consultant_id is None,
        "may_assign": actor.may(Capability.SALES_ASSIGN),
        "may_reveal": actor.may(Capability.PHONE_REVEAL) and sees_file, "sees_file": sees_file,
    }  # fmt: skip


def _sees_file(request: Request, lead: Lead) -> bool:
    """A lead in the pool may be of a colleague's customer, whose file stays closed."""
    return customers.visible(request.actor).filter(pk=lead.customer_id).exists()


def chain_of(request: Request, lead: Lead) -> list[Step]:
    stages = selectors.stages_for(request.actor, lead.brand, lead.series)
    codes, came = [row.code for row in stages], history.stage_days(lead)
    place = codes.index(lead.stage) if lead.stage in codes else -1
    won = lead.state == Lead.State.WON
    return [
        Step(
            row.code, str(row), "done" if index < place or won else "running" if index == place else "closed",
            came.get(row.code) if index <= place or won else None, index + 1,
        )
        for index, row in enumerate(stages)
    ]  # fmt: skip


def _judged(request: Request, lead: Lead, pace: Mapping[Grade, Pace]) -> dict[str, Any]:
    """The grade with its signs, the chance with what raised and lowered it."""
    signs = [words.SIGNS[sign] for sign in grading.reckon(lead, pace).signs] if lead.living else []
    chance = reckoning.reckon(request.actor, lead) if lead.living else None
    factors = [words.factor(request.actor, one) for one in chance.factors if one.telling] if chance else []
    return {
        "signs": signs, "chance": chance, "factors": factors[:5], "refused": scoring.refused(lead.customer_id),
        "grades": [(grade.value, words.pace(pace[grade])) for grade in Grade],
        "percent": None if lead.probability is None else round(lead.probability * 100),
    }  # fmt: skip


def _next(request: Request, lead: Lead, pace: Mapping[Grade, Pace]) -> dict[str, Any]:
    """The next action with its results, for whoever may do it."""
    task = lead.next_task if lead.living else None
    if task is None:
        return {"task": None}
    actor = request.actor
    mine = task.assignee_id in {None, actor.staff_id} or actor.may(Capability.TASKS_VIEW_ALL)
    late = bool(owed([task.pk], times.now()))
    return {
        "task": task, "may_call": mine and actor.may(Capability.SALES_WORK) and actor.staff_id is not None
        and not selectors.must_claim(actor, lead),
        "offers": offers.of(actor, lead, pace), "late": late, "causes": Clock.Cause.choices, "token": str(uuid4()),
        "results": _results(task, late=late),
    }  # fmt: skip


ICONS = {
    Task.Outcome.REACHED: "check", Task.Outcome.NOT_REACHED: "miss", Task.Outcome.CALL_BACK: "cal",
    Task.Outcome.WRONG_NUMBER: "x", Task.Outcome.DO_NOT_CALL: "ban",
}  # fmt: skip


def _results(task: Task, *, late: bool) -> list[dict[str, Any]]:
    ends = closing(task.attempts, other_numbers=False) if late else ()
    return [
        {"value": value, "label": label, "icon": ICONS[Task.Outcome(value)], "ends": value in ends, "key": key}
        for key, (value, label) in enumerate(Task.Outcome.choices, 1)
    ]


@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """A tab on the customer's page."""
    request.actor.require(Capability.SALES_VIEW)
    customer = customers.customer_or_404(request.actor, pk)
    rows = list(selectors.of_customer(request.actor, pk))
    book = selectors.StageBook(request.actor.organisation_id)
    for row in rows:
        row.stage_words = book.called(row.stage, row.brand, row.series)  # type: ignore[attr-defined]  # for the page
    return render(request, "leads/of_customer.html", {"customer": customer, "leads": rows})
