"""The tags of the store: how often each is used, other names, one instead of two, away with those nobody needs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qibu.customers.selectors.customers import counted_tags
from qibu.customers.services import tags
from qibu.network.middleware import Request
from qibu.network.rules import Capability


@require_GET
def overview(request: Request) -> HttpResponse:
    request.actor.require(Capability.CARE_EDIT)
    return _page(request, {})


@require_POST
def rename(request: Request, tag_id: int) -> HttpResponse:
    """Onto the name of another tag only after it was asked whether the two are to become one."""
    name = request.POST.get("name", "").strip()
    try:
        tags.rename(actor=request.actor, tag_id=tag_id, name=name, merge="merge" in request.POST)
    except tags.NameTaken:
        return _page(request, {"asked": {"id": tag_id, "name": name}}, 422)
    messages.success(request, _("标签已改为「{name}」。").format(name=name))
    return redirect("customers:tags")


@require_POST
def removal(request: Request, tag_id: int) -> HttpResponse:
    tags.discard(actor=request.actor, tag_id=tag_id)
    messages.success(request, _("标签已删除。"))
    return redirect("customers:tags")


def _page(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "customers/tags.html", {"tags": counted_tags(), **context}, status=status)
