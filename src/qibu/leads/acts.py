"""What people do with a lead: forms beside its page or the board, and single buttons."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.kernel.meanwhile import Disputed
from qibu.leads import errors, forms, offers, selectors, words
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Grade, Person, Received
from qibu.leads.services import ending, facts, following, grading, joining, receiving, scoring, stages, talks
from qibu.leads.services.ending import Loss
from qibu.leads.services.talks import Talk
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.services.errors import AlreadyDone, NotAllowedNow, NotYours
from qibu.ui.answers import asked, go
from qibu.vehicles.acts import FormAct

CLOSED = gettext_lazy("这条线索已经结束了，请先重新跟进。")


def page_of(lead_id: int) -> str:
    return reverse("leads:detail", args=[lead_id])


class LeadAct(FormAct):
    """An act on the lead in the address."""

    lead: Lead
    capability = Capability.SALES_WORK
    body = "leads/forms/fields.html"

    def prepare(self) -> None:
        self.lead = selectors.lead_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return page_of(self.lead.pk)

    def context(self, form: Any) -> dict[str, Any]:
        return {"lead": self.lead, "beside_of": self._beside_of()}

    def _beside_of(self) -> str:
        """The board from which the form was opened: there it leads back."""
        page = urlsplit(self.request.headers.get("HX-Current-URL", ""))
        from_board = page.path == reverse("leads:board")
        return f"{page.path}?{page.query}".removesuffix("?") if from_board else ""

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.Closed):
            form.add_error(None, str(CLOSED))
        elif isinstance(fault, errors.Unclaimed):
            form.add_error(None, words.refused(fault))
        elif isinstance(fault, errors.PastMoment):
            form.add_error(None, str(forms.SOON))


class Create(FormAct):
    form_class = forms.NewLeadForm
    capability = Capability.SALES_RECEIVE
    title, submit = gettext_lazy("新建线索"), gettext_lazy("登记")
    done: Any = gettext_lazy("线索已登记。")
    body = "leads/forms/new.html"
    faults = (errors.Unusable,)
    customer: Any = None

    def prepare(self) -> None:
        number = self.request.POST.get("customer") or self.request.GET.get("customer", "")
        self.customer = customers.customer_or_404(self.actor, int(number)) if number.isdecimal() else None

    def form_options(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {"customer": self.customer.pk if self.customer else None, "source": "walk-in", "mine": True}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        wish = {**form.car(), "colour": data["colour"], "buys_by": data["buys_by"], "remark": data["remark"]}
        mine = data["mine"] and self._may_work()
        received = Received(
            door=Door.HAND, source=data["source"], at=times.now(), wish=wish,
            person=Person(name=data["name"], phones=tuple(data["phone"])),
            customer_id=self.customer.pk if self.customer else None,
            consultant_id=self.actor.staff_id if mine else None,
        )  # fmt: skip
        receipt = receiving.receive(actor=self.actor, received=received)
        if receipt.state != receiving.NEW:
            self.done = _("这位客户已有一条跟进中的线索，新的内容补在那里。")
        seen = selectors.visible(self.actor).filter(pk=receipt.lead.pk).exists()
        return page_of(receipt.lead.pk) if seen else self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        form.add_error("phone", _("请选一位客户，或填手机号，不然以后联系不上。"))

    def back(self) -> str:
        sees = self.actor.may(Capability.SALES_VIEW)
        return reverse("leads:board") if sees else reverse("tasks:workbench")

    def context(self, form: Any) -> dict[str, Any]:
        q = self.request.POST.get("q", "")
        found = customers.search(self.actor, q) if q and not self.customer else []
        return {"customer": self.customer, "candidates": found, "asked": q, "may_work": self._may_work()}

    def _may_work(self) -> bool:
        return self.actor.may(Capability.SALES_WORK)


class Edit(LeadAct):
    form_class = forms.FactsForm
    title, done = gettext_lazy("编辑线索"), gettext_lazy("线索已更新。")
    body = "leads/forms/facts.html"
    faults = (Disputed, errors.Unclaimed)

    def initial(self) -> dict[str, Any]:
        return forms.FactsForm.initial_of(self.lead)

    def form_options(self) -> dict[str, Any]:
        return {"actor": self.actor, **({"initial": self.initial()} if self.request.method == "POST" else {})}

    def act(self, form: Any) -> str:
        facts.change(
            actor=self.actor, lead_id=self.lead.pk, values=form.facts(), seen=form.cleaned_data.get("seen")
        )
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        super().refuse(form, fault)
        if isinstance(fault, Disputed):
            form.dispute({name: value for name, value in fault.theirs.items() if name in form.fields})


class Move(LeadAct):
    """To another stage. Where something is lacking the form asks for that alone; sent from the board it answers with a
    word and the way back."""

    form_class = forms.MoveForm
    title, submit = gettext_lazy("换阶段"), gettext_lazy("换到这个阶段")
    done: Any = gettext_lazy("已换阶段。")
    body = "leads/forms/move.html"
    faults = (errors.Wanting, errors.Closed, errors.Unclaimed, errors.UnknownStage)

    def prepare(self) -> None:
        super().prepare()
        self.stage = self.request.POST.get("stage") or self.request.GET.get("stage", "")
        self.was = self.lead.stage
        self.called = selectors.stage_called(self.actor, self.stage, self.lead.brand, self.lead.series)
        self.needs = selectors.lacks(self.actor, self.lead, self.stage) if self._known() else []

    def _known(self) -> bool:
        return self.stage in dict(self._stages())

    def _stages(self) -> list[tuple[str, str]]:
        rows = selectors.stages_for(self.actor, self.lead.brand, self.lead.series)
        return [(row.code, str(row)) for row in rows]

    def form_options(self) -> dict[str, Any]:
        """Without a stage in the address it is asked for, too."""
        others = [] if self.stage else [one for one in self._stages() if one[0] != self.lead.stage]
        return {"actor": self.actor, "needs": self.needs, "stages": others}

    def initial(self) -> dict[str, Any]:
        return {"stage": self.stage}

    def act(self, form: Any) -> str:
        stages.move(actor=self.actor, lead_id=self.lead.pk, stage=form.cleaned_data["stage"], known=form.known())
        self.done = _("{name}进到「{stage}」。").format(name=self.lead.customer, stage=self.called)
        return asked(self.request, self.back())

    def refuse(self, form: Any, fault: Any) -> None:
        super().refuse(form, fault)
        if isinstance(fault, errors.UnknownStage):
            form.add_error(None, _("这款车没有这个阶段，请刷新后再试。"))
        elif isinstance(fault, errors.Wanting):
            missing = [need for need in fault.needs if need not in form.needs]
            for need in missing or fault.needs:
                form.add_error(None, words.lacking(need))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "board" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            with transaction.atomic():
                stages.move(actor=self.actor, lead_id=self.lead.pk, stage=self.stage)
        except self.faults as fault:
            return self._refused_on_board(fault)
        response = HttpResponse(status=204)
        said = _("{name}进到「{stage}」。").format(name=self.lead.customer, stage=self.called)
        response["HX-Trigger"] = json.dumps({"toast": {"text": said}})
        return response

    def _refused_on_board(self, fault: Exception) -> HttpResponse:
        """The drawer asks for what is lacking; where nothing can be typed a sentence says why."""
        if isinstance(fault, errors.Wanting):
            form = self.form_class(initial=self.initial(), **self.form_options())
            return self._shown(form, 422)
        said = _("这款车没有这个阶段，请刷新后再试。")
        if isinstance(fault, errors.Closed | errors.Unclaimed):
            said = str(CLOSED) if isinstance(fault, errors.Closed) else words.refused(fault)
        return HttpResponse(said, status=409, content_type="text/plain; charset=utf-8")

    def context(self, form: Any) -> dict[str, Any]:
        happened = [words.lacking(need) for need in self.needs if need not in forms.MoveForm.ASKED]
        ways = words.ways_to(self.lead, self.needs)
        return {**super().context(form), "called": self.called, "happened": happened, "ways": ways}


class Plan(LeadAct):
    form_class = forms.PlanForm
    title, submit, done = gettext_lazy("安排下一步"), gettext_lazy("就这样安排"), gettext_lazy("已安排下一步。")
    body = "leads/forms/plan.html"
    faults: tuple[type[Exception], ...] = (errors.Closed, errors.Unclaimed, errors.PastMoment)

    def initial(self) -> dict[str, Any]:
        task = self.lead.next_task
        return {"what": task.called if task and self.lead.living else _("跟进")}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        following.plan(actor=self.actor, lead_id=self.lead.pk, title=data["what"], due_at=data["due_at"])
        return asked(self.request, self.back())

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "offers": offers.of(self.actor, self.lead, selectors.pace_of(self.actor))}


class Reopen(Plan):
    title, submit, done = gettext_lazy("重新跟进线索"), gettext_lazy("重新跟进线索"), gettext_lazy("已重新跟进。")
    faults = (errors.StillOpen, errors.PastMoment)

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        ending.reopen(actor=self.actor, lead_id=self.lead.pk, title=data["what"], due_at=data["due_at"])
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        super().refuse(form, fault)
        if isinstance(fault, errors.StillOpen):
            form.add_error(None, _("这条线索已经在跟进了。"))


class Lose(LeadAct):
    form_class = forms.LossForm
    title, submit, done = gettext_lazy("战败或无效"), gettext_lazy("结束线索"), gettext_lazy("线索已结束。")
    body = "leads/forms/loss.html"
    faults = (errors.Closed, errors.Unclaimed, errors.UnknownReason, errors.StillBound)

    def form_options(self) -> dict[str, Any]:
        return {"reasons": selectors.loss_reasons(self.actor)}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        reason, _slash, detail = data["reason"].partition("/")
        loss = Loss(
            reason=reason, detail=detail, note=data["note"], brand=data["brand"], series=data["series"],
            retry_on=data["retry_on"],
        )  # fmt: skip
        ending.lose(actor=self.actor, lead_id=self.lead.pk, loss=loss)
        return asked(self.request, self.back())

    def refuse(self, form: Any, fault: Any) -> None:
        super().refuse(form, fault)
        if isinstance(fault, errors.UnknownReason):
            form.add_error("reason", _("这个原因已经停用，请另选一个。"))
        elif isinstance(fault, errors.StillBound):
            form.add_error(None, fault.words)


# Single buttons ---------------------------------------------------------------------------------
@require_POST
def result(request: Request, pk: int) -> HttpResponse:
    """One of the five results of a call, with what is done next."""
    form = forms.TalkForm(request.POST)
    if not form.is_valid():
        return _refused(request, pk, _("请选一个结果。"))
    data = form.cleaned_data
    again = form.next_at if data["result"] == Task.Outcome.CALL_BACK else None
    talk = Talk(
        outcome=data["result"], note=data["note"], again_at=again, what=data["next_what"],
        due_at=None if again else form.next_at, why=form.why, token=data["token"],
    )  # fmt: skip
    try:
        with transaction.atomic():
            lead, recorded = talks.record(actor=request.actor, lead_id=pk, talk=talk)
    except (errors.Closed, errors.Unclaimed, errors.PastMoment, NotAllowedNow, AlreadyDone, NotYours) as fault:
        return _refused(request, pk, _sentence(fault))
    label = Task.Outcome(data["result"]).label
    undo = reverse("tasks:undo", args=[",".join(str(one.pk) for one in recorded.attempts)])
    messages.success(request, _said(lead, str(label)), extra_tags=undo)
    return redirect(page_of(pk))


def _said(lead: Lead, label: str) -> str:
    if not lead.living:
        return _("已记录：{result}。线索结束了。").format(result=label)
    return _("已记录：{result}。").format(result=label)


def _sentence(fault: Exception) -> str:
    if isinstance(fault, errors.Closed):
        return str(CLOSED)
    if isinstance(fault, errors.Unclaimed):
        return words.refused(fault)
    if isinstance(fault, errors.PastMoment):
        return str(forms.SOON)
    if isinstance(fault, NotAllowedNow):
        return fault.words
    return _("这件任务刚被别人处理了，请刷新后再看。")


def _refused(request: Request, pk: int, sentence: str) -> HttpResponse:
    """What was typed comes back with the page."""
    from qibu.leads.views import detail_page  # which names the acts of this module

    request.actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(request.actor, pk)
    return detail_page(request, lead, trouble=sentence, typed=request.POST, status=422)


@require_POST
def grade(request: Request, pk: int) -> HttpResponse:
    """A letter, or nothing: then the facts give it again."""
    letter = request.POST.get("grade", "")
    try:
        if letter in {*Grade}:
            grading.set_grade(actor=request.actor, lead_id=pk, grade=letter)
        else:
            grading.release(actor=request.actor, lead_id=pk)
    except (errors.Closed, errors.Unclaimed) as fault:
        return _no(request, pk, _sentence(fault))
    return go(request, page_of(pk), _("级别已手工定下。") if letter in {*Grade} else _("级别恢复自动。"))


@require_POST
def chance(request: Request, pk: int) -> HttpResponse:
    """A percentage, or nothing: then it is reckoned again."""
    text = request.POST.get("percent", "").strip()
    if text and not (text.isdecimal() and int(text) <= 100):
        return _no(request, pk, _("成交概率请填 0 到 100 的整数。"))
    try:
        if text:
            scoring.set_chance(actor=request.actor, lead_id=pk, probability=int(text) / 100)
        else:
            scoring.release(actor=request.actor, lead_id=pk)
    except (errors.Closed, errors.Unclaimed) as fault:
        return _no(request, pk, _sentence(fault))
    return go(request, page_of(pk), _("成交概率已手工定下。") if text else _("成交概率恢复自动。"))


@require_POST
def scored(request: Request, pk: int) -> HttpResponse:
    """The customer refuses to be judged by a machine, or takes that back."""
    if request.POST.get("refuse"):
        scoring.refuse(actor=request.actor, lead_id=pk)
        return go(request, page_of(pk), _("已关闭这位客户的自动评分。"))
    scoring.allow(actor=request.actor, lead_id=pk)
    return go(request, page_of(pk), _("这位客户的自动评分已打开。"))


@require_POST
def join(request: Request, pk: int) -> HttpResponse:
    other = request.POST.get("other", "")
    try:
        with transaction.atomic():
            joining.join(actor=request.actor, lead_id=pk, other_id=int(other) if other.isdecimal() else 0)
    except errors.NotTheirs:
        return _no(request, pk, _("只有同一位客户的两条跟进中的线索可以合并。"))
    except errors.Unclaimed:
        return _no(request, pk, _("其中一条线索在公海，请先领取，再合并。"))
    return go(request, page_of(pk), _("两条线索合成了一条。"))


@require_POST
def confirmation(request: Request, pk: int) -> HttpResponse:
    """A manager found the loss right."""
    try:
        ending.confirm(actor=request.actor, lead_id=pk)
    except errors.StillOpen:
        return _no(request, pk, _("这条线索已经在跟进了。"))
    return go(request, asked(request, page_of(pk)), _("已确认。"))


def _no(request: Request, pk: int, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return go(request, page_of(pk))
