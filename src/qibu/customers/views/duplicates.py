"""疑似重复: pairs one after the other."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qibu.customers.models import Duplicate
from qibu.customers.selectors import pairs as reading
from qibu.customers.services import duplicates
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.ui.answers import asked, go

Strength, State = Duplicate.Strength, Duplicate.State


@require_GET
def overview(request: Request) -> HttpResponse:
    """Those that wait, or with `?decided=1` those of which somebody has said what they are."""
    request.actor.require(Capability.CUSTOMERS_EDIT)
    strength, decided = _strength(request), "decided" in request.GET
    counted, judged = reading.counts(request.actor), reading.decided_pairs(request.actor)
    rows = judged if decided else reading.open_pairs(request.actor, strength)
    context = {
        "pairs": reading.shown(rows.select_related("first", "second")[: reading.PAGE]), "strength": strength,
        "all": sum(counted.values()), "decided": decided, "judged": judged.count(), "most": reading.PAGE,
        "levels": [(level.value, level.label, counted.get(level.value, 0)) for level in reversed(Strength)],
        "heading": _("疑似重复"),
    }  # fmt: skip
    return render(request, "customers/duplicates.html", context)


@require_GET
def next_pair(request: Request) -> HttpResponse:
    """To the files of the next pair beside each other, or back to the list when all are done."""
    request.actor.require(Capability.CUSTOMERS_EDIT)
    strength, number = _strength(request), request.GET.get("after", "")
    last = Duplicate.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    found = reading.after(request.actor, last, strength)
    page = reverse("customers:duplicates") + (f"?strength={strength}" if strength else "")
    if found is None:
        return go(request, page, _("都看完了。") if last else "")
    return HttpResponseRedirect(address_of(found, strength))


def address_of(pair: Duplicate, strength: int | None) -> str:
    query = {"with": pair.second_id, "next": way_on(pair, strength)}
    return f"{reverse('customers:merge', args=[pair.first_id])}?{urlencode(query)}"


def way_on(pair: Duplicate, strength: int | None) -> str:
    query = {"after": pair.pk} | ({"strength": strength} if strength else {})
    return f"{reverse('customers:duplicate-next')}?{urlencode(query)}"


@require_POST
def judge(request: Request, duplicate_id: int) -> HttpResponse:
    state = request.POST.get("verdict", "")
    if state not in State.values:
        raise Http404
    kind = request.POST.get("kind", "").strip()[:40] or _("同一号码")
    duplicates.judge(actor=request.actor, duplicate_id=duplicate_id, state=state, kind=kind)
    said = {
        State.DIFFERENT: _("记下了：不是同一位，不再提示。"), State.RELATED: _("已互相关联，不再提示。"),
        State.OPEN: _("放回待看。"),
    }[State(state)]  # fmt: skip
    undo = reverse("customers:duplicate-undo", args=[duplicate_id]) if state != State.OPEN else ""
    return go(request, asked(request, reverse("customers:duplicates")), said, undo=undo)


@require_POST
def undo(request: Request, duplicate_id: int) -> HttpResponse:
    """The pair waits again and stands before one's eyes."""
    pair = duplicates.judge(actor=request.actor, duplicate_id=duplicate_id, state=State.OPEN)
    return go(request, address_of(pair, None), _("已撤销，这一对放回待看。"))


def _strength(request: Request) -> int | None:
    text = request.GET.get("strength", "")
    return int(text) if text in {str(level) for level in Strength.values} else None
