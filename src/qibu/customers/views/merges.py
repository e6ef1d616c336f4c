"""Files beside each other, their merge, and the way back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.customers import selectors
from qibu.customers.merge_parts import Busy
from qibu.customers.rules.merging import BOTH, LINES
from qibu.customers.selectors import merges as reading
from qibu.customers.selectors import pairs
from qibu.customers.services import merges
from qibu.customers.views.answers import following
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.ui.answers import asked, go


@require_http_methods(["GET", "POST"])
@following
def merge(request: Request, customer_id: int) -> HttpResponse:
    """`with` names the others. Without any one is looked for."""
    request.actor.require(Capability.CUSTOMERS_EDIT)
    customer = selectors.customer_or_404(request.actor, customer_id)
    others = [pk for pk in _numbers(request, "with") if pk != customer_id]
    if not others:
        return _look_for(request, customer)
    found = reading.compare(request.actor, [customer_id, *others][: merges.MOST])
    if len(found.columns) <= len(set(others)) and not _done(request, customer_id, others):
        raise Http404
    if request.method == "POST":
        return _merge(request, found, customer_id)
    return _page(request, found, customer_id)


def _page(request: Request, found: reading.Comparison, customer_id: int, refused: str = "") -> HttpResponse:
    files = [one.customer.pk for one in found.columns]
    pair = pairs.between(request.actor, *files) if len(files) == 2 else None
    context = {
        "found": found, "customer_id": customer_id, "refused": refused, "next": request.GET.get("next", ""),
        "pair": pair, "signs": [pairs.SIGNS[sign] for sign in pair.signs] if pair else [],
        "way_on": _on_the_way(request), "sure": "sure" in request.POST,
    }  # fmt: skip
    return render(request, "customers/merge.html", context, status=422 if refused else 200)


def _on_the_way(request: Request) -> str:
    """Where the next pair is, for those who go through them one after the other."""
    address = request.GET.get("next", "")
    return address if address.startswith(reverse("customers:duplicate-next")) else ""


def _done(request: Request, customer_id: int, others: list[int]) -> bool:
    """A second click: the other is gone already, into this one."""
    into = {selectors.survivor_of(request.actor, pk) for pk in others}
    return request.method == "POST" and into == {customer_id}


def _merge(request: Request, found: reading.Comparison, customer_id: int) -> HttpResponse:
    files = _numbers(request, "file") or [column.customer.pk for column in found.columns]
    survivor = next(iter(_numbers(request, "survivor")), customer_id)
    chosen = _chosen(request)
    if found.clashes and "sure" not in request.POST:
        unsure = _("两份档案写的不像同一位。请核对下面标出的几项，勾上「确实是同一位」再合并。")
        return _page(request, found.picked(survivor, chosen), customer_id, unsure)
    try:
        with transaction.atomic():
            done = merges.merge(
                actor=request.actor, survivor_id=survivor, merged_ids=[pk for pk in files if pk != survivor],
                chosen=chosen, versions=_versions(request),
            )  # fmt: skip
    except (Busy, merges.ChangedMeanwhile, merges.SameCustomer) as fault:
        return _page(request, found.picked(survivor, chosen), customer_id, _refusal(fault))
    undo = reverse("customers:merge-undo", args=[done[-1].pk])
    messages.success(request, _("已合并，两边的记录都在这里。"), extra_tags=undo)
    return HttpResponseRedirect(asked(request, reverse("customers:detail", args=[survivor])))


def _refusal(fault: Exception) -> str:
    if isinstance(fault, Busy):
        return fault.what
    if isinstance(fault, merges.SameCustomer):
        return _("一次最多合并 {n} 份档案，而且要是不同的档案。").format(n=merges.MOST)
    return _("其中一份档案刚被同事改过。下面是现在的内容，请核对后再合并一次。")


def _chosen(request: Request) -> dict[str, int | str]:
    sent = {line: request.POST.get(f"line-{line}", "") for line in LINES}
    told = {line: text for line, text in sent.items() if text == BOTH or text.isdecimal()}
    return {line: int(text) if text.isdecimal() else BOTH for line, text in told.items()}


def _versions(request: Request) -> dict[int, int]:
    pairs = (text.partition(":")[::2] for text in request.POST.getlist("version"))
    return {int(pk): int(version) for pk, version in pairs if pk.isdecimal() and version.isdecimal()}


def _numbers(request: Request, name: str) -> list[int]:
    source = request.POST if name in request.POST else request.GET
    sent = source.getlist(name)
    return list(dict.fromkeys(int(text) for text in sent if text.isdecimal()))


def _look_for(request: Request, customer: Any) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    found = [one for one in selectors.search(request.actor, text) if one.id != customer.pk] if text else []
    context = {"customer": customer, "asked": text, "candidates": found}
    return render(request, "customers/merge_search.html", context)


@require_POST
def begin(request: Request) -> HttpResponse:
    """From the list of customers: those that were marked, beside each other."""
    request.actor.require(Capability.CUSTOMERS_EDIT)
    ids = _numbers(request, "id")
    if not 1 < len(ids) <= merges.MOST:
        messages.error(request, _("请勾选 2 到 {n} 位客户再合并。").format(n=merges.MOST))
        return go(request, reverse("customers:list"))
    query = urlencode([("with", pk) for pk in ids[1:]])
    return go(request, f"{reverse('customers:merge', args=[ids[0]])}?{query}")


@require_GET
def record(request: Request, merge_id: int) -> HttpResponse:
    one = reading.merge_or_404(request.actor, merge_id)
    may_edit = request.actor.may(Capability.CUSTOMERS_EDIT)
    context = {"record": reading.record_of(request.actor, one), "merge": one, "may_edit": may_edit}
    return render(request, "customers/merge_record.html", context)


@require_POST
def undo(request: Request, merge_id: int) -> HttpResponse:
    page = reverse("customers:merge-record", args=[merge_id])
    try:
        with transaction.atomic():
            one = merges.undo(actor=request.actor, merge_id=merge_id)
    except Busy as fault:
        messages.error(request, fault.what)
        return go(request, page)
    except merges.LaterFirst as fault:
        messages.error(request, _later(fault))
        return go(request, reverse("customers:merge-record", args=[fault.later.pk]))
    return go(request, page, _("已分开。{name} 的档案又单独在了。").format(name=one.merged))


def _later(fault: merges.LaterFirst) -> str:
    words = {"merged": fault.later.merged, "survivor": fault.later.survivor}
    return _("后来又把 {merged} 合并进了 {survivor}。请先撤销这一次合并，再撤销前面的。").format(**words)


@require_POST
def put_back(request: Request, merge_id: int) -> HttpResponse:
    number = merges.put_back(actor=request.actor, merge_id=merge_id, lines=request.POST.getlist("line"))
    page = reverse("customers:merge-record", args=[merge_id])
    return go(request, page, _("已改回合并前的内容。") if number else "")
