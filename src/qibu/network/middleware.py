from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import urlencode

from qibu.contracts.network import AccessRefused
from qibu.kernel import journal
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.network import security, selectors
from qibu.network.models import User
from qibu.network.services import actors, sessions
from qibu.network.services.actors import Membership
from qibu.network.taken import once_only, own_only
from qibu.ui.answers import asked, refuse
from qibu.ui.chosen import Outdated

OWES_FACTOR = "owes_factor"  # in the session: a second factor is demanded, and there was none at sign-in
View = Callable[..., HttpResponse]
V = TypeVar("V", bound=View)


class Request(HttpRequest):
    """A request of a signed-in member of staff: what every view of the product is given."""

    actor: Actor
    places: list[Membership]  # where the person works; the actor's is among them
    place: Membership  # the actor's
    htmx: Any


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, where a request is typed as Django's: in slots of pages that stand in a scope."""
    found: Actor = request.actor  # type: ignore[attr-defined]  # set below, for every signed-in view
    return found


def public(view: V) -> V:
    """A page for people who are not signed in. No actor is looked for."""
    view.public = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def own_scope(view: V) -> V:
    """A view that hashes passwords or parses files: it opens its own, short scope."""
    view.own_scope = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def unattended(view: V) -> V:
    """A view that pages ask by themselves: asking it doesn't keep an idle session alive."""
    view.unattended = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def before_password(view: V) -> V:
    """A view that may be used while a temporary password is still to be replaced."""
    view.before_password = True  # type: ignore[attr-defined]  # a mark on a function
    return view


def before_factor(view: V) -> V:
    """A view that may be used while a second factor is still to be set up."""
    view.before_factor = True  # type: ignore[attr-defined]  # a mark on a function
    return view


class ScopeMiddleware:
    """Puts every view of a signed-in member into the scope of the organisation in the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.places = None, []  # type: ignore[attr-defined]  # set below for members
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        open_to_all = _is_public(view)
        if open_to_all and not getattr(view, "framed", False):
            return None
        actor, ended = current_member(request, unattended=getattr(view, "unattended", False))
        if actor is None:
            return None if open_to_all else _to_sign_in(request, ended)
        request.actor = actor  # type: ignore[attr-defined]  # typed by Request
        first = _to_do_first(request, view)  # type: ignore[arg-type]  # the actor has just been set
        return _redirect(request, resolve_url(first)) if first else _answer(view, request, actor, args, kwargs)


def _to_do_first(request: Request, view: View) -> str:
    """The page that comes before all others: a password of one's own, then a second factor where it is demanded."""
    if request.user.must_change_password and not getattr(view, "before_password", False):  # type: ignore[union-attr]  # a member is a User
        return "network:own-password"
    owed = request.session.get(OWES_FACTOR) and not request.place.factor
    if owed and not (getattr(view, "before_factor", False) or getattr(view, "before_password", False)):
        return "network:second-factor"
    return ""


def _answer(
    view: View, request: HttpRequest, actor: Actor, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponse:
    try:
        if getattr(view, "own_scope", False):
            return own_only(request, lambda: view(request, *args, **kwargs))
        with scope(actor):
            return once_only(request, actor, lambda: view(request, *args, **kwargs))
    except Outdated as outdated:
        return refuse(request, asked(request, "/"), str(outdated))
    except PermissionRefused as refusal:
        # The view's transaction is rolled back by now, so this one stays.
        with scope(actor):
            event = AccessRefused(capability=str(refusal.capability), path=request.path[:200])
            journal.record(event, actor=actor)
        raise PermissionDenied(refusal.capability) from refusal


def _is_public(view: View) -> bool:
    module = getattr(view, "__module__", "")
    return getattr(view, "public", False) or module in {"qibu.config.views", "django.views.i18n"}


def _to_sign_in(request: HttpRequest, ended: str) -> HttpResponse:
    """A form sent by script stays on the screen with what was typed; its page tells how to sign in beside it."""
    if request.headers.get("HX-Request") and request.method != "GET":
        return HttpResponse(status=401)
    asked = {"next": _way_back(request), **({"because": ended} if ended else {})}
    return _redirect(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode(asked)}", status=401)


def _redirect(request: HttpRequest, address: str, status: int = 204) -> HttpResponse:
    """For htmx a whole page, not a part of one."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=status)
        response["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def _way_back(request: HttpRequest) -> str:
    """The page to return to: where the form or the fragment stands, not what it asked for."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    return (page.path or "/") + (f"?{page.query}" if page.query else "")


def current_member(request: HttpRequest, *, unattended: bool = False) -> tuple[Actor | None, str]:
    """The actor of the session, or None and why an earlier session ended here."""
    signed_in = SESSION_KEY in request.session
    if not signed_in:
        return None, "over" if settings.SESSION_COOKIE_NAME in request.COOKIES else ""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return _end(request, "changed")
    places = actors.memberships(user)
    if not places:
        return _end(request, "gone")
    if ended := _outworn(request, places, unattended):
        return _end(request, ended)
    chosen = _chosen(request, places)
    if chosen is None:
        return _end(request, "moved")
    request.places, request.place = places, chosen  # type: ignore[attr-defined]  # typed by Request
    return actors.member(chosen), ""


def _chosen(request: HttpRequest, places: list[Membership]) -> Membership | None:
    """Where the session is at work; None once the person works there no more: what stands on their screen is not of
    the place where they would go on."""
    wanted = request.session.get("organisation")
    if wanted is None:
        request.session["organisation"] = wanted = places[0].organisation_id
    return next((place for place in places if place.organisation_id == wanted), None)


def _end(request: HttpRequest, why: str) -> tuple[None, str]:
    sessions.closed(request.session.session_key or "")
    logout(request)
    return None, why


def _outworn(request: HttpRequest, places: list[Membership], unattended: bool) -> str:
    """Idle too long, or too old. The last use is written once a minute, not on every page."""
    now = timezone.now()
    since, seen = (_moment(request, key, now) for key in ("since", "seen"))
    if ended := security.outworn(selectors.session_limits(places), since=since, seen=seen, now=now):
        return ended
    if "since" not in request.session or (now - seen > timedelta(minutes=1) and not unattended):
        request.session.update({"since": since.timestamp(), "seen": now.timestamp()})
        sessions.used(request.session.session_key or "")
    return ""


def _moment(request: HttpRequest, key: str, now: datetime) -> datetime:
    stored = request.session.get(key)
    return now if stored is None else datetime.fromtimestamp(stored, tz=UTC)
