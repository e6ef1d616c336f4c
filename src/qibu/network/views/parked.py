"""Entries of the journal that a reader could not handle: for those who keep the system, no alarm on the workbench."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from qibu.kernel.scoping import scope
from qibu.network import selectors
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability
from qibu.network.services import readers


@require_http_methods(["GET", "POST"])
@own_scope
def parked(request: Request) -> HttpResponse:
    """The list; sent, everything on it is tried again at once."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    if request.method == "POST":
        left = readers.retry(actor=request.actor)
        if left:
            messages.error(request, ngettext("还有 {n} 条没能处理。", "还有 {n} 条没能处理。", left).format(n=left))
        else:
            messages.success(request, _("所有记录都处理了。"))
        return redirect("network:parked")
    with scope(request.actor):
        shown, count = selectors.parked(request.actor)
        return render(request, "network/parked.html", {"shown": shown, "count": count})
