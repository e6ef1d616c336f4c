"""The ways in and out: first set-up, sign-in, sign-out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qibu.kernel import addresses
from qibu.network import words
from qibu.network.forms import SetupForm, SignInForm, add_errors
from qibu.network.middleware import Request, before_password, own_scope, public
from qibu.network.models import User
from qibu.network.rules import DEVICE_KEPT
from qibu.network.services import accounts, organisations, signing_in
from qibu.network.services.organisations import AlreadyFounded, Founder, Profile
from qibu.network.services.signing_in import Origin, SignInRefused, Welcome

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEVICE_COOKIE = "qibu_device"


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if not organisations.any_founded():
        return redirect("network:setup")
    if request.method == "POST":
        return _try(request, SignInForm(request.POST))
    if request.user.is_authenticated and not request.GET.get("because"):
        return HttpResponseRedirect(_next(request, request.GET.get("next", "")))
    form = SignInForm(initial={"next": request.GET.get("next", "")})
    return _sign_in_page(request, form, because=request.GET.get("because", ""))


def _try(request: HttpRequest, form: SignInForm) -> HttpResponse:
    if not form.is_valid():
        return _sign_in_page(request, form, status=422)
    try:
        welcome = signing_in.sign_in(
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            origin=_origin(request),
        )
    except SignInRefused as refusal:
        return _refused(request, form, refusal)
    return _enter(request, welcome, form.cleaned_data["next"])


def _refused(request: HttpRequest, form: SignInForm, refusal: SignInRefused) -> HttpResponse:
    """The same words whoever it is, so that nobody learns which names exist."""
    seconds = -int(-refusal.wait.total_seconds() // 1)
    if not seconds:
        form.add_error(None, _("登录名或密码不对，请再试一次。忘了密码请找店长重设。"))
        return _sign_in_page(request, form, status=422)
    form.add_error(None, _("登录名或密码不对，试的次数多了。{wait}后可以再试。").format(wait=_duration(seconds)))
    response = _sign_in_page(request, form, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _duration(seconds: int) -> str:
    if seconds < 90:
        return ngettext("{n} 秒", "{n} 秒", seconds).format(n=seconds)
    minutes = -(-seconds // 60)
    return ngettext("{n} 分钟", "{n} 分钟", minutes).format(n=minutes)


def _sign_in_page(
    request: HttpRequest, form: SignInForm, *, because: str = "", status: int = 200
) -> HttpResponse:
    focus = "password" if form.data.get("username") else "username"
    form.fields[focus].widget.attrs["autofocus"] = True
    context = {"form": form, "because": words.SIGNED_OUT.get(because, ""), "signed_out": because == "out"}
    return render(request, "network/sign_in.html", context, status=status)


def _enter(request: HttpRequest, welcome: Welcome, wanted: str) -> HttpResponse:
    begin_session(request, welcome.user, welcome.places[0].organisation_id)
    target = reverse("network:own-password") if welcome.user.must_change_password else _next(request, wanted)
    response = HttpResponseRedirect(target)
    response.set_cookie(
        DEVICE_COOKIE, welcome.device, max_age=int(DEVICE_KEPT.total_seconds()), path=reverse("network:sign-in"),
        httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE,
    )
    speak(response, welcome.user.language)
    return response


def begin_session(request: HttpRequest, user: User, organisation_id: int) -> None:
    """A new session under a new key; whatever an earlier one held is dropped."""
    request.session.flush()
    request.session.clear_expired()  # those that nobody came back to
    login(request, user, backend=BACKEND)
    now = timezone.now().timestamp()
    request.session.update({"organisation": organisation_id, "since": now, "seen": now})


def speak(response: HttpResponse, language: str) -> None:
    """The person's language on this device from now on."""
    if language and translation.check_for_language(language):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31536000, samesite="Lax")


def _next(request: HttpRequest, wanted: str) -> str:
    """Only addresses of this very server are followed."""
    mine = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if mine else settings.LOGIN_REDIRECT_URL


def _origin(request: HttpRequest) -> Origin:
    return Origin(
        address=address_of(request),
        device=request.COOKIES.get(DEVICE_COOKIE, ""),
        browser=words.browser(request.headers.get("User-Agent", "")),
    )


def address_of(request: HttpRequest) -> str:
    """Where the request came from: the peer, or whom one of our own proxies names."""
    header = request.headers.get(settings.QIBU_PROXY_HEADER, "")
    hops = header.split(",") if settings.QIBU_PROXY_HEADER == "X-Forwarded-For" else addresses.forwarded_for(header)
    return addresses.source(request.META.get("REMOTE_ADDR", ""), hops if header else [], settings.QIBU_PROXIES)


@require_POST
@own_scope
@before_password
def sign_out(request: Request) -> HttpResponse:
    signing_in.sign_out(actor=request.actor)
    logout(request)
    return redirect(f"{reverse('network:sign-in')}?because=out")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Creates the first store and its manager; there is no such page once a store exists."""
    if organisations.any_founded():
        return redirect("network:sign-in")
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _found(request, form)
        except AlreadyFounded:
            return redirect("network:sign-in")
        except ValidationError as error:
            add_errors(form, error)
    return render(request, "network/setup.html", {"form": form}, status=422 if form.errors else 200)


def _found(request: HttpRequest, form: SetupForm) -> HttpResponse:
    given = form.cleaned_data
    credentials = accounts.prepare(username=given["username"], password=given["password"])
    organisations.found(
        code=given["code"], first=True, founder=Founder(given["person"], credentials),
        profile=Profile(name=given["name"], short_name=given["short_name"], city=given["city"]),
    )
    try:
        welcome = signing_in.sign_in(
            username=credentials.username, password=given["password"], origin=_origin(request)
        )
    except SignInRefused:  # many tries came from here just before: the brakes hold for the founder, too
        return redirect("network:sign-in")
    return _enter(request, welcome, "")
