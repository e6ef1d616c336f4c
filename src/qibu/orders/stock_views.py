"""Pages and forms of cars in stock, and how far consultants may go with an order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel import times
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import provenance
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.orders import errors, forms, selectors
from qibu.orders.acts import SalesAct, sentence
from qibu.orders.models import StockCar
from qibu.orders.services import policies, stock
from qibu.orders.words import leaving
from qibu.vehicles.acts import is_part


class StockAct(SalesAct):
    capability = Capability.SALES_MANAGE
    form_class: type[Form] = forms.StockForm
    body = "orders/forms/stock.html"
    faults = (errors.OrderFault,)
    car: StockCar | None = None

    def prepare(self) -> None:
        if "pk" in self.kwargs:
            self.car = selectors.stock_car_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return reverse("orders:stock-car", args=[self.car.pk]) if self.car else reverse("orders:stock")

    def refuse(self, form: Any, fault: Any) -> None:
        field, words = sentence(fault)
        field = "arrived_on" if field == "on" and "arrived_on" in form.fields else field
        form.add_error(field if field in form.fields else None, words)
        if isinstance(fault, errors.ChangedMeanwhile):
            form.data = {**form.data.dict(), "version": fault.version}

    def context(self, form: Any) -> dict[str, Any]:
        return {"car": self.car}


class Add(StockAct):
    title = gettext_lazy("登记一台库存车")
    done = gettext_lazy("车已登记。")

    def act(self, form: Any) -> str:
        self.car = stock.add(actor=self.actor, **form.facts())
        return self.back()


class Change(StockAct):
    title = gettext_lazy("修改库存车")
    car: StockCar

    def form_options(self) -> dict[str, Any]:
        return {"now": self.car.model_code}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.car, name) for name in ("vin", *stock.FIELDS, "version")}

    def act(self, form: Any) -> str:
        stock.change(
            actor=self.actor, car_id=self.car.pk, version=form.cleaned_data["version"] or 0, **form.facts()
        )
        return self.back()


class Leave(StockAct):
    form_class = forms.LeavingForm
    body = "vehicles/forms/fields.html"
    title = gettext_lazy("车辆离库")
    submit = gettext_lazy("登记离库")
    done = gettext_lazy("车已离库。")
    car: StockCar

    def initial(self) -> dict[str, Any]:
        return {"on": times.today()}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        stock.leave(actor=self.actor, car_id=self.car.pk, why=data["left_why"], on=data["on"])
        return self.back()


@require_GET
def car(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_VIEW)
    found = selectors.stock_car_or_404(request.actor, pk)
    holder = selectors.visible(request.actor).filter(pk=getattr(found, "holder", None) or 0).first()
    context = {
        "car": found, "heading": found.title or found.vin, "holder": holder, "full": request.path,
        "standing": StockCar.Standing(getattr(found, "standing", "")).label, "left_why": leaving(found.left_why),
        "may_manage": request.actor.may(Capability.SALES_MANAGE),
    }  # fmt: skip
    template = "orders/stock_drawer.html" if is_part(request) else "orders/stock_car.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def policy(request: Request) -> HttpResponse:
    """How far consultants go alone: one's own word, or what is inherited."""
    actor = request.actor
    actor.require(Capability.SALES_MANAGE)
    counts = selectors.policy(actor)
    initial = {"discount_percent": counts.row.discount_percent, "least_deposit": counts.row.least_deposit}
    form = forms.PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            policies.change(actor=actor, **form.cleaned_data)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("下单规则已保存。"))
            return redirect("orders:policy")
    source = provenance([counts.source_id], actor.organisation_id)[counts.source_id]
    context = {"form": form, "counts": counts, "source": source}
    return render(request, "orders/policy.html", context, status=422 if form.errors else 200)


@require_POST
def policy_inherit(request: Request) -> HttpResponse:
    policies.inherit_again(actor=request.actor)
    messages.success(request, _("下单规则已恢复为上级的。"))
    return redirect("orders:policy")
