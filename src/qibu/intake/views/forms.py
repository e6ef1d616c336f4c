"""Web forms of the store: all, one, its poster."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.intake.errors import ChangedMeanwhile
from qibu.intake.forms import WebFormForm
from qibu.intake.models import WebForm
from qibu.intake.selectors import forms as reads
from qibu.intake.services import forms as services
from qibu.network import codes
from qibu.network.middleware import Request
from qibu.network.models import Organisation
from qibu.network.rules import Capability

EDITED = ("name", "source", "campaign", "headline", "intro", "thanks", "cars", "asks", "sites", "active", "version")


@require_GET
def overview(request: Request) -> HttpResponse:
    return render(request, "intake/forms.html", {"rows": list(reads.forms(request.actor))})


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    form = WebFormForm(request.POST or None, actor=request.actor, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        made = services.make(actor=request.actor, plan=form.plan())
        messages.success(request, _("表单已建好，链接和二维码在右边。"))
        return redirect("intake:form", made.pk)
    return _page(request, form)


def _begun(request: Request) -> dict[str, Any]:
    """What most stores want, to be changed."""
    house = Organisation.objects.get(pk=request.actor.organisation_id)
    asks = (WebForm.Ask.BUYS_BY, WebForm.Ask.TEST_DRIVE, WebForm.Ask.REMARK)
    return {
        "source": "form", "headline": _("预约到店看车"), "asks": [one.value for one in asks], "active": True,
        "version": 0,
        "consent": _("我同意{house}以电话、短信或微信向我介绍新车和优惠活动，可以随时退订。").format(house=house.name),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def one(request: Request, pk: int) -> HttpResponse:
    row, wordings = reads.form_or_404(request.actor, pk), reads.wordings(pk)
    initial = {**{name: getattr(row, name) for name in EDITED}, "consent": wordings[0].words if wordings else ""}
    form = WebFormForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            services.change(actor=request.actor, form_id=pk, version=version, plan=form.plan())
        except ChangedMeanwhile as meanwhile:
            form.data = request.POST.copy()
            form.data["version"] = str(meanwhile.version)
            form.add_error(None, _("这张表单刚被同事改过。请核对后再保存一次，以您填的为准。"))
        else:
            messages.success(request, _("已保存。"))
            return redirect("intake:form", pk)
    return _page(request, form, row, wordings=wordings, **_addresses(request, row))


def _addresses(request: Request, row: WebForm) -> dict[str, Any]:
    page = request.build_absolute_uri(reverse("form:page", args=[row.token]))
    embedded = request.build_absolute_uri(reverse("form:embedded", args=[row.token]))
    side, path = codes.picture(page)
    snippet = f'<iframe src="{embedded}" title="{row.headline}" width="100%" height="760" style="border:0"></iframe>'
    return {"address": page, "snippet": snippet, "side": side, "path": path}


def _page(request: Request, form: WebFormForm, row: WebForm | None = None, **context: Any) -> HttpResponse:
    context |= {"form": form, "row": row}
    return render(request, "intake/form.html", context, status=422 if form.errors else 200)


@require_GET
def poster(request: Request, pk: int) -> HttpResponse:
    """The code on paper, for the counter and the stand."""
    row = reads.form_or_404(request.actor, pk)
    house = Organisation.objects.get(pk=request.actor.organisation_id)
    return render(request, "intake/poster.html", {"row": row, "house": house, **_addresses(request, row)})
