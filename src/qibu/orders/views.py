"""Pages and forms of orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.orders import forms, quoted, rules, selectors, words
from qibu.orders.acts import OrderAct
from qibu.orders.models import Order
from qibu.orders.rules import Kind, State
from qibu.orders.services import cancelling, cars, orders, payments


def may_look(request: Request) -> None:
    """Whoever sells, and whoever keeps the till."""
    if not (request.actor.may(Capability.SALES_VIEW) or request.actor.may(Capability.PAYMENTS)):
        raise PermissionRefused(Capability.SALES_VIEW)


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    may_look(request)
    order, actor = selectors.order_or_404(request.actor, pk), request.actor
    asked = order.cancellations.filter(granted__isnull=True).select_related("asked_by").first()
    further = order.state == State.CANCELLED and not asked and cancelling.further_to_give_back(order) > 0
    context = {
        "order": order, "heading": order.number, "account": selectors.account_of(order), "asked": asked,
        "further": further,
        "history": [_told(one) for one in selectors.history_of(order)], "waiting": _waiting(order),
        "may_work": actor.may(Capability.SALES_WORK), "may_approve": actor.may(Capability.SALES_APPROVE),
        "may_pay": actor.may(Capability.PAYMENTS), "sees_lead": actor.may(Capability.SALES_VIEW),
        "sees_customer": customers.visible(actor).filter(pk=order.lead.customer_id).exists(),
    }  # fmt: skip
    return render(request, "orders/detail.html", context)


def _waiting(order: Order) -> str:
    open_one = order.decisions.filter(granted__isnull=True).first()
    return words.beyond(open_one.beyond) if open_one else ""


def _told(one: selectors.History) -> dict[str, Any]:
    found: dict[str, Any] = {"at": one.at, "kind": one.kind, "row": one.row}
    if one.kind == "change":
        found["changes"] = words.changed(one.row.changes)
    elif one.kind == "decision":
        found["beyond"] = words.beyond(one.row.beyond)
    return found


@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """A tab on the customer's page."""
    may_look(request)
    customer = customers.customer_or_404(request.actor, pk)
    rows = selectors.of_customer(request.actor, pk)
    return render(request, "orders/of_customer.html", {"customer": customer, "orders": rows})


# The order itself -------------------------------------------------------------------------------
class DrawUp(OrderAct):
    """For the lead that the address names."""

    form_class = forms.OrderForm
    title = gettext_lazy("下订单")
    body = "orders/forms/order.html"
    submit = gettext_lazy("存为草稿")
    done = gettext_lazy("订单已存成草稿。核对无误后请客户签约。")
    lead: Lead

    def prepare(self) -> None:
        asked = self.request.GET.get("lead", "")
        self.lead = leads.lead_or_404(self.actor, int(asked) if asked.isdecimal() else 0)

    def initial(self) -> dict[str, Any]:
        wanted = {
            "model_code": self.lead.model_code, "series": self.lead.series, "model": self.lead.model,
            "colour": self.lead.colour, "deposit_kind": rules.Deposit.EARNEST, "payment": self.lead.payment or "full",
        }  # fmt: skip
        quote = quoted.chosen(self.actor, self.lead.pk, self.request.GET.get("quote", ""))
        return wanted | (quoted.facts(quote) if quote else {})

    def act(self, form: Any) -> str:
        order = orders.draw_up(
            actor=self.actor, lead_id=self.lead.pk, number=form.cleaned_data["number"],
            another=form.cleaned_data["another"], **form.facts(),
        )  # fmt: skip
        return reverse("orders:detail", args=[order.pk])

    def back(self) -> str:
        return reverse("leads:detail", args=[self.lead.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"lead": self.lead}


class Edit(OrderAct):
    form_class = forms.OrderForm
    title = gettext_lazy("修改订单")
    body = "orders/forms/order.html"
    done = gettext_lazy("订单已修改，改动有记录。")
    main = "why"

    def form_options(self) -> dict[str, Any]:
        return {"now": self.order.model_code}

    def initial(self) -> dict[str, Any]:
        names = ("number", *orders.Facts.__annotations__, "version")
        return {name: getattr(self.order, name) for name in names if name != "brand"}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        orders.change(
            actor=self.actor, order_id=self.order.pk, version=data["version"] or 0, number=data["number"],
            why=data["why"], **form.facts(),
        )  # fmt: skip
        return self.back()


class Submit(OrderAct):
    form_class = forms.SubmitForm
    title = gettext_lazy("客户签约")
    body = "orders/forms/submit.html"
    submit = gettext_lazy("签约")
    done = gettext_lazy("已签约。超出权限的会先等审批，批了才生效。")

    def _customer(self) -> Customer:
        return Customer.objects.defer("identity", "sheet").get(pk=self.order.lead.customer_id)

    def form_options(self) -> dict[str, Any]:
        return {"company": self._customer().kind == Customer.Kind.COMPANY}

    def act(self, form: Any) -> str:
        orders.submit(actor=self.actor, order_id=self.order.pk, identity=form.cleaned_data["identity"])
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        customer = self._customer()
        return {**super().context(form), "customer": customer, "known": customer.identity_hash is not None}


class Decide(OrderAct):
    form_class = forms.DecisionForm
    capability = Capability.SALES_APPROVE
    title = gettext_lazy("审批订单")
    body = "orders/forms/decision.html"
    submit = gettext_lazy("提交意见")
    done = gettext_lazy("意见已记下。")

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        orders.decide(actor=self.actor, order_id=self.order.pk, granted=data["granted"] == "yes", note=data["why"])
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "waiting": _waiting(self.order)}


# The car ----------------------------------------------------------------------------------------
class Allocate(OrderAct):
    form_class = forms.CarForm
    title = gettext_lazy("配车")
    body = "orders/forms/car.html"
    submit = gettext_lazy("配这台")
    done = gettext_lazy("车已配好，别的订单不能再配它。")
    main = "car"

    def form_options(self) -> dict[str, Any]:
        return {"cars": list(selectors.allocable(self.actor, self.order)[:50])}

    def act(self, form: Any) -> str:
        cars.allocate(actor=self.actor, order_id=self.order.pk, car_id=int(form.cleaned_data["car"]))
        return self.back()


class Release(OrderAct):
    form_class = forms.WhyForm
    title = gettext_lazy("放开这台车")
    submit = gettext_lazy("放开")
    done = gettext_lazy("车已放开，别的订单可以配了。")

    def act(self, form: Any) -> str:
        cars.release(actor=self.actor, order_id=self.order.pk, why=form.cleaned_data["why"])
        return self.back()


# The money --------------------------------------------------------------------------------------
class Pay(OrderAct):
    form_class = forms.PaymentForm
    capability = Capability.PAYMENTS
    title = gettext_lazy("登记款项")
    body = "orders/forms/payment.html"
    done = gettext_lazy("款项已登记。")
    main = "amount"

    def initial(self) -> dict[str, Any]:
        account = selectors.account_of(self.order)
        if account.to_give_back:
            return {"kind": Kind.REFUND, "amount": account.to_give_back, "on": times.today(), "way": "transfer"}
        if not account.received and self.order.deposit:
            return {"kind": Kind.DEPOSIT, "amount": self.order.deposit, "on": times.today(), "way": "card"}
        return {"kind": Kind.BALANCE, "amount": account.due, "on": times.today(), "way": "card"}

    def act(self, form: Any) -> str:
        payments.record(actor=self.actor, order_id=self.order.pk, **form.cleaned_data)
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "account": selectors.account_of(self.order)}


class Strike(OrderAct):
    form_class = forms.WhyForm
    capability = Capability.PAYMENTS
    title = gettext_lazy("作废这笔款项")
    submit = gettext_lazy("作废")
    done = gettext_lazy("这笔款项已作废，记录还在。")

    def prepare(self) -> None:
        super().prepare()
        self.payment = selectors.payment_or_404(self.order, self.kwargs["payment"])

    def act(self, form: Any) -> str:
        payments.strike(actor=self.actor, payment_id=self.payment.pk, why=form.cleaned_data["why"])
        return self.back()


class Invoice(OrderAct):
    form_class = forms.InvoiceForm
    capability = Capability.PAYMENTS
    title = gettext_lazy("登记发票")
    done = gettext_lazy("发票已登记。")

    def initial(self) -> dict[str, Any]:
        return {"invoice": self.order.invoice_number, "on": self.order.invoiced_on or times.today()}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        orders.invoice(actor=self.actor, order_id=self.order.pk, number=data["invoice"], on=data["on"])
        return self.back()


# The end ----------------------------------------------------------------------------------------
class Cancel(OrderAct):
    form_class = forms.CancelForm
    title = gettext_lazy("取消订单")
    body = "orders/forms/cancel.html"
    submit = gettext_lazy("申请取消")
    done = gettext_lazy("已记下。收过钱的订单要有人同意退款，才算取消。")
    main = "refund"

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        account = selectors.account_of(self.order)
        owed = rules.owed_back(account.earnest, account.received, data["cause"])
        refund = owed if data["refund"] is None else data["refund"]
        cancelling.ask(
            actor=self.actor, order_id=self.order.pk, cause=data["cause"], reason=data["reason"], refund=refund,
            note=data["note"],
        )  # fmt: skip
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        account = selectors.account_of(self.order)
        owed = [
            (label, rules.owed_back(account.earnest, account.received, cause))
            for cause, label in form.fields["cause"].choices
        ]
        return {**super().context(form), "account": account, "owed": owed}


class Further(OrderAct):
    """More is given back of an order that is cancelled."""

    form_class = forms.FurtherForm
    title, submit = gettext_lazy("再退一笔"), gettext_lazy("申请再退")
    done = gettext_lazy("已记下。有人同意以后，财务就能登记退款。")
    body = "orders/forms/further.html"
    main = "refund"

    def initial(self) -> dict[str, Any]:
        account = selectors.account_of(self.order)
        return {"refund": max(account.received - account.refund + account.given_back, Decimal(0)) or None}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        cancelling.ask_further(
            actor=self.actor, order_id=self.order.pk, refund=data["refund"], note=data["why"].strip()
        )
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        most = cancelling.further_to_give_back(self.order)
        return {**super().context(form), "account": selectors.account_of(self.order), "most": most}


class DecideCancel(OrderAct):
    form_class = forms.DecisionForm
    capability = Capability.SALES_APPROVE
    title = gettext_lazy("审批取消和退款")
    body = "orders/forms/cancel_decision.html"
    submit = gettext_lazy("提交意见")
    done = gettext_lazy("意见已记下。")

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        cancelling.decide(
            actor=self.actor, order_id=self.order.pk, granted=data["granted"] == "yes", answer=data["why"]
        )
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        asked = self.order.cancellations.filter(granted__isnull=True).select_related("asked_by").first()
        return {**super().context(form), "asked": asked, "account": selectors.account_of(self.order)}

