"""The page of one thing that is said by code: a car, an accessory, a loan plan; new, or over what is inherited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qibu.catalog.addresses import restore_address
from qibu.catalog.forms import Content
from qibu.catalog.services import saying
from qibu.catalog.services.saying import CodeTaken
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import Resolved, provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability


@dataclass(frozen=True)
class About:
    """`name`: of the kind among what is inherited; `back`: the list that the page leads to."""

    name: str
    kind: saying.Kind
    template: str
    back: str


def added(request: Request, form: Content, about: About, heading: str) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    if request.method == "POST" and form.is_valid():
        try:
            saying.add(
                actor=request.actor, kind=about.kind, code=form.cleaned_data["code"], values=form.values()
            )
        except CodeTaken:
            form.add_error("code", _("已经有这个编号，请换一个；要改原来那一条请在列表里打开它。"))
        else:
            messages.success(request, _("已保存。"))
            return redirect(about.back)
    below = followers(request.actor, about.name)
    context = {"form": form, "heading": heading, "list": about.back, "followers": below}
    return render(request, about.template, context, status=422 if form.errors else 200)


def changed(request: Request, form_class: type[Content], found: Resolved[Any], about: About) -> HttpResponse:
    names = [name for name in form_class.base_fields if name not in Content.NOT_VALUES]
    form = form_class(request.POST or None, initial={name: getattr(found.row, name) for name in names})
    code = found.row.code
    if request.method == "POST" and form.is_valid():
        said = {"values": form.values(), "seen": form.cleaned_data["seen"]}
        try:
            saying.change(actor=request.actor, kind=about.kind, code=code, **said)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("已保存。已经写好的报价不变。"))
            return redirect(about.back)
    sources = provenance({found.source_id}, request.actor.organisation_id)
    context = {
        "form": form, "heading": str(found.row), "list": about.back, "own": found.own,
        "followers": followers(request.actor, about.name, code), "source": sources[found.source_id],
        "restore": restore_address(about.name, code), "restorable": found.own and found.overrides,
    }  # fmt: skip
    return render(request, about.template, context, status=422 if form.errors else 200)
