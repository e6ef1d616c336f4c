"""The ways in and out: first set-up, sign-in, sign-out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qibu.kernel import addresses, times
from qibu.network import words
from qibu.network.codes import HALF_SIGNED_IN
from qibu.network.forms import SetupForm, SignInForm, add_errors
from qibu.network.middleware import OWES_FACTOR, Request, before_password, own_scope, public
from qibu.network.models import User
from qibu.network.rules import DEVICE_KEPT
from qibu.network.security import browsers_trusted, factor_announced, factor_demanded
from qibu.network.security_forms import CodeForm, CodeInput
from qibu.network.services import accounts, actors, organisations, sessions, signing_in
from qibu.network.services.organisations import AlreadyFounded, Founder, Profile
from qibu.network.services.signing_in import HalfWay, Origin, SignInRefused, Welcome

BACKEND = "django.contrib.auth.backends.ModelBackend"
DEVICE_COOKIE = "qibu_device"
# In the session: who gave the right password, where to go once a factor is set up, when the password was given anew.
HALF, AFTER_FACTOR, SURE_SINCE = "half_way", "after_factor", "sure_since"


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
            origin=origin_of(request),
        )
    except SignInRefused as refusal:
        return _refused(request, form, refusal)
    if isinstance(welcome, HalfWay):
        return _half_way(request, welcome, form.cleaned_data["next"])
    return _enter(request, welcome, form.cleaned_data["next"])


def _refused(request: HttpRequest, form: SignInForm, refusal: SignInRefused) -> HttpResponse:
    """The same words whoever it is, so that nobody learns which names exist."""
    if not refusal.wait:
        form.add_error(None, _("登录名或密码不对，请再试一次。忘了密码请找店长重设。"))
        return _sign_in_page(request, form, status=422)
    wait = words.duration(refusal.wait)
    form.add_error(None, _("登录名或密码不对，试的次数多了。{wait}后可以再试。").format(wait=wait))
    return _later(_sign_in_page(request, form, status=429), refusal)


def _later(response: HttpResponse, refusal: SignInRefused) -> HttpResponse:
    response["Retry-After"] = str(words.seconds(refusal.wait))
    return response


def _half_way(request: HttpRequest, half: HalfWay, wanted: str) -> HttpResponse:
    """A session that opens the page for the code and nothing else, and not for long."""
    request.session.flush()
    request.session[HALF] = {
        "user": half.user.pk, "at": timezone.now().timestamp(), "seal": half.user.get_session_auth_hash(),
        "failures": half.failures, "next": wanted,
    }  # fmt: skip
    request.session.set_expiry(int(HALF_SIGNED_IN.total_seconds()))
    return redirect("network:sign-in-code")


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second page of signing in, for those who gave the right password a moment ago."""
    user = _half_signed_in(request)
    if user is None:
        return redirect(f"{reverse('network:sign-in')}?because=late")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        half = request.session[HALF]
        try:
            welcome = signing_in.finish(
                user=user, code=form.cleaned_data["code"], origin=origin_of(request), failures=half["failures"],
                trust=form.cleaned_data["trust"],
            )
        except SignInRefused as refusal:
            return _code_refused(request, user, form, refusal)
        return _enter(request, welcome, half["next"])
    return _code_page(request, user, form, status=422 if form.errors else 200)


def _half_signed_in(request: HttpRequest) -> User | None:
    """Whose password was right, as long as that counts: five minutes, and until it is changed."""
    half = request.session.get(HALF)
    if not half or timezone.now().timestamp() - half["at"] > HALF_SIGNED_IN.total_seconds():
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    same = user is not None and constant_time_compare(half["seal"], user.get_session_auth_hash())
    return user if same else None


def _code_refused(request: HttpRequest, user: User, form: CodeForm, refusal: SignInRefused) -> HttpResponse:
    if not refusal.wait:
        form.add_error("code", _wrong_code(request))
        return _code_page(request, user, form, status=422)
    wait = words.duration(refusal.wait)
    form.add_error("code", _("验证码不对，试的次数多了。{wait}后可以再试。").format(wait=wait))
    return _later(_code_page(request, user, form, status=429), refusal)


def _wrong_code(request: HttpRequest) -> str:
    if request.GET.get("recovery"):
        return _("恢复码不对或已经用过。请对照纸上的再输一次，或换下一个。")
    return _("验证码不对或已经用过。请输入手机上最新的 6 位数字。")


def _code_page(request: HttpRequest, user: User, form: CodeForm, *, status: int) -> HttpResponse:
    recovery = bool(request.GET.get("recovery"))
    form.fields["code"].widget = CodeInput(recovery=recovery)
    may_trust = not recovery and browsers_trusted(actors.memberships(user))
    context = {"form": form, "recovery": recovery, "may_trust": may_trust}
    return render(request, "network/sign_in_code.html", context, status=status)


def _sign_in_page(
    request: HttpRequest, form: SignInForm, *, because: str = "", status: int = 200
) -> HttpResponse:
    focus = "password" if form.data.get("username") else "username"
    form.fields[focus].widget.attrs["autofocus"] = True
    context = {"form": form, "because": words.SIGNED_OUT.get(because, ""), "signed_out": because == "out"}
    return render(request, "network/sign_in.html", context, status=status)


def _enter(request: HttpRequest, welcome: Welcome, wanted: str) -> HttpResponse:
    begin_session(request, welcome.user, welcome.places[0].organisation_id)
    if factor_demanded(welcome.places, times.now()) and not welcome.places[0].factor:
        # The password was given this moment: it is not asked for again on the way.
        now = timezone.now().timestamp()
        request.session.update({OWES_FACTOR: True, AFTER_FACTOR: _next(request, wanted), SURE_SINCE: now})
    elif (until := factor_announced(welcome.places, times.now())) and not welcome.places[0].factor:
        messages.warning(request, words.factor_wanted(until))
    if welcome.codes_left is not None:
        messages.warning(request, words.codes_left(welcome.codes_left))
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
    sessions.opened(user=user, key=request.session.session_key or "", origin=origin_of(request))


def speak(response: HttpResponse, language: str) -> None:
    """The person's language on this device from now on."""
    if language and translation.check_for_language(language):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31536000, samesite="Lax")


def _next(request: HttpRequest, wanted: str) -> str:
    """Only addresses of this very server are followed."""
    mine = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if mine else settings.LOGIN_REDIRECT_URL


def origin_of(request: HttpRequest) -> Origin:
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
    sessions.closed(request.session.session_key or "")
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
            username=credentials.username, password=given["password"], origin=origin_of(request)
        )
    except SignInRefused:  # many tries came from here just before: the brakes hold for the founder, too
        return redirect("network:sign-in")
    assert isinstance(welcome, Welcome)  # a sign-in that was made this moment has no second factor
    return _enter(request, welcome, "")
