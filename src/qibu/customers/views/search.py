"""What the search palette asks."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from qibu.customers import selectors
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.ui import slots
from qibu.ui.palette import found as ways_to

SHOWN = 8


@require_GET
def palette(request: Request) -> HttpResponse:
    request.actor.require(Capability.CUSTOMERS_VIEW)
    text = request.GET.get("q", "").strip()
    if not text:
        return render(request, "ui/palette/start.html")
    found = selectors.search(request.actor, text, SHOWN + 1)
    items = [_item(one) for one in found[:SHOWN]]
    further, ways = slots.fill("search.found", request, q=text), ways_to(request, text)
    groups = [(pgettext("菜单", "客户"), items), *further, (_("命令和页面"), ways)]
    context = {"q": text, "groups": [group for group in groups if group[1]]}
    if len(found) > SHOWN:
        context["more_url"] = f"{reverse('customers:list')}?{urlencode({'view': 'all', 'q': text})}"
    return render(request, "ui/palette/results.html", context)


def _item(one: selectors.Found) -> dict[str, str]:
    hint = " · ".join(filter(None, (one.phone, one.matched)))
    return {"label": one.name, "hint": hint, "url": reverse("customers:detail", args=[one.id]), "icon": "user"}
