"""Handing a portfolio over: who takes it, which customers to whom, what would go where, and then the act (A6)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network import handover, selectors, words
from qibu.network.forms import add_errors
from qibu.network.forms_handover import HandOverForm
from qibu.network.middleware import Request
from qibu.network.models import HandOver, Staff
from qibu.network.rules import serves_customers
from qibu.network.services import handovers as services
from qibu.network.views.handovers import in_customers, table, takers_of
from qibu.ui import formats

LOOKING = ("find", "give", "page")  # buttons that choose customers and decide nothing


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """From whom is in the address; what they hold is counted before anybody decides. What would go where is shown
    first; `sure` does it, as long as it is the plan that was shown. `try` only looks."""
    if not request.GET.get("giver"):
        return _choose_giver(request)
    giver = _giver(request)
    holdings = [each for each in handover.holdings(request.actor, giver.pk) if each.number]
    takers = _takers_for(giver)
    form = _form(request, takers, holdings)
    context: dict[str, Any] = {"giver": giver, "holdings": holdings, "form": form, "has_parts": bool(holdings)}
    if form.is_bound and not form.looking and form.is_valid():
        try:
            with scope(request.actor):  # a refused hand-over is taken back, the page is still drawn
                if "sure" in request.POST and request.POST.get("shown", form.plan().mark) == form.plan().mark:
                    return _done(request, giver, form)
                context |= _tried(services.preview(actor=request.actor, giver_id=giver.pk, plan=form.plan()), form)
        except ValidationError as error:
            add_errors(form, error)
    status = 422 if form.is_bound and not form.looking and form.errors else 200
    around = {"takers": takers, **_by_hand(request, form, giver)}
    return render(request, "network/handover_new.html", context | around, status=status)


def _choose_giver(request: Request) -> HttpResponse:
    """Whose portfolio: everybody who has something, those who left first, since theirs lies with nobody."""
    people = selectors.all_staff(request.actor).order_by("sort_key", "pk")
    loads, days, today = handover.loads(people), selectors.days_away(times.today()), times.today()
    found = [
        {"person": one, "load": " · ".join(loads[one.pk]), "away": words.away(days.get(one.pk), today)}
        for one in sorted(people, key=lambda one: one.left_on is None)
        if loads.get(one.pk)
    ]
    return render(request, "network/handover_giver.html", {"people": found})


def _form(request: Request, takers: list[dict[str, Any]], holdings: list[handover.Holding]) -> HandOverForm:
    data = request.POST if request.method == "POST" else None
    form = HandOverForm(
        data, takers=[(one["id"], one["name"]) for one in takers], parts=[(each.key, each.label) for each in holdings],
        reasoned="try" not in request.POST, looking=any(button in request.POST for button in LOOKING),
    )  # fmt: skip
    chosen = {str(value) for value in form["takers"].value() or []}
    for one in takers:
        one |= {"chosen": str(one["id"]) in chosen, "share": form.share_of(one["id"])}
    return form


def _giver(request: Request) -> Staff:
    number = request.GET.get("giver", "")
    found: Staff = get_object_or_404(
        selectors.all_staff(request.actor), pk=int(number) if number.isdecimal() else 0
    )
    return found


def _takers_for(giver: Staff) -> list[dict[str, Any]]:
    """Those who look after customers first; each with what they have already, and when they are not there."""
    people = selectors.at_work().exclude(pk=giver.pk)
    loads, days, today = handover.loads(people), selectors.days_away(times.today()), times.today()
    found = [
        {
            "id": one.pk, "name": one.name, "title": one.title, "load": " · ".join(loads.get(one.pk, [])),
            "away": words.away(days.get(one.pk), today), "serves": serves_customers(frozenset(one.roles)),
        }
        for one in people
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one["serves"])


def _tried(record: HandOver, form: HandOverForm) -> dict[str, Any]:
    """What would go where, in the words of the record, and who of them is not there; `shown` marks the plan."""
    days, today = selectors.days_away(times.today()), times.today()
    absent = [words.covered(days[int(pk)], today) for pk in record.shares if int(pk) in days]
    return {
        "tried": table(record), "sentence": in_customers(record), "shown": form.plan().mark, "absent": absent,
    }  # fmt: skip


def _done(request: Request, giver: Staff, form: HandOverForm) -> HttpResponse:
    given = form.cleaned_data
    record = services.hand_over(
        actor=request.actor, giver_id=giver.pk, plan=form.plan(), reason=given["reason"], note=given["note"]
    )
    sentence = _("已把 {giver} 名下的内容交接给 {taker}。").format(giver=giver, taker=takers_of(record))
    messages.success(request, formats.sentences(sentence, in_customers(record)))
    return redirect("network:handover", record.pk)


def _by_hand(request: Request, form: HandOverForm, giver: Staff) -> dict[str, Any]:
    """Customers that are picked for somebody, all of them, and a page of the others."""
    text, asked = request.POST.get("q", "").strip(), request.POST.get("page", "1")
    page = int(asked) if asked.isdecimal() else 1
    offered = handover.offered(request.actor, giver.pk, text, form.picks, page)
    known = handover.known(request.actor, form.picks)
    picked = [(known.get(pk) or handover.Known(pk, f"#{pk}"), taker) for pk, taker in form.picks.items()]
    names, counts = dict(form.fields["takers"].choices), Counter(form.picks.values())  # type: ignore[attr-defined]  # a choice field
    given = [(names[taker], number) for taker, number in counts.most_common() if taker in names]
    return {"q": text, "offered": offered, "picked": picked, "given": given, "known": form.known}
