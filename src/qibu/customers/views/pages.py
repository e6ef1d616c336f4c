"""A customer's page and drawer, and the forms of their file."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.customers import selectors, slots
from qibu.customers.forms import ConsentForm, CustomerForm, HoldForm, NewCustomerForm, NoteForm, initial_of
from qibu.customers.models import Customer
from qibu.customers.selectors import timeline
from qibu.customers.selectors.erasures import erasure_of, kept_of
from qibu.customers.selectors.files import File, file_of, relations_of, source_choices
from qibu.customers.selectors.pairs import hints
from qibu.customers.services import assignments, customers
from qibu.customers.timeline import Renderers
from qibu.customers.views.answers import following, form_page
from qibu.network import custom
from qibu.network.middleware import Request
from qibu.network.rules import Capability, Role
from qibu.ui.answers import go
from qibu.ui.slots import Tab, fill

SELLERS = {str(Role.SALES_CONSULTANT), str(Role.SALES_MANAGER)}


@require_GET
@following
def detail(request: Request, customer_id: int) -> HttpResponse:
    try:
        customer = selectors.customer_or_404(request.actor, customer_id)
    except Http404:
        erasure = erasure_of(customer_id)
        if erasure is None:
            raise
        return render(request, "customers/erased.html", {"erasure": erasure, "stays": kept_of(erasure)})
    _remember(request, customer)
    file = file_of(customer)
    if "drawer" in request.GET:
        return render(request, "customers/drawers/detail.html", _drawer(request, file))
    context = _page(request, file)
    return render(request, "customers/detail.html", context)


@require_GET
@following
def older(request: Request, customer_id: int) -> HttpResponse:
    """The next page of the time line, and another kind of it: a fragment."""
    customer = selectors.customer_or_404(request.actor, customer_id)
    return render(request, "customers/parts/timeline.html", _time_line(request, customer))


def _page(request: Request, file: File) -> dict[str, Any]:
    customer, actor = file.customer, request.actor
    further: list[Tab] = fill("customer.tab", request, customer=customer)
    known = {"timeline", "file", "consents", "relations", *(tab.key for tab in further)}
    tab = request.GET.get("tab", "")
    tab = tab if tab in known else "timeline"
    context = {
        "file": file,
        "customer": customer,
        "tab": tab,
        "further": further,
        "further_tab": next((one for one in further if one.key == tab), None),
        "may_edit": actor.may(Capability.CUSTOMERS_EDIT),
        "may_reveal": actor.may(Capability.PHONE_REVEAL),
        "may_assign": assignments.may_assign(actor, customer),
        "may_erase": actor.may(Capability.CUSTOMERS_ERASE),
        "may_lead": actor.may(Capability.TASKS_ASSIGN),
        "consent_table": selectors.consent_table(customer),
        "note_form": NoteForm(),
        "here": request.get_full_path(),
        "hints": hints(actor, customer.pk) if actor.may(Capability.CUSTOMERS_EDIT) else [],
    }
    return context | _tab(request, customer, tab)


def _tab(request: Request, customer: Customer, tab: str) -> dict[str, Any]:
    if tab == "timeline":
        return _time_line(request, customer)
    if tab == "consents":
        forms = {"consent_form": ConsentForm(initial={"state": "given"}), "hold_form": HoldForm()}
        return {"holds": selectors.holds_of(customer.pk), "statements": selectors.statements_of(customer.pk), **forms}
    if tab == "relations":
        return {"relations": relations_of(request.actor, customer.pk)}
    return {}


def _renderers(request: Request) -> Renderers:
    found: Renderers = {}
    for part in fill("customer.timeline", request):
        found |= part
    return found


def _time_line(request: Request, customer: Customer) -> dict[str, Any]:
    renderers, kind = _renderers(request), request.GET.get("kind", "")
    line = timeline.read(customer.pk, renderers, kind=kind, before=request.GET.get("before", ""))
    return {
        "customer": customer,
        "line": line,
        "kind": kind,
        "kinds": timeline.kinds(renderers),
        "counted": timeline.COUNTED,
        "continued": "before" in request.GET,
    }


def _drawer(request: Request, file: File) -> dict[str, Any]:
    customer, actor = file.customer, request.actor
    return {
        "file": file,
        "customer": customer,
        "may_edit": actor.may(Capability.CUSTOMERS_EDIT),
        "may_reveal": actor.may(Capability.PHONE_REVEAL),
        "consent_table": selectors.consent_table(customer),
        "latest": timeline.latest(customer.pk, _renderers(request)),
        "note_form": NoteForm(),
        "here": _beside(request, customer),
    }


def _beside(request: Request, customer: Customer) -> str:
    """The page over which the drawer opens, with this customer open: acts in the drawer come back to it."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    query = QueryDict(page.query, mutable=True)
    query["open"] = str(customer.pk)
    return f"{page.path}?{query.urlencode()}" if page.path else reverse("customers:detail", args=[customer.pk])


def _remember(request: Request, customer: Customer) -> None:
    """What was opened last stands under the menu, in this session alone."""
    kept = request.session.get(slots.RECENT, {})
    place = str(request.actor.organisation_id)
    ids = kept.get(place, [])
    if ids[:1] != [customer.pk]:
        kept[place] = [customer.pk, *(pk for pk in ids if pk != customer.pk)][: slots.RECENT_SHOWN]
        request.session[slots.RECENT] = kept


@require_http_methods(["GET", "POST"])
def create(request: Request) -> HttpResponse:
    request.actor.require(Capability.CUSTOMERS_EDIT)
    if request.method == "GET":
        stage = "potential" if request.actor.roles & SELLERS else "owner"
        begun = {"kind": "person", "stage": stage, "name": request.GET.get("name", "")}
        form = NewCustomerForm(initial=begun, custom=_further(request))
        return form_page(request, "create.html", {"form": form, "sources": source_choices()})
    form = NewCustomerForm(request.POST, custom=_further(request))
    if not form.is_valid():
        return form_page(request, "create.html", {"form": form, "sources": source_choices()}, refused=True)
    found = _unconfirmed(request, form)
    if found:
        context = {"form": form, "duplicates": found, "sources": source_choices()}
        return form_page(request, "create.html", context, refused=True)
    customer = customers.register(actor=request.actor, values=form.values(), phones=form.phones)
    sentence = _("已建立 {name} 的档案。").format(name=customer)
    return go(request, reverse("customers:detail", args=[customer.pk]), sentence)


def _unconfirmed(request: Request, form: NewCustomerForm) -> list[selectors.Duplicate]:
    """Possible duplicates that the person has not looked at yet."""
    if "sure" in request.POST:
        return []
    data = form.cleaned_data
    return selectors.duplicates(request.actor, phones=form.phones, name=data["name"], identity=data["identity"])


@require_http_methods(["GET", "POST"])
@following
def edit(request: Request, customer_id: int) -> HttpResponse:
    request.actor.require(Capability.CUSTOMERS_EDIT)
    customer = selectors.customer_or_404(request.actor, customer_id)
    further = _further(request)
    if request.method == "GET":
        form = CustomerForm(initial=initial_of(customer, further), custom=further, kept=customer.custom)
        return _edit_page(request, customer, form)
    form = CustomerForm(request.POST, custom=further, kept=customer.custom)
    if not form.is_valid():
        return _edit_page(request, customer, form, refused=True)
    values, seen = form.changes()
    try:
        customers.change(
            actor=request.actor,
            customer_id=customer_id,
            version=form.cleaned_data["version"] or 0,
            values=values,
            seen=seen,
        )
    except customers.Conflict as conflict:
        return _edit_page(request, customer, _with_theirs(request, customer, conflict, further), refused=True)
    return go(request, reverse("customers:detail", args=[customer_id]) + "?tab=file", _("已保存。"))


def _edit_page(request: Request, customer: Customer, form: CustomerForm, *, refused: bool = False) -> HttpResponse:
    context = {"form": form, "customer": customer, "file": file_of(customer), "sources": source_choices()}
    return form_page(request, "edit.html", context, refused=refused)


def _further(request: Request) -> list[custom.Field]:
    """The fields that the organisation added to the files of customers."""
    return custom.fields_of(request.actor.organisation_id, "customer")


def _with_theirs(
    request: Request, customer: Customer, conflict: customers.Conflict, further: list[custom.Field]
) -> CustomerForm:
    """What was typed, with what stands there now beside each field in dispute; sent again, it holds."""
    data = request.POST.copy()
    now = initial_of(customer, further)
    data["version"], data["seen"] = str(conflict.version), json.dumps(json.loads(now["seen"]), ensure_ascii=False)
    form = CustomerForm(data, custom=further, kept=customer.custom)
    form.is_valid()
    for field in conflict.theirs:
        kept = now[field]
        offered = getattr(form.fields[field].widget, "choices", ())
        words = dict(offered).get(kept, kept)
        sentence = _("刚被别人改成「{theirs}」。再保存一次就用您写的，或改回去。")
        form.add_error(field, sentence.format(theirs=words if words not in ("", None) else _("空")))
    return form
