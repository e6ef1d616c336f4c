"""Acts on one customer: each parses, makes one call, goes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qibu.customers import batches, selectors
from qibu.customers.forms import (
    AssignmentForm,
    ConsentForm,
    HoldForm,
    NoteForm,
    PointForm,
    RelationForm,
    TagChoiceForm,
    TagForm,
)
from qibu.customers.services import assignments, consents, holds, notes, points, relations, reveal, tags
from qibu.customers.views.answers import back, form_page
from qibu.customers.views.lists import CustomerList
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.services.batches import begin
from qibu.network.views.batches import answer
from qibu.ui import chosen
from qibu.ui.answers import asked


def _refused(request: Request, customer_id: int, form: forms.Form, *, tab: str = "") -> HttpResponse:
    """A small form that can't be taken: its first sentence is said where one is."""
    sentence = next((str(error) for errors in form.errors.values() for error in errors), "")
    messages.error(request, sentence)
    return back(request, customer_id, tab=tab)


@require_POST
def note(request: Request, customer_id: int) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _refused(request, customer_id, form)
    notes.write(actor=request.actor, customer_id=customer_id, text=form.cleaned_data["text"])
    return back(request, customer_id, _("备注已记下。"))


@require_http_methods(["GET", "POST"])
def point(request: Request, customer_id: int) -> HttpResponse:
    """Add a way to reach the customer."""
    request.actor.require(Capability.CUSTOMERS_EDIT)
    customer = selectors.customer_or_404(request.actor, customer_id)
    form = PointForm(request.POST or None, initial={"kind": "phone"})
    context = {"form": form, "customer": customer}
    if request.method == "GET" or not form.is_valid():
        return form_page(request, "point.html", context, refused=request.method == "POST")
    try:
        points.add(actor=request.actor, customer_id=customer_id, **form.cleaned_data)
    except points.KnownPoint:
        form.add_error("value", _("这位客户已经有这个号码或地址。"))
        return form_page(request, "point.html", context, refused=True)
    return back(request, customer_id, _("联系方式已添加。"), tab="file")


@require_POST
def primary(request: Request, customer_id: int, point_id: int) -> HttpResponse:
    points.make_primary(actor=request.actor, customer_id=customer_id, point_id=point_id)
    return back(request, customer_id, _("已设为首选号码。"), tab="file")


@require_POST
def usability(request: Request, customer_id: int, point_id: int) -> HttpResponse:
    unusable = request.POST.get("unusable") == "1"
    points.mark_unusable(actor=request.actor, customer_id=customer_id, point_id=point_id, unusable=unusable)
    return back(request, customer_id, _("已标为打不通。") if unusable else _("已标为可用。"), tab="file")


@require_POST
def point_removal(request: Request, customer_id: int, point_id: int) -> HttpResponse:
    points.remove(actor=request.actor, customer_id=customer_id, point_id=point_id)
    return back(request, customer_id, _("联系方式已删除。"), tab="file")


@require_POST
def number(request: Request, customer_id: int, point_id: int) -> HttpResponse:
    """The number in the clear as plain text, for a reason; the page hides it again after thirty seconds."""
    selectors.customer_or_404(request.actor, customer_id)
    chosen, words = request.POST.get("reason", ""), request.POST.get("words", "").strip()
    reason = words if chosen == "other" else str(reveal.REASONS.get(chosen, ""))
    try:
        shown = reveal.phone(actor=request.actor, point_id=point_id, reason=reason)
    except reveal.MissingReason:
        return HttpResponse(_("请选择看号码的原因；选「其他」时请写几个字。"), status=422, content_type="text/plain")
    return HttpResponse(shown, content_type="text/plain")


@require_POST
def consent(request: Request, customer_id: int) -> HttpResponse:
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _refused(request, customer_id, form, tab="consents")
    consents.record(actor=request.actor, customer_id=customer_id, **form.cleaned_data)
    return back(request, customer_id, _("已记下，立即生效。"), tab="consents")


@require_POST
def hold(request: Request, customer_id: int) -> HttpResponse:
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _refused(request, customer_id, form, tab="consents")
    holds.place(actor=request.actor, customer_id=customer_id, **form.cleaned_data)
    return back(request, customer_id, _("已暂停，立即生效。"), tab="consents")


@require_POST
def lifting(request: Request, customer_id: int, hold_id: int) -> HttpResponse:
    holds.lift(actor=request.actor, customer_id=customer_id, hold_id=hold_id)
    return back(request, customer_id, _("已解除暂停。"), tab="consents")


@require_POST
def tagging(request: Request, customer_id: int) -> HttpResponse:
    selectors.customer_or_404(request.actor, customer_id)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _refused(request, customer_id, form)
    tags.put(actor=request.actor, customer_ids=[customer_id], names=form.cleaned_data["names"])
    return back(request, customer_id)


@require_POST
def untagging(request: Request, customer_id: int, tag_id: int) -> HttpResponse:
    tags.remove(actor=request.actor, customer_id=customer_id, tag_id=tag_id)
    return back(request, customer_id)


@require_http_methods(["GET", "POST"])
def assignment(request: Request, customer_id: int) -> HttpResponse:
    """Who looks after the customer; without a form, “领取” takes a public one oneself."""
    customer = selectors.customer_or_404(request.actor, customer_id)
    form = AssignmentForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        context = {"form": form, "customer": customer}
        return form_page(request, "assignment.html", context, refused=request.method == "POST")
    role, staff_id = form.cleaned_data["role"], form.staff_id
    assignments.assign(actor=request.actor, customer_ids=[customer_id], role=role, staff_id=staff_id)
    return back(request, customer_id, _("已更换。"))


@require_http_methods(["GET", "POST"])
def relation(request: Request, customer_id: int) -> HttpResponse:
    """Relate two customers; the other one is found like in the search field."""
    request.actor.require(Capability.CUSTOMERS_EDIT)
    customer = selectors.customer_or_404(request.actor, customer_id)
    form = RelationForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "customer": customer}
    if request.method == "GET" or not form.is_valid():
        return form_page(request, "relation.html", context, refused=request.method == "POST")
    found = _meant(request, customer_id, form)
    if len(found) != 1:
        form.add_error("other", _choose(found))
        return form_page(request, "relation.html", {**context, "found": found}, refused=True)
    kind = form.cleaned_data["kind"]
    relations.add(actor=request.actor, customer_id=customer_id, other_id=found[0].id, kind=kind)
    return back(request, customer_id, _("已关联。"), tab="relations")


def _meant(request: Request, customer_id: int, form: RelationForm) -> list[selectors.Found]:
    found = [one for one in selectors.search(request.actor, form.cleaned_data["other"]) if one.id != customer_id]
    chosen = request.POST.get("chosen", "")
    return [one for one in found if str(one.id) == chosen] or found


def _choose(found: list[selectors.Found]) -> str:
    return _("有几位都符合，请选一位。") if found else _("没有找到这位客户，请换一种写法，或先登记。")


@require_POST
def relation_removal(request: Request, customer_id: int, relation_id: int) -> HttpResponse:
    relations.remove(actor=request.actor, customer_id=customer_id, relation_id=relation_id)
    return back(request, customer_id, _("已取消关联。"), tab="relations")


@require_POST
def assign_many(request: Request) -> HttpResponse:
    """The batch: first the form in the drawer, then the act."""
    request.actor.require(Capability.TASKS_ASSIGN)
    sent = "role" in request.POST
    form = AssignmentForm(request.POST if sent else None)
    if not sent or not form.is_valid():
        return _ask(request, "assign_many.html", {"form": form}, refused=sent)
    args = {"role": form.cleaned_data["role"], "staff_id": form.staff_id, "name": form.staff_name}
    return _begin(request, batches.ASSIGN, args)


@require_POST
def tag_many(request: Request) -> HttpResponse:
    request.actor.require(Capability.CUSTOMERS_EDIT)
    sent = "names" in request.POST
    form = TagForm(request.POST if sent else None)
    if not sent or not form.is_valid():
        return _ask(request, "tag_many.html", {"form": form, "tags": selectors.tag_choices()}, refused=sent)
    names = form.cleaned_data["names"]
    return _begin(request, batches.TAG, {"names": names, "made": tags.fresh(names)})


@require_POST
def untag_many(request: Request) -> HttpResponse:
    request.actor.require(Capability.CUSTOMERS_EDIT)
    sent = "tag" in request.POST
    form = TagChoiceForm(request.POST if sent else None, tags=selectors.tag_choices())
    if not sent or not form.is_valid():
        return _ask(request, "untag_many.html", {"form": form}, refused=sent)
    return _begin(request, batches.UNTAG, {"tag_id": int(form.cleaned_data["tag"]), "name": form.name})


def _ask(request: Request, template: str, context: dict[str, Any], *, refused: bool) -> HttpResponse:
    context |= {"chosen": chosen.of(request, CustomerList)}
    return render(request, f"customers/drawers/{template}", context, status=422 if refused else 200)


def _begin(request: Request, kind: str, args: dict[str, Any]) -> HttpResponse:
    rows, back_to = chosen.rows(request, CustomerList), asked(request, reverse("customers:list"))
    return answer(request, begin(actor=request.actor, kind=kind, rows=rows, args=args, back=back_to))
