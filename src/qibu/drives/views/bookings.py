"""Forms that book, move and call off."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.customers import selectors as customers
from qibu.drives import errors, forms, selectors, words
from qibu.drives.models import Drive, Feedback
from qibu.drives.services import bookings
from qibu.drives.views.acts import Act, OfDrive
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.vehicles.acts import gone, is_part

OFFERED = 8


def open_leads(actor: Actor, text: str) -> list[Lead]:
    """Whose drive it may be: those that the words find, without words one's own newest."""
    rows = leads.visible(actor).filter(state=Lead.State.OPEN).select_related("customer", "consultant")
    if text.strip():
        rows = rows.filter(customer_id__in=customers.matching(text))
    else:
        rows = rows.filter(consultant_id=actor.staff_id or 0)
    return list(rows.order_by("-received_at", "-pk")[:OFFERED])


@require_GET
def found_leads(request: Request) -> HttpResponse:
    """While one types in the form."""
    request.actor.require(Capability.SALES_WORK)
    text = request.GET.get("q", "")
    context = {"leads": open_leads(request.actor, text), "asked": text, "chosen": None}
    return render(request, "drives/parts/leads.html", context)


class Book(Act):
    form_class = forms.NewBookForm
    body = "drives/forms/book.html"
    title, done = gettext_lazy("预约试驾"), gettext_lazy("试驾约好了。")
    submit = gettext_lazy("约好")
    lead: Lead | None = None

    def prepare(self) -> None:
        asked = self.request.POST.get("lead") or self.request.GET.get("lead", "")
        if asked.isdecimal():
            self.lead = leads.lead_or_404(self.actor, int(asked))

    def form_options(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        with_whom = asked.get("consultant") or (self.lead and self.lead.consultant_id) or self.actor.staff_id
        wished = selectors.wished_start(self.actor, self.lead) if self.lead else None
        return {
            "lead": self.lead.pk if self.lead else None, "q": str(self.lead.customer) if self.lead else "",
            "car": asked.get("car", "") or self._fitting_car(), "consultant": with_whom or "",
            "starts_at": forms.asked_moment(asked.get("at", "")) or wished,
            "minutes": selectors.policy(self.actor).minutes,
        }  # fmt: skip

    def _fitting_car(self) -> int | str:
        """The first one of what they want to buy."""
        if self.lead is None or not self.lead.series:
            return ""
        fitting = selectors.cars_in_use(self.actor).filter(series=self.lead.series)
        return fitting.values_list("pk", flat=True).first() or ""

    def act(self, form: Any) -> str:
        drive = bookings.book(actor=self.actor, lead_id=form.cleaned_data["lead"], plan=form.plan())
        return reverse("drives:detail", args=[drive.pk])

    def back(self) -> str:
        return reverse("leads:detail", args=[self.lead.pk]) if self.lead else reverse("drives:calendar")

    def context(self, form: Any) -> dict[str, Any]:
        named = "lead" in self.request.GET
        asked = str(form["q"].value() or "")
        return {
            "lead": self.lead if named else None, "picks_lead": not named, "asked": asked,
            "leads": [] if named else open_leads(self.actor, asked), "chosen": self.lead.pk if self.lead else None,
        }  # fmt: skip


class Move(OfDrive):
    form_class = forms.BookForm
    body = "drives/forms/book.html"
    title, done = gettext_lazy("改约试驾"), gettext_lazy("试驾改好了。")

    def form_options(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        """What a drag to another place asks for, over what is."""
        drive, asked = self.drive, self.request.GET
        length = drive.ends_at - drive.starts_at
        return {
            "car": asked.get("car", drive.car_id), "consultant": asked.get("consultant", drive.consultant_id),
            "starts_at": forms.asked_moment(asked.get("at", "")) or drive.starts_at,
            "minutes": int(length.total_seconds() // 60), "route": drive.route_id or "", "note": drive.note,
            "version": drive.version,
        }  # fmt: skip

    def act(self, form: Any) -> str:
        version = form.cleaned_data["version"] or 0
        bookings.move(actor=self.actor, drive_id=self.drive.pk, version=version, plan=form.plan())
        asked, calendar = self.request.GET.get("next", ""), reverse("drives:calendar")
        return asked if asked.startswith(calendar) else self.back()  # no other page drags drives about

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "lead": self.drive.lead}


class Cancel(OfDrive):
    form_class = forms.CancelForm
    title, submit = gettext_lazy("取消试驾"), gettext_lazy("取消这场试驾")
    done = gettext_lazy("试驾取消了，时间空出来了。")

    def act(self, form: Any) -> str:
        bookings.cancel(actor=self.actor, drive_id=self.drive.pk, reason=form.cleaned_data["reason"])
        return self.back()


@require_POST
def miss(request: Request, pk: int) -> HttpResponse:
    """The customer didn't come."""
    page = reverse("drives:detail", args=[pk])
    try:
        bookings.miss(actor=request.actor, drive_id=pk)
    except errors.DriveFault as fault:
        return refused(request, pk, fault)
    return gone(request, page, gettext_lazy("记下了：客户没有来。已安排今天问问情况。"))


def refused(request: Request, pk: int, fault: errors.DriveFault) -> HttpResponse:
    """A button whose time has passed: the page as it is now, with the sentence above it."""
    drive = selectors.drive_or_404(request.actor, pk)
    _field, sentence = words.refusal(fault)
    return page_of(request, drive, sentence=sentence, status=422)


def page_of(request: Request, drive: Drive, *, sentence: str = "", status: int = 200) -> HttpResponse:
    facts, actor = selectors.facts_of(drive), request.actor
    context = {
        "drive": drive, "facts": facts, "span": words.span(drive), "sentence": sentence,
        "may_work": actor.may(Capability.SALES_WORK),
        "heading": drive.car.series, "overdue": drive.starts_at <= times.now(),
        "sees_lead": leads.visible(actor).filter(pk=drive.lead_id).exists(),
        "probation": forms.probation_words(facts.licence, drive) if facts.licence else "",
        "scores": _scores(facts.feedback), "full": reverse("drives:detail", args=[drive.pk]),
    }  # fmt: skip
    template = "drives/drawer.html" if is_part(request) else "drives/detail.html"
    return render(request, template, context, status=status)


def _scores(said: Feedback | None) -> list[tuple[Any, int]]:
    return [(label, said.scores[item]) for item, label in words.ITEMS.items() if item in said.scores] if said else []


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    return page_of(request, selectors.drive_or_404(request.actor, pk))


@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """The tab 试驾 of a customer's page."""
    request.actor.require(Capability.SALES_VIEW)
    customer = customers.customer_or_404(request.actor, pk)
    drives = list(selectors.of_customer(request.actor, pk)[:100])
    context = {"customer": customer, "drives": drives, "heading": str(customer)}
    template = "drives/parts/drives.html" if is_part(request) else "drives/of_customer.html"
    return render(request, template, context)
