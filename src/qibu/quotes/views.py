"""A quotation: seen, sent, agreed to, taken by the customer, withdrawn; the appraisal of a used car."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.errors import Closed, Unclaimed
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.quotes import errors, forms, selectors, words
from qibu.quotes import paper as papers
from qibu.quotes.models import LinkAnswer, Quote, QuoteLink, Variant
from qibu.quotes.services import appraisals, approvals, drafts, links, sending
from qibu.quotes.services.book import read_terms
from qibu.quotes.sheets import Column, Sheet, sheet_of
from qibu.ui import formats
from qibu.vehicles.acts import FormAct

State = Quote.State


def column_of(variant: Variant) -> Column:
    terms = read_terms(variant.loan)
    return Column(
        variant.order, variant.name, variant.car, variant.colour, variant.read_parts, terms, variant.plan_name
    )


def sheet_for(quote: Quote) -> Sheet:
    return sheet_of([column_of(one) for one in selectors.variants_of([quote])[quote.pk]])


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    quote = selectors.quote_or_404(request.actor, pk)
    variants = selectors.variants_of([quote])[quote.pk]
    link = selectors.link_of(quote)
    context = {
        "quote": quote, "sheet": sheet_of([column_of(one) for one in variants]), "heading": str(quote),
        "link": link, "address": _address(request, link), "versions": selectors.of_lead(quote.lead_id),
        "said": list(LinkAnswer.objects.filter(link__quote=quote).order_by("-at", "-pk")),
        "given": max(given for _price, given in approvals.offers_of(variants)),
        **_what_is_next(request.actor, quote, variants),
    }  # fmt: skip
    return render(request, "quotes/detail.html", context)


def _address(request: Request, link: QuoteLink | None) -> str:
    if link is None or not link.living:
        return ""
    return request.build_absolute_uri(reverse("quotes:offer", args=[link.token]))


def _what_is_next(actor: Actor, quote: Quote, variants: list[Variant]) -> dict[str, Any]:
    """Which acts the page offers to whom."""
    works, state = actor.may(Capability.SALES_WORK) and quote.lead.living, quote.shown_state
    own = approvals.own_to_give(actor, variants)
    waiting = state == State.WAITING and actor.may(Capability.SALES_APPROVE)
    refusal = approvals.refusal(actor, quote, variants) if waiting else None
    sendable = state == State.APPROVED or (quote.changeable and own)
    return {
        "may_edit": works and quote.changeable, "may_send": works and sendable,
        "may_ask": works and quote.changeable and not own, "may_accept": works and state == State.SENT,
        "may_take_back": works and state in {State.WAITING, State.APPROVED},
        "may_revise": works and state not in {State.DRAFT, State.WAITING, State.REFUSED, State.APPROVED},
        "may_withdraw": actor.may(Capability.SALES_WORK) and state not in {State.REPLACED, State.WITHDRAWN},
        "may_link": works and state in {State.SENT, State.ACCEPTED}, "deciding": waiting,
        "refusal": words.REFUSALS.get(refusal, "") if refusal else "", "agreeable": waiting and refusal is None,
        "most": approvals.most_of(actor, variants),
    }  # fmt: skip


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    """A4, for the printer of the show-room."""
    request.actor.require(Capability.SALES_VIEW)
    quote = selectors.quote_or_404(request.actor, pk)
    context = {"quote": quote, "sheet": sheet_for(quote), "heading": str(quote)}
    return render(request, "quotes/paper.html", context)


@require_GET
def as_pdf(request: Request, pk: int) -> HttpResponse | FileResponse:
    """To send as a file. Where the machine has no Chinese font, the page for the printer stands in."""
    request.actor.require(Capability.SALES_VIEW)
    quote = selectors.quote_or_404(request.actor, pk)
    try:
        content = papers.pdf(quote, sheet_for(quote), request.place.organisation)
    except papers.NoFont:
        sentence = _("这台服务器没有中文字体，做不了 PDF。请管理员安装字体（如 fonts-noto-cjk）；现在可以直接打印。")
        messages.error(request, sentence)
        return redirect("quotes:paper", pk)
    name = f"{quote} {quote.lead.customer}.pdf"
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf")


@require_GET
def schedule(request: Request, pk: int, order: int) -> HttpResponse:
    """All instalments of a variant that is paid by a loan."""
    request.actor.require(Capability.SALES_VIEW)
    quote = selectors.quote_or_404(request.actor, pk)
    column = next((one for one in sheet_for(quote).columns if one.order == order and one.terms), None)
    if column is None:
        raise Http404
    context = {"quote": quote, "column": column, "loan": column.loan, "heading": _("还款计划")}
    return render(request, "quotes/schedule.html", context)


# Acts -------------------------------------------------------------------------------------------
SENTENCES: dict[type[Exception], Callable[[Any], str]] = {
    errors.NotNow: lambda fault: _("这份报价的状态变了，刚才的操作没有做。请看最新的状态。"),
    errors.OverLimit: lambda fault: (
        _("优惠超过了您的权限（最多 {money}），请先送审。").format(money=formats.money(fault.most))
    ),
    errors.Over: lambda fault: _("报价的有效期已经过去，请改一个日期再发。"),
    errors.MayNotAgree: lambda fault: str(words.REFUSALS[fault.why]),
    errors.NoSuchVariant: lambda fault: _("报价里没有这个方案，请重新选择。"),
    Closed: lambda fault: _("这条线索已经结束。要继续跟进，请先重新打开它。"),
    Unclaimed: lambda fault: _("这条线索在公海，请先领取，再评估旧车。"),
}


def _done(request: Request, pk: int, act: Callable[[], Any], sentence: str) -> HttpResponse:
    try:
        act()
    except tuple(SENTENCES) as fault:
        messages.error(request, SENTENCES[type(fault)](fault))
    else:
        messages.success(request, sentence)
    return redirect("quotes:detail", pk)


@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    done = _("报价已发出。把下面的链接发给客户，打开了会显示。")
    return _done(request, pk, lambda: sending.send(actor=request.actor, quote_id=pk), done)


@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    done = _("又是草稿了，改好以后再送审或发出。")
    return _done(request, pk, lambda: drafts.take_back(actor=request.actor, quote_id=pk), done)


@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    said = request.POST.get("variant", "")
    number = int(said) if said.isdecimal() and len(said) < 3 else 0
    done = _("已记下客户接受的方案。")
    return _done(request, pk, lambda: sending.accept(actor=request.actor, quote_id=pk, variant=number), done)


@require_POST
def link(request: Request, pk: int) -> HttpResponse:
    done = _("换了新链接，旧的已经打不开。")
    return _done(request, pk, lambda: links.renew(actor=request.actor, quote_id=pk), done)


@require_POST
def link_removal(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, lambda: links.revoke(actor=request.actor, quote_id=pk), _("链接已停用。"))


@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    form = forms.DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(sentence) for each in form.errors.values() for sentence in each))
        return redirect("quotes:detail", pk)
    agreed = form.cleaned_data["agreed"] == "yes"
    done = _("已批准，销售顾问会收到一件任务。") if agreed else _("没有批准，销售顾问会收到一件任务。")
    act = {"agreed": agreed, "why": form.cleaned_data["why"].strip()}
    return _done(request, pk, lambda: approvals.decide(actor=request.actor, quote_id=pk, **act), done)


class OnQuote(FormAct):
    form_class = forms.WhyForm
    quote: Quote

    def prepare(self) -> None:
        self.actor.require(Capability.SALES_WORK)
        self.quote = selectors.quote_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("quotes:detail", args=[self.quote.pk])

    def refuse(self, form: Any, fault: Any) -> None:
        form.add_error(None, SENTENCES[type(fault)](fault))


class Ask(OnQuote):
    title, done = gettext_lazy("申请优惠"), gettext_lazy("已送审，批下来会在工作台告诉您。")
    submit = gettext_lazy("送审")
    faults = (errors.WithinLimit, errors.NobodyAgrees, errors.NotNow, Closed)

    def act(self, form: Any) -> str:
        approvals.ask(actor=self.actor, quote_id=self.quote.pk, why=form.cleaned_data["why"].strip())
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.WithinLimit):
            form.add_error(None, _("这些优惠在您的权限以内，不用审批，可以直接发出。"))
        elif isinstance(fault, errors.NobodyAgrees):
            form.add_error(None, _("店里现在没有人能批这么多优惠。请减少优惠，或请店长在「报价规则」里调整权限。"))
        else:
            super().refuse(form, fault)


class Withdraw(OnQuote):
    title, done = gettext_lazy("撤回报价"), gettext_lazy("报价已撤回，链接打不开了。")
    submit = pgettext_lazy("报价", "撤回")
    faults = (errors.NotNow,)

    def act(self, form: Any) -> str:
        sending.withdraw(actor=self.actor, quote_id=self.quote.pk, why=form.cleaned_data["why"].strip())
        return self.back()


class Appraise(FormAct):
    form_class = forms.AppraisalForm
    body = "quotes/appraisal_form.html"
    title, done = gettext_lazy("旧车评估"), gettext_lazy("评估已记下，报价时可以抵价。")
    faults = (Closed, Unclaimed)
    lead: Lead

    def prepare(self) -> None:
        self.actor.require(Capability.SALES_WORK)
        self.lead = leads.lead_or_404(self.actor, self.kwargs["lead_id"])

    def initial(self) -> dict[str, Any]:
        until = times.today() + timedelta(days=selectors.quote_rules(self.actor).valid_days)
        return {**forms.AppraisalForm.initial_of(self.lead), "valid_until": until}

    def act(self, form: Any) -> str:
        appraisals.appraise(actor=self.actor, lead_id=self.lead.pk, looked=form.looked())
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        form.add_error(None, SENTENCES[type(fault)](fault))

    def back(self) -> str:
        return reverse("leads:detail", args=[self.lead.pk])
