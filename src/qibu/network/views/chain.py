"""The chain over the journal, for the auditor: whether it holds, how far it goes, the digest to be kept elsewhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel import sealing
from qibu.kernel.models import Entry
from qibu.network import selectors, trail, words
from qibu.network.middleware import Request, unattended
from qibu.network.rules import Capability
from qibu.network.security_forms import AnchorForm
from qibu.network.services import chains


@require_http_methods(["GET", "POST"])
def chain(request: Request) -> HttpResponse:
    """Sent with a digest that was noted earlier, it is compared; without one the whole chain is reckoned anew."""
    request.actor.require(Capability.AUDIT_VIEW)
    form = AnchorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["anchor"] is None:
            chains.ask(actor=request.actor)
            return redirect("network:chain")
        if sealing.holds(request.actor, form.cleaned_data["anchor"]):
            messages.success(request, _("对得上：这个校验码之前的记录没有动过。"))
            return redirect("network:chain")
        form.add_error("anchor", _("对不上。请检查有没有抄错；没抄错的话，它之前的记录被重写过。"))
    context = {**_state(request), "form": form}
    return render(request, "network/chain.html", context, status=422 if form.errors else 200)


@require_GET
@unattended
def state(request: Request) -> HttpResponse:
    """The parts of the page that change while the chain is reckoned."""
    request.actor.require(Capability.AUDIT_VIEW)
    response = render(request, "network/parts/chain_news.html", _state(request))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def stop(request: Request) -> HttpResponse:
    """What was reckoned so far says nothing of the whole: it is as if it had not been asked for."""
    chains.stop(actor=request.actor)
    return redirect("network:chain")


def _state(request: Request) -> dict[str, Any]:
    last, progress = selectors.last_verification(request.actor), selectors.verification(request.actor)
    broken_entry = Entry.objects.filter(pk=last.data["entry_id"]).first() if last and last.data["broken"] else None
    told = trail.tell(request.actor, [broken_entry])[0] if broken_entry else None
    stopped = progress.stopped_at if progress else None
    return {
        "last": last, "told": told, "broken": words.CHAIN[last.data["broken"]] if last else "",
        "running": chains.waiting(request.actor.organisation_id), "progress": progress,
        "stopped": stopped if stopped and (last is None or last.at < stopped) else None,
        "waiting": sealing.waiting(request.actor), "anchor": sealing.newest(request.actor),
    }  # fmt: skip
