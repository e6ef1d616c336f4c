from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.network import words
from qibu.network.rules import Capability
from qibu.ui.slots import Action, Choice, NavItem, Setting, fills


@fills("frame.stores", order=10)
def stores(request: HttpRequest) -> list[Choice]:
    actor, address = request.actor, reverse("network:switch")  # type: ignore[attr-defined]  # set by ScopeMiddleware
    return [
        Choice(
            place.organisation, str(place.organisation_id), address,
            current=place.organisation_id == actor.organisation_id, detail=place.city,
        )
        for place in getattr(request, "places", [])
    ]  # fmt: skip


@fills("frame.title", order=10)
def title(request: HttpRequest) -> str | None:
    actor = getattr(request, "actor", None)
    if actor is None:
        return None
    place = next((p for p in getattr(request, "places", []) if p.staff_id == actor.staff_id), None)
    return (place.title if place else "") or words.roles(actor.roles)


@fills("frame.person", order=90)
def person(request: HttpRequest) -> list[Action]:
    return [
        Action(_("我的账号"), reverse("network:account"), "user"),
        Action(_("退出登录"), reverse("network:sign-out"), "logout", method="post"),
    ]


@fills("navigation", order=900)
def navigation(request: HttpRequest) -> NavItem:
    return NavItem("settings", _("设置"), "gear", "network:settings")


@fills("settings", order=10)
def settings(request: HttpRequest) -> list[Setting]:
    own, store = _("我的"), _("门店")
    return [
        Setting(_("我的账号"), _("密码、语言、最近登录"), "user", "network:account", own),
    ]
