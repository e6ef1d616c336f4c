"""My account: password, language, where I am signed in, last sign-ins."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel import times
from qibu.network import selectors, words
from qibu.network.forms import LanguageForm, OwnPasswordForm, add_errors
from qibu.network.middleware import Request, before_factor, before_password, own_scope
from qibu.network.models import User
from qibu.network.security import factor_demanded, passwords_ruled
from qibu.network.services import accounts, sessions
from qibu.network.services.brakes import Refused
from qibu.network.views.entry import speak


def member_user(request: Request) -> User:
    user = request.user
    assert isinstance(user, User)  # the middleware lets nobody else in
    return user


def session_key(request: Request) -> str:
    return request.session.session_key or ""


@require_GET
def account(request: Request) -> HttpResponse:
    user = member_user(request)
    place = next(place for place in request.places if place.organisation_id == request.actor.organisation_id)
    context = {
        "place": place,
        "username": user.username,
        "roles": words.roles(request.actor.roles),
        "sign_ins": selectors.last_sign_ins(request.actor),
        "factor": selectors.second_factor(user), "demanded": factor_demanded(request.places, times.now()),
        "sessions": selectors.open_sessions(user, request.places, session_key(request)),
        "language_form": LanguageForm(initial={"language": user.language or request.LANGUAGE_CODE}),
    }
    return render(request, "network/account.html", context)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@own_scope
@before_password
def own_password(request: Request) -> HttpResponse:
    user = member_user(request)
    form = OwnPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_password(
                actor=request.actor, user=user,
                old=form.cleaned_data["old"], new=form.cleaned_data["password"], session=session_key(request),
                ruled=passwords_ruled(request.places),
            )
        except ValidationError as error:
            add_errors(form, error)
        except Refused as refusal:
            form.add_error("old", words.password_refused(refusal.wait))
        else:
            before = session_key(request)
            update_session_auth_hash(request, user)
            sessions.renamed(before=before, now=session_key(request))
            messages.success(request, _("密码已改。其他设备上的登录已经失效。"))
            return redirect("network:account")
    context = {"form": form, "forced": user.must_change_password}
    return render(request, "network/own_password.html", context, status=422 if form.errors else 200)


@require_POST
@own_scope
def end_session(request: Request, number: int) -> HttpResponse:
    """One of one's own sign-ins elsewhere; what isn't there is ended already."""
    sessions.end(actor=request.actor, user=member_user(request), number=number, keep=session_key(request))
    messages.success(request, _("那台设备上的登录已结束。"))
    return redirect("network:account")


@require_POST
@own_scope
def end_other_sessions(request: Request) -> HttpResponse:
    sessions.end_all_others(actor=request.actor, user=member_user(request), keep=session_key(request))
    messages.success(request, _("其他设备上的登录都已结束。"))
    return redirect("network:account")


@require_POST
@before_factor
def language(request: Request) -> HttpResponse:
    form = LanguageForm(request.POST)
    response = redirect("network:account")
    if form.is_valid():
        accounts.choose_language(user=member_user(request), language=form.cleaned_data["language"])
        speak(response, form.cleaned_data["language"])
    return response
