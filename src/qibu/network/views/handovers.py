"""Handing a portfolio over, and the record of all hand-overs (A6)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.kernel.scoping import scope
from qibu.network import handover, selectors
from qibu.network.forms import HandOverForm, add_errors
from qibu.network.middleware import Request
from qibu.network.models import HandOver, Staff
from qibu.network.services import handovers as services
from qibu.ui.lists import Column, Days, ListPage, Text
from qibu.ui.slots import Action


def _moved(row: HandOver) -> str:
    return _("，").join(f"{each.label} {each.number}" for each in handover.described(row.moved))


class HandOverList(ListPage):
    key, title, unit = "handovers", gettext_lazy("交接记录"), gettext_lazy("次交接")
    ordering = ("-at", "-id")
    columns = (
        Column("giver", gettext_lazy("交出"), value="giver.name", card="title", locked=True),
        Column("taker", gettext_lazy("接手"), value="taker.name"),
        Column("moved", gettext_lazy("交接了什么"), value=_moved),
        Column("reason", gettext_lazy("原因")),
        Column("by", gettext_lazy("经办"), value="by.name"),
        Column("at", gettext_lazy("时间"), card="right"),
    )
    filters = (
        Text("q", gettext_lazy("交出的人"), "giver__name"),
        Days("at", gettext_lazy("时间"), moments=True),
    )
    empty_title = gettext_lazy("还没有交接过")
    empty_text = gettext_lazy("有人离职或调岗时，在员工页面一步交接，客户和任务都不会丢。")

    def rows(self) -> QuerySet[HandOver]:
        return selectors.hand_overs(self.request.actor)  # type: ignore[attr-defined]  # typed by Request

    def actions(self) -> Iterable[Action]:
        return [Action(_("去员工列表"), reverse("network:staff"), "users")]


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """From whom is in the address; what they hold is counted before anybody decides."""
    number = request.GET.get("giver", "")
    giver = get_object_or_404(selectors.all_staff(request.actor), pk=int(number) if number.isdecimal() else 0)
    takers = [(one.pk, _taker(one)) for one in selectors.at_work().exclude(pk=giver.pk)]
    form = HandOverForm(request.POST or None, takers=takers)
    if request.method == "POST" and form.is_valid():
        try:
            with scope(request.actor):  # a refused hand-over is taken back, the page is still drawn
                record = services.hand_over(
                    actor=request.actor, giver_id=giver.pk, taker_id=form.cleaned_data["taker"],
                    reason=form.cleaned_data["reason"],
                )
        except ValidationError as error:
            add_errors(form, error)
        else:
            sentence = _("已把 {giver} 名下的内容交接给 {taker}。")
            messages.success(request, sentence.format(giver=giver, taker=record.taker))
            return redirect("network:handovers")
    holdings = [each for each in handover.holdings(request.actor, giver.pk) if each.number]
    context = {"giver": giver, "holdings": holdings, "form": form}
    return render(request, "network/handover_new.html", context, status=422 if form.errors else 200)


def _taker(person: Staff) -> str:
    return _("{name}（{title}）").format(name=person.name, title=person.title) if person.title else person.name
