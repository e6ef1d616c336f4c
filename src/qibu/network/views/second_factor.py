"""One's own second factor: set up, changed, taken away. Each begins with the password once more."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qibu.kernel import times
from qibu.network import codes, selectors, words
from qibu.network.forms import add_errors
from qibu.network.middleware import OWES_FACTOR, Request, before_factor, own_scope
from qibu.network.security import factor_demanded
from qibu.network.security_forms import CodeForm, PasswordOnceMoreForm
from qibu.network.services import accounts, factors
from qibu.network.services.brakes import Refused
from qibu.network.views.account import member_user, session_key
from qibu.network.views.entry import AFTER_FACTOR, SURE_SINCE


def _sure(request: Request) -> bool:
    since = request.session.get(SURE_SINCE, 0)
    return bool(timezone.now().timestamp() - since < codes.SURE.total_seconds())


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters()
@own_scope
@before_factor
def second_factor(request: Request) -> HttpResponse:
    """The password first; then what can be done. Without a factor that is setting one up."""
    if not _sure(request):
        return _password_page(request)
    if selectors.second_factor(member_user(request)) and not request.GET.get("new"):
        return _state_page(request)
    return _set_up_page(request, CodeForm())


def _password_page(request: Request) -> HttpResponse:
    form = PasswordOnceMoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["password"]
        try:
            accounts.once_more(user=member_user(request), password=given, session=session_key(request))
        except Refused as refusal:
            form.add_error("password", words.password_refused(refusal.wait))
        else:
            request.session[SURE_SINCE] = timezone.now().timestamp()
            return redirect(request.get_full_path())
    form.fields["password"].widget.attrs["autofocus"] = True
    context = {"form": form, "owed": _owed(request)}
    return render(request, "network/factor_password.html", context, status=422 if form.errors else 200)


def _state_page(request: Request) -> HttpResponse:
    user = member_user(request)
    context = {"factor": selectors.second_factor(user), "demanded": factor_demanded(request.places, times.now())}
    return render(request, "network/factor_state.html", context)


def _set_up_page(request: Request, form: CodeForm) -> HttpResponse:
    user = member_user(request)
    secret = factors.begin(user=user)
    side, path = codes.picture(codes.address(secret, user.username))
    context = {
        "form": form, "owed": _owed(request), "side": side, "path": path, "secret": codes.in_groups(secret),
        "again": selectors.second_factor(user) is not None,
    }  # fmt: skip
    return render(request, "network/factor_set_up.html", context, status=422 if form.errors else 200)


def _owed(request: Request) -> bool:
    return bool(request.session.get(OWES_FACTOR)) and not request.place.factor


@require_POST
@never_cache
@sensitive_post_parameters()
@own_scope
@before_factor
def confirm(request: Request) -> HttpResponse:
    """The first code of the app; the recovery codes are shown in the answer and never again."""
    if not _sure(request):
        return redirect("network:second-factor")
    form = CodeForm(request.POST)
    if form.is_valid():
        user, code = member_user(request), form.cleaned_data["code"]
        try:
            made = factors.confirm(actor=request.actor, user=user, code=code, session=session_key(request))
        except ValidationError as error:
            add_errors(form, error)
        else:
            request.session.pop(OWES_FACTOR, None)
            return _codes_page(request, made)
    return _set_up_page(request, form)


@require_POST
@never_cache
@own_scope
def renew_codes(request: Request) -> HttpResponse:
    if not _sure(request):
        return redirect("network:second-factor")
    try:
        made = factors.renew_codes(actor=request.actor, user=member_user(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("network:second-factor")
    return _codes_page(request, made)


def _codes_page(request: Request, made: list[str]) -> HttpResponse:
    onwards = request.session.pop(AFTER_FACTOR, "")
    context = {"codes": made, "onwards": onwards, "account": reverse("network:account")}
    return render(request, "network/factor_codes.html", context)


@require_POST
@own_scope
def remove(request: Request) -> HttpResponse:
    if not _sure(request):
        return redirect("network:second-factor")
    try:
        factors.remove(
            actor=request.actor, user=member_user(request), places=request.places, session=session_key(request)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("network:second-factor")
    messages.success(request, _("二次验证已关闭。其他设备上的登录已经失效。"))
    return redirect("network:account")
