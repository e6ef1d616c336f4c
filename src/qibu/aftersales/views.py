"""Pages and forms of visits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.aftersales import errors, forms, selectors
from qibu.aftersales.addresses import visit_page
from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.aftersales.services.visits import Sender
from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.vehicles import selectors as vehicles
from qibu.vehicles.acts import FormAct, is_part
from qibu.vehicles.errors import ContradictoryReading
from qibu.vehicles.models import Vehicle
from qibu.vehicles.views import mileage_sentence, page_of


def seen_as(request: HttpRequest) -> list[int]:
    """`of` in the address of the form: the customer from whom the reader came, whose visit it then is."""
    asked = request.GET.get("of", "")
    return [int(asked)] if asked.isdecimal() else []


@require_GET
def detail(request: Request, pk: int, of: int | None = None) -> HttpResponse:
    """`of`: as a visit of this customer, if it is theirs; else as one of the car."""
    visit = selectors.visit_or_404(request.actor, pk)
    if of is not None:
        customers.customer_or_404(request.actor, of)
    customer = selectors.known_people(request.actor, [visit], [of] if of else []).get(visit.pk)
    edit = reverse("aftersales:edit", args=[pk])
    context = {
        "visit": visit, "customer": customer, "heading": visit.number, "full": visit_page(pk, of),
        "people_shown": customer is not None or visit.customer_id is None,
        "may_edit": request.actor.may(Capability.CUSTOMERS_EDIT), "edit": edit, "of": f"of={of}" if of else "",
    }  # fmt: skip
    template = "aftersales/drawer.html" if is_part(request) else "aftersales/detail.html"
    return render(request, template, context)


@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """The tab 工单 of a customer's page; further pages come by key."""
    customer = customers.customer_or_404(request.actor, pk)
    found, more = selectors.page_of_customer(request.actor, pk, request.GET.get("after", ""))
    context = {"customer": customer, "visits": found, "more": more, "heading": str(customer)}
    template = "aftersales/parts/visits.html" if is_part(request) else "aftersales/of_customer.html"
    return render(request, template, context)


class WritesVisit(FormAct):
    body = "aftersales/form.html"
    faults = (
        errors.NumberTaken, errors.PeriodReversed, errors.InTheFuture, errors.NoCustomer,
        errors.ChangedMeanwhile, ContradictoryReading,
    )  # fmt: skip

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.NumberTaken):
            form.add_error("number", self._taken(fault.visit_id))
        elif isinstance(fault, errors.PeriodReversed):
            form.add_error("closed_on", _("离店日期早于到店日期，请核对。"))
        elif isinstance(fault, errors.InTheFuture):
            late = form.cleaned_data["opened_on"] > times.today()
            form.add_error("opened_on" if late else "closed_on", _("这一天还没到。"))
        elif isinstance(fault, errors.NoCustomer):
            form.add_error("contact_phone", _("这台车还没有登记车主，号码没有地方存。请先登记车主，或先不填号码。"))
        elif isinstance(fault, ContradictoryReading):
            form.add_error("mileage", mileage_sentence(fault)[1])
        else:
            form.data = {**form.data.dict(), "version": fault.version}
            form.add_error(None, _("这张工单刚被同事改过。请核对后再保存一次，以您填的为准。"))

    def _taken(self, visit_id: int) -> str:
        known = selectors.visible(self.actor).filter(pk=visit_id).first()
        if known is None:
            return _("店里已有这个工单号，由其他同事负责。请核对号码。")
        link = format_html(
            '<a class="link" href="{}">{}</a>', reverse("aftersales:detail", args=[visit_id]), known.number
        )
        return format_html(_("店里已有这个工单号：{visit}。要补充内容请打开那张工单。").replace("{visit}", "{}"), link)

    def context(self, form: Any) -> dict[str, Any]:
        return {"kinds": forms.KINDS}

    @staticmethod
    def sender(form: Any) -> Sender:
        return Sender(form.cleaned_data["contact_name"], form.cleaned_data["contact_phone"])


class Create(WritesVisit):
    form_class = forms.NewVisitForm
    done = gettext_lazy("工单已登记。")
    car: Vehicle | None = None

    @property
    def past(self) -> bool:
        return "past" in self.request.GET

    @property
    def title(self) -> str:  # depends on what was asked for
        return _("补录工单") if self.past else _("登记到店")

    def prepare(self) -> None:
        asked = self.request.POST.get("vehicle") or self.request.GET.get("vehicle", "")
        if asked.isdecimal():
            self.car = vehicles.car_or_404(self.actor, int(asked))

    def initial(self) -> dict[str, Any]:
        advisor = self.actor.staff_id if "service_advisor" in self.actor.roles else None
        return {
            "opened_on": None if self.past else times.today(), "advisor": advisor or "",
            "q": self.car.plate or self.car.vin if self.car else "",
            "vehicle": self.car.pk if self.car else None,
        }  # fmt: skip

    def act(self, form: Any) -> str:
        visit = visits.record(
            actor=self.actor, vehicle_id=form.cleaned_data["vehicle"], sender=self.sender(form), **form.facts()
        )
        return page_of(visit.vehicle_id) if "vehicle" in self.request.GET else reverse("aftersales:list")

    def back(self) -> str:
        return page_of(self.car.pk) if self.car else reverse("aftersales:list")

    def context(self, form: Any) -> dict[str, Any]:
        asked = str(form["q"].value() or "")
        found = vehicles.find(self.actor, asked)
        if self.car and self.car not in found:
            found = [self.car, *found]
        owners = vehicles.owners_of(self.actor, [one.pk for one in found])
        return {
            **super().context(form), "asked": asked, "chosen": self.car.pk if self.car else None,
            "candidates": [(one, owners.get(one.pk)) for one in found], "picks_car": True,
        }  # fmt: skip


class Edit(WritesVisit):
    form_class = forms.VisitForm
    title, done = gettext_lazy("编辑工单"), gettext_lazy("工单已更新。")
    visit: Visit

    def prepare(self) -> None:
        self.visit = selectors.visit_or_404(self.actor, self.kwargs["pk"])
        known = selectors.known_people(self.actor, [self.visit], seen_as(self.request))
        self.people_shown = self.visit.customer_id is None or self.visit.pk in known

    def initial(self) -> dict[str, Any]:
        names = [name for name in forms.VisitForm.base_fields if hasattr(self.visit, name) and name != "advisor"]
        kept = {name: getattr(self.visit, name) for name in names}
        if not self.people_shown:
            kept |= {"contact_name": "", "remark": ""}
        return {**kept, "advisor": self.visit.advisor_id or ""}

    def act(self, form: Any) -> str:
        facts = form.facts()
        if not self.people_shown:
            del facts["remark"]
        visits.change(
            actor=self.actor, visit_id=self.visit.pk, version=form.cleaned_data["version"] or 0,
            sender=self.sender(form) if self.people_shown else None, **facts,
        )  # fmt: skip
        return self.back()

    def back(self) -> str:
        return visit_page(self.visit.pk, next(iter(seen_as(self.request)), None))

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "visit": self.visit, "people_shown": self.people_shown}
