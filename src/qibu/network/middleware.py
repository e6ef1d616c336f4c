from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import urlencode

from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.network.models import User
from qibu.network.services import actors

View = Callable[..., HttpResponse]


class Request(HttpRequest):
    """A request of a signed-in member of staff: what every view of the product is given."""

    actor: Actor
    htmx: Any


def public(view: View) -> View:
    """A page for people who are not signed in."""
    view.public = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def own_scope(view: View) -> View:
    """A view that hashes passwords or parses files: it opens its own, short scope."""
    view.own_scope = True  # type: ignore[attr-defined]  # a mark on a function
    return view


class ScopeMiddleware:
    """Puts every view of a signed-in member into the scope of the organisation in the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]  # set below for members
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        actor = current_member(request)
        request.actor = actor  # type: ignore[attr-defined]  # typed by Request
        if getattr(view, "own_scope", False) and actor is not None:
            return None
        if actor is None:
            return None if _is_public(view) else _to_sign_in(request)
        if _is_public(view) and not getattr(view, "framed", False):
            return None
        return _scoped(view, request, actor, args, kwargs)


def _scoped(
    view: View, request: HttpRequest, actor: Actor, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    try:
        with scope(actor):
            return view(request, *args, **kwargs)
    except PermissionRefused as refusal:
        raise PermissionDenied(refusal.capability) from refusal


def _is_public(view: View) -> bool:
    module = getattr(view, "__module__", "")
    return getattr(view, "public", False) or module in {"qibu.config.views", "django.views.i18n"}


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    address = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(f"{address}?{urlencode({'next': request.get_full_path()})}")


def current_member(request: HttpRequest) -> Actor | None:
    """The actor of the session, or None; an outworn session, or one without a place of work, ends here."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    if _outworn(request):
        logout(request)
        return None
    places = actors.memberships(user)
    wanted = request.session.get("organisation")
    chosen = next((place for place in places if place.organisation_id == wanted), places[0] if places else None)
    if chosen is None:
        logout(request)
        return None
    request.session.setdefault("organisation", chosen.organisation_id)
    return actors.member(chosen)


def _outworn(request: HttpRequest) -> bool:
    """Idle too long, or older than a working day. The last use is written once a minute, not on every page."""
    now = timezone.now().timestamp()
    since, seen = request.session.get("since", now), request.session.get("seen", now)
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES).total_seconds()
    if now - seen > idle or now - since > settings.SESSION_ABSOLUTE_HOURS * 3600:
        return True
    if now - seen > 60 or "since" not in request.session:
        request.session["since"], request.session["seen"] = since, now
    return False
