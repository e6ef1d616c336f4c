"""Pages of spot checks."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.spotchecks import errors, forms, selectors, words
from qibu.spotchecks.models import Check, Draw, Proposal, Question
from qibu.spotchecks.services import checking, drawing, rewards, settings
from qibu.vehicles.acts import FormAct, gone, is_part


class Act(FormAct):
    capability: str = Capability.SALES_VIEW_ALL
    faults = (errors.CheckFault,)

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.ChangedMeanwhile):
            form.data = {**form.data.dict(), "version": fault.version}
        if isinstance(fault, errors.WordedMeanwhile):
            form.data = {**form.data.dict(), "seen": fault.mark}
        form.add_error(None, words.refusal(fault))


# Checks -----------------------------------------------------------------------------------------
@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW_ALL)
    check = selectors.check_or_404(request.actor, pk)
    labels = {code: text for code, text, _weight in check.asked}
    context = {
        "check": check, "heading": str(check.lead.customer), "full": reverse("spotchecks:detail", args=[pk]),
        "answers": [(labels.get(code, code), words.ANSWERS[said]) for code, said in check.answers.items()],
        "may_ask": check.state == Check.State.OPEN,
    }  # fmt: skip
    return render(request, "spotchecks/drawer.html" if is_part(request) else "spotchecks/detail.html", context)


class OfCheck(Act):
    check: Check

    def prepare(self) -> None:
        self.check = selectors.check_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("spotchecks:detail", args=[self.check.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"check": self.check}


class Answer(OfCheck):
    form_class = forms.AnswersForm
    body = "spotchecks/forms/answers.html"
    title, done = gettext_lazy("抽访问卷"), gettext_lazy("问卷记下了，电话任务也随之办结。")

    def form_options(self) -> dict[str, Any]:
        return {"questions": selectors.standard(self.actor)}

    def act(self, form: Any) -> str:
        checking.answer(
            actor=self.actor, check_id=self.check.pk, answers=form.answers(), remark=form.cleaned_data["remark"]
        )
        return self.back()


class Fail(OfCheck):
    form_class = forms.ReasonForm
    title, done = gettext_lazy("没问成"), gettext_lazy("记下了；同一位顾问的下一位客户补进来。")

    def act(self, form: Any) -> str:
        checking.fail(actor=self.actor, check_id=self.check.pk, reason=form.cleaned_data["reason"])
        return reverse("spotchecks:list")


# Months -----------------------------------------------------------------------------------------
@require_GET
def months(request: Request) -> HttpResponse:
    """What was drawn each month, and the month that is to be drawn next."""
    request.actor.require(Capability.SALES_VIEW_ALL)
    return _months(request)


def _months(request: Request, *, sentence: str = "", status: int = 200) -> HttpResponse:
    actor, month = request.actor, selectors.last_month()
    rows = list(selectors.draws(actor)[:36])
    may_manage = actor.may(Capability.SALES_MANAGE)
    context = {
        "draws": rows, "month": month, "sentence": sentence, "heading": gettext_lazy("每月抽访"),
        "may_draw": may_manage and month not in {one.month for one in rows}, "may_manage": may_manage,
        "waiting_leads": len(selectors.population(actor, month, selectors.rule(actor).stages)),
    }  # fmt: skip
    return render(request, "spotchecks/months.html", context, status=status)


@require_POST
def draw(request: Request) -> HttpResponse:
    """The month that is over."""
    try:
        made = drawing.draw(actor=request.actor, month=selectors.last_month())
    except errors.CheckFault as fault:
        return _months(request, sentence=words.refusal(fault), status=422)
    return gone(request, reverse("spotchecks:month", args=[made.pk]), gettext_lazy("抽好了，电话任务已经分给回访员。"))


@require_GET
def month(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW_ALL)
    return _month(request, selectors.draw_or_404(request.actor, pk))


def _month(request: Request, made: Draw, *, sentence: str = "", status: int = 200) -> HttpResponse:
    actor = request.actor
    context = {
        "draw": made, "scores": selectors.scores(actor, made), "questions": selectors.by_question(actor, made),
        "proposals": list(selectors.proposals(actor, made)), "sentence": sentence, "heading": f"{made.month:%Y-%m}",
        "proven": drawing.proven(made), "may_propose": actor.may(Capability.SALES_MANAGE),
        "may_decide": actor.may(Capability.SALES_APPROVE), "me": actor.staff_id, "seen": len(made.population),
        "taken": len(made.drawn),
    }  # fmt: skip
    return render(request, "spotchecks/month.html", context, status=status)


@require_POST
def propose(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    made = selectors.draw_or_404(request.actor, pk)
    try:
        found = rewards.propose(actor=request.actor, draw_id=pk)
    except errors.CheckFault as fault:
        return _month(request, made, sentence=words.refusal(fault), status=422)
    told = _("按规则提出了 {n} 条奖惩，等批准。").format(n=len(found)) if found else _("按规则没有新的奖惩。")
    return gone(request, reverse("spotchecks:month", args=[pk]), told)


@require_POST
def decide(request: Request, pk: int, proposal: int) -> HttpResponse:
    request.actor.require(Capability.SALES_APPROVE)
    made = selectors.draw_or_404(request.actor, pk)
    if not Proposal.objects.filter(pk=proposal, draw=made).exists():
        return render(request, "404.html", status=404)
    agreed, note = request.POST.get("agreed") == "1", request.POST.get("note", "")[:200]
    try:
        rewards.decide(actor=request.actor, proposal_id=proposal, agreed=agreed, note=note)
    except errors.CheckFault as fault:
        return _month(request, made, sentence=words.refusal(fault), status=422)
    told = gettext_lazy("批准了，记进了奖惩账。") if agreed else gettext_lazy("没有批准。")
    return gone(request, reverse("spotchecks:month", args=[pk]), told)


# The ledger -------------------------------------------------------------------------------------
@require_GET
def ledger(request: Request) -> HttpResponse:
    """One's own entries, and for who decides everybody's: those of others are theirs to set off."""
    request.actor.require(Capability.SALES_VIEW)
    actor = request.actor
    entries = list(selectors.ledger(actor)[:300])
    for one in entries:
        one.why = words.why(one)  # type: ignore[attr-defined]  # for the page
    context = {
        "entries": entries, "balances": selectors.balances(actor),
        "heading": gettext_lazy("奖惩账"), "me": actor.staff_id,
    }  # fmt: skip
    return render(request, "spotchecks/ledger.html", context)


class SetOff(Act):
    capability = Capability.SALES_APPROVE
    form_class = forms.ReasonForm
    title, done = gettext_lazy("冲销这一笔"), gettext_lazy("冲销好了，原来的一笔留着。")

    def prepare(self) -> None:
        self.entry = selectors.entry_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("spotchecks:ledger")

    def act(self, form: Any) -> str:
        rewards.set_off(actor=self.actor, entry_id=self.entry.pk, reason=form.cleaned_data["reason"])
        return self.back()


# Settings ---------------------------------------------------------------------------------------
class Settles(Act):
    capability = Capability.SALES_MANAGE

    def back(self) -> str:
        return reverse("spotchecks:months" if self.actor.may(Capability.SALES_VIEW_ALL) else "network:settings")


class EditRule(Settles):
    form_class = forms.RuleForm
    body = "spotchecks/forms/rule.html"
    title, done = gettext_lazy("抽访规则"), gettext_lazy("规则改好了，从下一次抽访起用。")

    def initial(self) -> dict[str, Any]:
        row = selectors.rule(self.actor)
        return {name: getattr(row, name) for name in (*settings.FIELDS, "version")}

    def act(self, form: Any) -> str:
        settings.change_rule(actor=self.actor, version=form.cleaned_data["version"], facts=form.facts())
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {"own": selectors.rule_resolved(self.actor).own, "again": reverse("spotchecks:rule-inherit")}


class EditStandard(Settles):
    form_class = forms.StandardForm
    body = "spotchecks/forms/standard.html"
    title, done = gettext_lazy("接待标准问卷"), gettext_lazy("问卷改好了，从下一个电话起用。")

    def initial(self) -> dict[str, Any]:
        rows = enumerate(selectors.standard(self.actor))
        parts = ("text", "text_en", "weight", "code")
        found = {f"{part}_{number}": getattr(one, part) for number, one in rows for part in parts}
        return {**found, "seen": selectors.standard_mark(self.actor)}

    def act(self, form: Any) -> str:
        seen = form.cleaned_data["seen"] or None
        settings.word_standard(actor=self.actor, questions=form.questions(), seen=seen)
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        own = Question.objects.filter(organisation_id=self.actor.organisation_id).exists()
        return {"own": own, "again": reverse("spotchecks:standard-inherit")}


@require_POST
def inherit_rule(request: Request) -> HttpResponse:
    settings.inherit_rule_again(actor=request.actor)
    return gone(request, reverse("spotchecks:rule"), gettext_lazy("改回上级的规则了。"))


@require_POST
def inherit_standard(request: Request) -> HttpResponse:
    settings.inherit_standard_again(actor=request.actor)
    return gone(request, reverse("spotchecks:standard"), gettext_lazy("改回上级的问卷了。"))
