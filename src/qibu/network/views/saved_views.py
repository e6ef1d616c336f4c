"""Views that people keep of a list: each page parses, makes one call, goes back to the list."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qibu.network import selectors
from qibu.network.forms import SavedViewForm
from qibu.network.middleware import Request
from qibu.network.models import SavedView
from qibu.network.rules import Capability
from qibu.network.services import saved_views as services
from qibu.ui.answers import go, is_drawer, ours


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """What a list shows, to be kept under a name."""
    if request.method == "GET":
        return _page(request, SavedViewForm(initial=request.GET.dict()), None)
    form = SavedViewForm(request.POST)
    if form.is_valid() and not form.cleaned_data["list"]:
        form.add_error(None, _("不知道是哪一个列表，请回到列表再试一次。"))
    if form.is_valid():
        asked = form.cleaned_data
        try:
            view = services.save(
                actor=request.actor, page=asked["list"], name=asked["name"], look=form.look, shared=asked["shared"],
                opens=asked["opens"],
            )  # fmt: skip
        except services.NameTaken:
            form.add_error("name", _("您已经有一个视图叫这个名字，请换一个。"))
        except services.TooMany:
            form.add_error(None, _("这个列表已有 {n} 个视图，请先删去不用的。").format(n=services.MOST_VIEWS))
        else:
            return go(request, _list(request, view), _("已存为视图「{name}」。").format(name=view.name))
    return _page(request, form, None)


@require_http_methods(["GET", "POST"])
def one(request: Request, view_id: int) -> HttpResponse:
    """Another name, for everyone or not, and if wanted what the list shows now."""
    view = _mine(request, view_id)
    if request.method == "GET":
        known = {"name": view.name, "shared": view.shared, "opens": view.opens}
        return _page(request, SavedViewForm(initial=request.GET.dict() | known), view)
    form = SavedViewForm(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            view = services.change(
                actor=request.actor, view_id=view_id, name=asked["name"], look=form.look if asked["renew"] else None,
                shared=asked["shared"], opens=asked["opens"],
            )  # fmt: skip
        except services.NameTaken:
            form.add_error("name", _("您已经有一个视图叫这个名字，请换一个。"))
        else:
            return go(request, _list(request, view), _("视图「{name}」已保存。").format(name=view.name))
    return _page(request, form, view)


@require_POST
def removal(request: Request, view_id: int) -> HttpResponse:
    services.remove(actor=request.actor, view_id=view_id)
    return go(request, _at(request), _("视图已删除。"))


def _mine(request: Request, view_id: int) -> SavedView:
    view = selectors.saved_view(request.actor, view_id)
    if view is None:
        raise Http404
    if not services.may_change(request.actor, view):
        request.actor.require(Capability.TASKS_ASSIGN)
    return view


def _at(request: Request) -> str:
    """The list that the form came from."""
    return ours(request, request.POST.get("at", ""), reverse("network:settings"))


def _list(request: Request, view: SavedView) -> str:
    return f"{_at(request)}?view={selectors.view_key(view)}"


def _page(request: Request, form: SavedViewForm, view: SavedView | None) -> HttpResponse:
    back = ours(request, form["at"].value() or "", reverse("network:settings"))
    context: dict[str, Any] = {
        "form": form, "view": view, "back": back, "may_share": request.actor.may(Capability.TASKS_ASSIGN),
        "own": view is None or view.owner_id == request.actor.staff_id,
    }  # fmt: skip
    template = "network/saved_view_drawer.html" if is_drawer(request) else "network/saved_view.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
