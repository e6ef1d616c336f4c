"""A customer's personal information is erased: what would go and what stays first, then a reason and a second word."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qibu.customers import selectors
from qibu.customers.merge_parts import Busy
from qibu.customers.models import Customer
from qibu.customers.selectors.erasures import preview
from qibu.customers.services import erasures
from qibu.network.middleware import Request
from qibu.network.rules import Capability


@require_http_methods(["GET", "POST"])
def erase(request: Request, customer_id: int) -> HttpResponse:
    request.actor.require(Capability.CUSTOMERS_ERASE)
    customer = selectors.customer_or_404(request.actor, customer_id)
    return _erase(request, customer) if request.method == "POST" else _page(request, customer)


def _erase(request: Request, customer: Customer) -> HttpResponse:
    if "sure" not in request.POST:
        return _page(request, customer, _("请先勾选「我知道删除以后不能恢复」，再删除。"), "sure")
    try:
        with transaction.atomic():
            erasures.erase(
                actor=request.actor, customer_id=customer.pk, reason=request.POST.get("reason", ""),
                with_promises="promises" in request.POST,
            )  # fmt: skip
    except (Busy, erasures.PromisesOpen, ValueError) as fault:
        focus = "promises" if isinstance(fault, erasures.PromisesOpen) else "reason"
        return _page(request, customer, _refusal(fault), focus)
    messages.success(request, _("个人信息已删除。"))
    return HttpResponseRedirect(reverse("customers:detail", args=[customer.pk]))


def _page(request: Request, customer: Customer, refused: str = "", focus: str = "") -> HttpResponse:
    """`focus`: the field that is amiss; when the page is opened what goes is read first."""
    context = {
        "customer": customer, "found": preview(erasures.whom_of(request.actor, customer.pk)), "refused": refused,
        "reason": request.POST.get("reason", ""), "sure": "sure" in request.POST,
        "promises": "promises" in request.POST, "focus": focus,
    }  # fmt: skip
    return render(request, "customers/erasure.html", context, status=422 if refused else 200)


def _refusal(fault: Exception) -> str:
    if isinstance(fault, Busy):
        return fault.what
    if isinstance(fault, erasures.PromisesOpen):
        return _("还有 {n} 件对客户的承诺没有兑现。请先做完，或勾选「一并取消」。").format(n=fault.number)
    if isinstance(fault, erasures.ReasonNames):
        return _("理由会一直留在记录里。请不要写姓名、电话或其他号码。")
    return _("请写明删除的理由，例如「客户 11 月 26 日书面要求」。")
