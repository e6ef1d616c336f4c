"""Pages of the show-room: the desk, the turn, the visitors, the telephone, the head count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.catalog import selectors as catalog
from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.selectors import sellers, visible
from qibu.network.middleware import Request, unattended
from qibu.network.rules import Capability
from qibu.showroom import selectors, words
from qibu.showroom.errors import ReasonMissing, ShowroomFault
from qibu.showroom.forms import ArrivalForm, CallForm, ReasonForm, VisitorForm
from qibu.showroom.models import Visitor
from qibu.showroom.selectors import turn as reads
from qibu.showroom.selectors import visitors
from qibu.showroom.services import reception, turns
from qibu.tasks.views.back import back_to
from qibu.vehicles.acts import gone, is_part

FOUND, LONGEST_REPORT = 5, timedelta(days=92)


# The desk -----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def desk(request: Request) -> HttpResponse:
    """来客登记: who came, why, who receives them."""
    request.actor.require(Capability.SALES_RECEIVE)
    board = reads.board(request.actor, times.now())
    people = [(str(one.staff_id), _choice(one)) for one in board.queue]
    series = catalog.series_of(request.actor)
    finds = partial(_finds, request.actor)
    form = ArrivalForm(request.POST or None, people=people, series=series, finds=finds, initial={"party": 1})
    if request.method == "POST" and form.is_valid():
        try:
            visitor = reception.welcome(actor=request.actor, arrival=form.arrival(_came(request)))
        except ShowroomFault as refused:
            form.add_error("reason" if isinstance(refused, ReasonMissing) else "consultant", words.refused(refused))
        else:
            return gone(request, reverse("showroom:desk"), _welcomed(visitor))
    context = {"form": form, "series": series, **_board(request.actor, board), "found": _found(request.actor, form)}
    status = 422 if form.errors else 200
    template = "showroom/parts/form.html" if is_part(request) and form.errors else "showroom/desk.html"
    return render(request, template, context, status=status)


def _finds(actor: Actor, text: str) -> set[int]:
    """Whom the list below the one field shows for this text."""
    if not actor.may(Capability.CUSTOMERS_VIEW):
        return set()
    return {one.id for one in customers.search(actor, text, FOUND)}


def _came(request: Request) -> datetime:
    """Now, or as long ago as the form waited in the browser for the line to come back."""
    waited = request.headers.get("X-Waited", "")
    seconds = int(waited) if waited.isdecimal() and len(waited) < 7 else 0
    return times.now() - timedelta(seconds=seconds)


def _choice(one: Any) -> str:
    state = _("接待中") if one.visitors else _("忙") if one.busy else _("已满") if one.full else ""
    return f"{one.name} · {state}" if state else str(one.name)


def _welcomed(visitor: Visitor) -> str:
    """What reception says to the visitor now."""
    if visitor.consultant is None:
        return words.why(visitor.why, "") or _("已登记。")
    return _("已登记，请{name}接待。{why}").format(
        name=visitor.consultant.name, why=words.why(visitor.why, visitor.consultant.name)
    )


def _board(actor: Actor, board: reads.Board) -> dict[str, Any]:
    selectors.with_files(actor, board.inside)
    numbers = [one.lead_id for one in board.inside if one.lead_id]
    theirs = set(visible(actor).filter(pk__in=numbers).values_list("pk", flat=True)) if numbers else set()
    for one in board.inside:
        one.lead_seen = one.lead_id in theirs  # type: ignore[attr-defined]  # read by the page
        one.said = words.why(one.why, one.consultant.name if one.consultant else "")  # type: ignore[attr-defined]
    return {
        "board": board, "me": actor.staff_id, "may_lead": actor.may(Capability.SALES_ASSIGN),
        "may_sell": actor.may(Capability.SALES_WORK), "now": times.now(),
    }  # fmt: skip


@require_GET
def find(request: Request) -> HttpResponse:
    """Who it may be, while reception types."""
    request.actor.require(Capability.SALES_RECEIVE)
    form = ArrivalForm({"q": request.GET.get("q", "")}, people=[], series=[])
    return render(request, "showroom/parts/found.html", {"found": _found(request.actor, form), "form": form})


def _found(actor: Actor, form: Any) -> list[dict[str, Any]]:
    """The customers whom the text of the one field finds, with their open lead and who works on it."""
    text = str(form["q"].value() or "").strip() if "q" in form.fields else ""
    if not text or not actor.may(Capability.CUSTOMERS_VIEW):
        return []
    found = customers.search(actor, text, FOUND)
    open_leads = visible(actor).filter(customer_id__in=[one.id for one in found], state=Lead.State.OPEN)
    by_customer = {lead.customer_id: lead for lead in open_leads.select_related("consultant").order_by("received_at")}
    return [{"one": one, "lead": by_customer.get(one.id)} for one in found]


@require_GET
@unattended
def board(request: Request) -> HttpResponse:
    """轮序: on a screen of its own, or the part that the desk asks for again."""
    request.actor.require(Capability.SALES_RECEIVE)
    context = _board(request.actor, reads.board(request.actor, times.now()))
    return render(request, "showroom/parts/board.html" if is_part(request) else "showroom/board.html", context)


# A visitor ----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def visitor(request: Request, pk: int) -> HttpResponse:
    """Who it was, and what was learnt later."""
    request.actor.require(Capability.SALES_RECEIVE)
    found = selectors.visitor_or_404(request.actor, pk)
    selectors.with_files(request.actor, [found])
    names = ("purpose", "party", "name", "series", "remark")
    series = catalog.series_of(request.actor)
    form = VisitorForm(request.POST or None, series=series, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        reception.complete(actor=request.actor, visitor_id=pk, arrival=form.arrival(found.at))
        return gone(request, reverse("showroom:visitor", args=[pk]), _("已保存。"))
    heading = getattr(found, "called", "") or found.get_purpose_display()
    context = {
        "visitor": found, "form": form, "series": series, "heading": heading,
        "said": words.why(found.why, found.consultant.name if found.consultant else ""),
        "lead_seen": found.lead_id is not None and visible(request.actor).filter(pk=found.lead_id).exists(),
        "full": reverse("showroom:visitor", args=[pk]),
    }  # fmt: skip
    template = "showroom/visitor_drawer.html" if is_part(request) else "showroom/visitor.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    """接待: by who is next, or by whom reception chose."""
    request.actor.require(Capability.SALES_RECEIVE)
    selectors.visitor_or_404(request.actor, pk)
    asked = request.POST.get("staff", "")
    staff_id = int(asked) if asked.isdecimal() else None
    try:
        found = reception.take(
            actor=request.actor, visitor_id=pk, staff_id=staff_id, reason=request.POST.get("reason", "")
        )
    except ShowroomFault as refused:
        messages.error(request, words.refused(refused))
    else:
        name = found.consultant.name if found.consultant else ""
        messages.success(request, _("已请{name}接待。").format(name=name))
    return _back(request)


@require_POST
def leaving(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_RECEIVE)
    selectors.visitor_or_404(request.actor, pk)
    reception.leave(actor=request.actor, visitor_id=pk)
    messages.success(request, _("已记下离店。"), extra_tags=reverse("showroom:return", args=[pk]))
    return _back(request)


@require_POST
def coming_back(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_RECEIVE)
    selectors.visitor_or_404(request.actor, pk)
    reception.come_back(actor=request.actor, visitor_id=pk)
    return _back(request)


def _back(request: Request) -> HttpResponse:
    return HttpResponseRedirect(back_to(request, reverse("showroom:desk")))


# The turn -----------------------------------------------------------------------------------------
@require_POST
def skip(request: Request, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done = _("已过号，排到最后。")
    return _turned(request, lambda: turns.skip(actor=request.actor, staff_id=pk, reason=reason), done)


@require_POST
def swap(request: Request, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    data = form.cleaned_data if form.is_valid() else {}
    other, reason = data.get("other") or 0, data.get("reason", "")
    return _turned(
        request, lambda: turns.swap(actor=request.actor, staff_id=pk, other_id=other, reason=reason), _("已换位。")
    )


@require_POST
def mark(request: Request, pk: int) -> HttpResponse:
    busy = "busy" in request.POST
    done = _("已标为忙，先轮后面的人。") if busy else _("已标为空闲。")
    return _turned(request, lambda: turns.mark(actor=request.actor, staff_id=pk, busy=busy), done)


def _turned(request: Request, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except ShowroomFault as refused:
        messages.error(request, words.refused(refused))
    else:
        messages.success(request, done)
    return _back(request)


# The telephone ------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def call(request: Request) -> HttpResponse:
    """来电登记."""
    request.actor.require(Capability.SALES_RECEIVE)
    series = catalog.series_of(request.actor)
    sells = sellers().filter(pk=request.actor.staff_id or 0).exists()
    finds = partial(_finds, request.actor)
    form = CallForm(request.POST or None, series=series, finds=finds, initial={"mine": sells})
    if not sells:
        del form.fields["mine"]
    if request.method == "POST" and form.is_valid():
        mine = bool(form.cleaned_data.get("mine"))
        found = reception.call(actor=request.actor, arrival=form.arrival(_came(request)), mine=mine)
        return gone(request, reverse("showroom:call"), _called(found))
    context = {"form": form, "series": series, "found": _found(request.actor, form)}
    template = "showroom/parts/form.html" if is_part(request) and form.errors else "showroom/call.html"
    return render(request, template, {**context, "is_call": True}, status=422 if form.errors else 200)


def _called(found: Visitor) -> str:
    if found.lead is None:
        return _("已登记来电。")
    if found.lead.consultant is None:
        return _("已登记来电，线索在公海，等人领取。")
    return _("已登记来电，由{name}跟进。").format(name=found.lead.consultant.name)


# The head count -----------------------------------------------------------------------------------
@require_GET
def report(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW_ALL)
    last = _day(request.GET.get("to", "")) or times.today()
    first = _day(request.GET.get("from", "")) or last - timedelta(days=13)
    first = max(min(first, last), last - LONGEST_REPORT)
    found = visitors.report(request.actor, first, last)
    receives = request.actor.may(Capability.SALES_RECEIVE)
    context = {"report": found, "first": first, "last": last, "one_day": first == last, "receives": receives}
    return render(request, "showroom/report.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
