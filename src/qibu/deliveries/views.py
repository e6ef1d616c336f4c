"""Pages and forms of deliveries: the calendar, the appointment, the day itself."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.customers import selectors as customers
from qibu.deliveries import errors, forms, selectors, storage, words
from qibu.deliveries.acts import DeliveryAct
from qibu.deliveries.models import Delivery, DeliveryFile
from qibu.deliveries.rules import BadImage, Granted, Lack
from qibu.deliveries.services import appointments, checking, recording, taking_back
from qibu.deliveries.services.recording import HandOver
from qibu.kernel import times
from qibu.kernel.images import LARGEST
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.orders import selectors as orders
from qibu.orders.models import Order
from qibu.ui import formats
from qibu.vehicles.acts import is_part

Kind = DeliveryFile.Kind


@require_GET
def calendar(request: Request) -> HttpResponse:
    """The store's week; a day that is none is today."""
    request.actor.require(Capability.SALES_VIEW)
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = times.today()
    day = min(max(day, date(2000, 1, 1)), date(2100, 1, 1))
    week = selectors.week_of(request.actor, day)
    context = {
        "week": week, "before": week[0].on - timedelta(days=7), "after": week[0].on + timedelta(days=7),
        "number": sum(len(one.deliveries) for one in week),
    }  # fmt: skip
    return render(request, "deliveries/calendar.html", context)


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    delivery = selectors.delivery_or_404(request.actor, pk)
    customer_id = delivery.order.lead.customer_id
    context = {
        **_checked(delivery), "order": delivery.order, "heading": str(delivery.order.lead.customer),
        "lacks": [words.LACKS[lack] for lack in selectors.lacking(delivery)] if delivery.planned else [],
        "may_work": request.actor.may(Capability.SALES_WORK), "may_take_back": _may_take_back(request, delivery),
        "sees_customer": customers.visible(request.actor).filter(pk=customer_id).exists(),
        "next_call": delivery.delivered_on + timedelta(days=1) if delivery.delivered_on else None,
    }  # fmt: skip
    return render(request, "deliveries/detail.html", context)


def _may_take_back(request: Request, delivery: Delivery) -> bool:
    today = delivery.delivered_at is not None and times.day_of(delivery.delivered_at) == times.today()
    return today and request.actor.may(Capability.SALES_APPROVE)


def _checked(delivery: Delivery) -> dict[str, Any]:
    ticks = selectors.ticks_of(delivery)
    return {
        "delivery": delivery, "preparation": ticks["preparation"], "handover": ticks["handover"],
        "called_off": words.called_off(delivery.called_off_why), "files": selectors.files_of(delivery),
        "due": max(orders.account_of(delivery.order).due, 0),
    }  # fmt: skip


@require_GET
def sheet(request: Request, pk: int) -> HttpResponse:
    """The handing-over on paper: what was gone through, what both sign."""
    request.actor.require(Capability.SALES_VIEW)
    delivery = selectors.delivery_or_404(request.actor, pk)
    context = {**_checked(delivery), "order": delivery.order, "store": request.place}
    return render(request, "deliveries/sheet.html", context)


# The appointment --------------------------------------------------------------------------------
class Plan(DeliveryAct):
    """For the order that the address names."""

    form_class = forms.AppointmentForm
    title = gettext_lazy("约交车")
    body = "deliveries/forms/appointment.html"
    done = gettext_lazy("交车时间已约好，准备清单在预约里。")
    main = "at"
    order: Order

    def prepare(self) -> None:
        asked = self.request.GET.get("order", "")
        self.order = orders.order_or_404(self.actor, int(asked) if asked.isdecimal() else 0)

    def initial(self) -> dict[str, Any]:
        looked_after_by = self.order.lead.customer.advisor_id
        return {"at": forms.next_hour(), "consultant": self.order.consultant_id, "advisor": looked_after_by}

    def act(self, form: Any) -> str:
        delivery = appointments.plan(actor=self.actor, order_id=self.order.pk, **form.facts())
        return reverse("deliveries:detail", args=[delivery.pk])

    def back(self) -> str:
        return reverse("orders:detail", args=[self.order.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"order": self.order, "bays": selectors.bays()}


class Change(DeliveryAct):
    form_class = forms.AppointmentForm
    title = gettext_lazy("改预约")
    body = "deliveries/forms/appointment.html"
    done = gettext_lazy("预约已改。")
    main = "at"

    def initial(self) -> dict[str, Any]:
        one = self.delivery
        return {
            "at": one.at, "minutes": one.minutes, "bay": one.bay, "consultant": one.consultant_id,
            "advisor": one.advisor_id, "note": one.note, "version": one.version,
        }  # fmt: skip

    def act(self, form: Any) -> str:
        appointments.change(
            actor=self.actor, delivery_id=self.delivery.pk, version=form.cleaned_data["version"] or 0, **form.facts()
        )
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "bays": selectors.bays()}


class CallOff(DeliveryAct):
    form_class = forms.WhyForm
    title = gettext_lazy("取消预约")
    submit = gettext_lazy("取消这次预约")
    done = gettext_lazy("预约已取消，订单还在。请尽快另约时间。")
    main = "why"

    def act(self, form: Any) -> str:
        appointments.call_off(actor=self.actor, delivery_id=self.delivery.pk, why=form.cleaned_data["why"])
        return reverse("orders:detail", args=[self.delivery.order_id])


# The day itself ---------------------------------------------------------------------------------
@require_GET
def checklist(request: Request, pk: int) -> HttpResponse:
    """For the telephone: line by line, each on its own way to the server."""
    request.actor.require(Capability.SALES_WORK)
    return _checklist(request, selectors.delivery_or_404(request.actor, pk))


def _checklist(request: Request, delivery: Delivery, status: int = 200, **shown: Any) -> HttpResponse:
    customer = delivery.order.lead.customer
    context = {
        **_checked(delivery), "order": delivery.order, "customer": customer, "heading": str(customer),
        "photo_form": forms.PhotoForm(initial={"agreed": delivery.photo_agreed_at is not None}),
        "sign_form": forms.SignatureForm(initial={"name": delivery.signed_by or str(customer)}),
        "limit": LARGEST, **shown,
    }  # fmt: skip
    return render(request, "deliveries/checklist.html", context, status=status)


@require_POST
def tick(request: Request, pk: int, tick_id: int) -> HttpResponse:
    done = request.POST.get("done") == "1"
    try:
        line = checking.tick(actor=request.actor, delivery_id=pk, tick_id=tick_id, done=done)
    except errors.Over as over:
        messages.error(request, words.sentence(over)[1])
        return redirect("deliveries:detail", pk)
    if not is_part(request):
        return redirect("deliveries:checklist", pk)
    delivery = selectors.delivery_or_404(request.actor, pk)
    return render(request, "deliveries/parts/tick.html", {"tick": line, "delivery": delivery})


@require_POST
def photo(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_WORK)
    delivery = selectors.delivery_or_404(request.actor, pk)
    form = forms.PhotoForm(request.POST, request.FILES)
    form.is_valid()
    file = form.cleaned_data.get("photo")
    content = file.read(LARGEST + 1) if file else b""
    try:
        checking.keep_photo(
            actor=request.actor, delivery_id=pk, content=content, agreed=form.cleaned_data.get("agreed", False)
        )
    except (errors.DeliveryFault, BadImage) as fault:
        form.add_error(*_beside(form, fault))
        return _checklist(request, delivery, 422, photo_form=form)
    messages.success(request, _("照片已存好，位置信息已去掉。"))
    return redirect("deliveries:checklist", pk)


@require_POST
def signature(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_WORK)
    delivery = selectors.delivery_or_404(request.actor, pk)
    form = forms.SignatureForm(request.POST)
    if form.is_valid():
        try:
            data = form.cleaned_data
            checking.keep_signature(
                actor=request.actor, delivery_id=pk, content=data["signature"], name=data["name"]
            )
        except (errors.DeliveryFault, BadImage) as fault:
            form.add_error(*_beside(form, fault))
        else:
            messages.success(request, _("签名已存好。"))
            return redirect("deliveries:checklist", pk)
    return _checklist(request, delivery, 422, sign_form=form)


def _beside(form: Any, fault: Exception) -> tuple[str | None, str]:
    field, sentence = words.sentence(fault)
    return (field if field in form.fields else None), sentence


@require_GET
def file(request: Request, pk: int, file_id: int) -> HttpResponse | FileResponse:
    """A photo or a signature, for those who see the delivery."""
    request.actor.require(Capability.SALES_VIEW)
    delivery = selectors.delivery_or_404(request.actor, pk)
    found = delivery.files.filter(pk=file_id).first()
    if found is None or not storage.path_of(found).exists():
        raise Http404
    mime = {"jpg": "image/jpeg", "png": "image/png"}[found.extension]
    answer = FileResponse(storage.path_of(found).open("rb"), content_type=mime)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def file_removal(request: Request, pk: int, file_id: int) -> HttpResponse:
    checking.remove_file(actor=request.actor, delivery_id=pk, file_id=file_id)
    messages.success(request, _("已删除。"))
    planned = selectors.delivery_or_404(request.actor, pk).planned
    return redirect("deliveries:checklist" if planned else "deliveries:detail", pk)


class Record(DeliveryAct):
    """Everything that follows from the handing over, in one act."""

    form_class = forms.RecordForm
    title = gettext_lazy("登记交车")
    body = "deliveries/forms/record.html"
    submit = gettext_lazy("车已交给客户")

    def initial(self) -> dict[str, Any]:
        today, one = times.today(), self.delivery
        granted = selectors.warranty_of(self.actor, one.order, today)
        advisor = one.advisor_id or one.order.lead.customer.advisor_id
        return {**vars(granted), "on": today, "advisor": advisor, "on_paper": one.signed_on_paper}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        what = HandOver(
            on=data["on"], km=data["km"], advisor_id=int(data["advisor"]) if data["advisor"] else None,
            plate=data["plate"], registered_on=data["registered_on"], warranty=self._granted(form),
            covers=form.covers(), on_paper=data["on_paper"], left_out=data["left_out"], unpaid=data["unpaid"],
        )  # fmt: skip
        recording.record(actor=self.actor, delivery_id=self.delivery.pk, what=what)
        day = formats.day(data["on"] + timedelta(days=1))
        self.done = _("车已交给客户。{day} 的问候电话会出现在工作台上。").format(day=day)
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        lacking = selectors.lacking(self.delivery)
        return {
            **super().context(form), "lacks": [words.LACKS[one] for one in lacking if one != Lack.ADVISOR],
            "steps_open": Lack.STEPS in lacking, "unsigned": Lack.SIGNATURE in lacking,
            "unpaid": Lack.MONEY in lacking, "may_approve": self.actor.may(Capability.SALES_APPROVE),
            "due": max(orders.account_of(self.delivery.order).due, 0), "energy": self._energy(),
        }  # fmt: skip

    def _granted(self, form: Any) -> Granted:
        """What was proposed for today and left so is reckoned from the day of the handing over."""
        order, typed = self.delivery.order, vars(form.warranty())
        today, then = (
            selectors.warranty_of(self.actor, order, on) for on in (times.today(), form.cleaned_data["on"])
        )
        left = {name: getattr(then, name) for name, value in typed.items() if value == getattr(today, name)}
        return Granted(**{**typed, **left})

    def _energy(self) -> str:
        return selectors.energy_of(self.actor, self.delivery.order)


class TakeBack(DeliveryAct):
    """It was recorded by mistake, today."""

    capability = Capability.SALES_APPROVE
    form_class = forms.WhyForm
    body = "deliveries/forms/take_back.html"
    title, submit = gettext_lazy("撤销交车登记"), gettext_lazy("撤销登记")
    done = gettext_lazy("已撤销。订单回到交车之前，车又在库里。")
    main = "why"

    def act(self, form: Any) -> str:
        taking_back.take_back(actor=self.actor, delivery_id=self.delivery.pk, why=form.cleaned_data["why"])
        return self.back()
