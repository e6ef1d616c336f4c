"""What quotations put onto the page of a lead, into the frame and onto customers' time lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import quotes as events
from qibu.customers.timeline import SALE, Happening, Line, Mark, Renderer, Renderers
from qibu.kernel.scoping import current_actor
from qibu.leads import evidence
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.rules import Need
from qibu.network.middleware import actor_of
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.models import Quote, QuoteLink
from qibu.tasks.models import Task
from qibu.ui import formats, slots

SHOWN = 5


def _was_quoted(lead: Lead) -> bool:
    return Quote.objects.filter(lead=lead, sent_at__isnull=False).exists()


def _write_one(lead: Lead) -> str:
    return reverse("quotes:create", args=[lead.pk])


evidence.add(evidence.Evidence(Need.QUOTE, gettext_lazy("报价"), _was_quoted, _write_one))


@slots.fills("lead.panel", order=40)
def panel(request: HttpRequest, lead: Lead, **_around: Any) -> slots.Panel | None:
    """Quotations and appraisals of a lead that the reader was found to see."""
    quotes = selectors.of_lead(lead.pk)
    appraisals = selectors.appraisals_of(lead.pk)
    offered = selectors.waits_for_an_appraisal(lead, appraisals)
    if not quotes and not appraisals and not offered:
        return None
    variants = selectors.variants_of(quotes[:SHOWN])
    rows = [{"quote": one, "variants": variants.get(one.pk, [])} for one in quotes[:SHOWN]]
    context = {
        "quotes": rows, "appraisals": appraisals, "more": len(quotes) > SHOWN, "offered": offered, "lead": lead,
        "may_appraise": offered and actor_of(request).may(Capability.SALES_WORK),
    }  # fmt: skip
    return slots.Panel("quotes/lead_panel.html", context)


@slots.fills("task.panel", order=40)
def task_panel(request: HttpRequest, task: Task, **context: Any) -> slots.Panel | None:
    """Beside a task about a quotation: what it comes to, and the way to it."""
    if not task.kind.startswith("quotes."):
        return None
    quote = selectors.visible(actor_of(request)).filter(pk=task.facts.get("quote", 0)).first()
    if quote is None:
        return None
    variants = selectors.variants_of([quote]).get(quote.pk, [])
    return slots.Panel("quotes/task_panel.html", {"quote": quote, "variants": variants})


@slots.fills("lead.actions", order=40)
def write(request: HttpRequest, lead: Lead, **context: Any) -> slots.Action | None:
    if not lead.living or leads.must_claim(actor_of(request), lead):
        return None
    page = reverse("quotes:create", args=[lead.pk])
    return slots.Action(gettext_lazy("写报价"), page, "coin", capability=Capability.SALES_WORK)


@slots.fills("lead.more", order=40)
def appraise(request: HttpRequest, lead: Lead, **context: Any) -> slots.Action | None:
    if not lead.living or leads.must_claim(actor_of(request), lead):
        return None
    form = reverse("quotes:appraise", args=[lead.pk])
    return slots.Action(gettext_lazy("评估旧车"), form, "car", capability=Capability.SALES_WORK, beside=True)


@slots.fills("navigation", order=34)
def navigation(request: HttpRequest) -> slots.NavItem:
    may = Capability.SALES_VIEW
    return slots.NavItem("quotes", gettext_lazy("报价"), "coin", "quotes:list", capability=may, area="sales")


@slots.fills("settings", order=62)
def settings(request: HttpRequest) -> list[slots.Setting]:
    manage = Capability.SALES_MANAGE
    return [
        slots.Setting(
            gettext_lazy("贷款方案"), gettext_lazy("利率、期数、首付、尾款和贴息"), "coin", "quotes:plans",
            "prices", manage,
        ),
        slots.Setting(
            gettext_lazy("报价规则"), gettext_lazy("谁能优惠多少，报价多少天有效"), "shield", "quotes:rules",
            "prices", manage,
        ),
    ]  # fmt: skip


# The time line ----------------------------------------------------------------------------------
@slots.fills("customer.timeline", order=28)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.DiscountAsked.name: Renderer(SALE, _asked),
        events.DiscountDecided.name: Renderer(SALE, _decided),
        events.QuoteSent.name: Renderer(SALE, _sent),
        events.QuoteOpened.name: Renderer(SALE, _opened),
        events.QuoteAnswered.name: Renderer(SALE, _answered),
        events.QuoteAccepted.name: Renderer(SALE, _accepted),
        events.QuoteWithdrawn.name: Renderer(SALE, _withdrawn),
        events.CarAppraised.name: Renderer(SALE, _appraised),
    }


def _page(entry: Happening) -> str:
    """The customer's leads, as far as the reader sees some: a quotation may be a colleague's."""
    sees = current_actor().may(Capability.SALES_VIEW)
    return reverse("leads:of-customer", args=[entry.of]) if sees and entry.of else ""


def _money(entry: Happening, name: str) -> str:
    return formats.money(Decimal(entry.data[name]), "round")


def _asked(entry: Happening) -> Line:
    title = _("申请优惠 {money}").format(money=_money(entry, "discount"))
    return Line(title, icon="shield", quote=entry.data["reason"], marks=_number(entry), url=_page(entry))


def _decided(entry: Happening) -> Line:
    words = _("批准优惠 {money}") if entry.data["agreed"] else _("没有批准优惠 {money}")
    title = words.format(money=_money(entry, "discount"))
    return Line(title, icon="shield", quote=entry.data.get("reason", ""), marks=_number(entry), url=_page(entry))


def _sent(entry: Happening) -> Line:
    title = _("发出报价：{car}").format(car=entry.data["car"])
    text = _("合计 {money}，{day} 前有效").format(money=_money(entry, "total"), day=entry.data["valid_until"])
    return Line(title, icon="file", text=text, marks=_number(entry), url=_page(entry))


def _opened(entry: Happening) -> Line:
    return Line(_("打开了报价"), icon="eye", marks=_number(entry), url=_page(entry))


def _answered(entry: Happening) -> Line:
    kind = entry.data["answer"]
    label = str(QuoteLink.Answer(kind).label) if kind in QuoteLink.Answer.values else kind
    return Line(label, icon="msg", quote=entry.data.get("note", ""), marks=_number(entry), url=_page(entry))


def _accepted(entry: Happening) -> Line:
    title = _("接受报价：{car}").format(car=entry.data["car"])
    return Line(title, icon="check", text=_money(entry, "total"), marks=_number(entry), url=_page(entry))


def _withdrawn(entry: Happening) -> Line:
    return Line(_("撤回报价"), icon="x", text=entry.data["reason"], marks=_number(entry), url=_page(entry))


def _appraised(entry: Happening) -> Line:
    title = _("评估旧车：{car}").format(car=entry.data["car"])
    return Line(title, icon="car", text=_money(entry, "value"), url=_page(entry))


def _number(entry: Happening) -> tuple[Mark, ...]:
    return (Mark(entry.data["number"], "line"),)
