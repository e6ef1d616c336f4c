"""What is demanded of those who sign in, and who is not there yet."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qibu.kernel import times
from qibu.kernel.meanwhile import Disputed
from qibu.kernel.scoping import scope
from qibu.network import dengbao, selectors, standing
from qibu.network.forms import add_errors
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.security import columns
from qibu.network.security_forms import GraceForm, SecurityForm
from qibu.network.services import policies


@require_http_methods(["GET", "POST"])
def security(request: Request) -> HttpResponse:
    request.actor.require(Capability.SECURITY_MANAGE)
    now = selectors.security_policy()
    form = SecurityForm(request.POST or None, initial=columns(now))
    if request.method == "POST" and form.is_valid():
        try:
            with scope(request.actor):
                seen = form.cleaned_data["seen"]
                policies.change(actor=request.actor, wanted=form.policy(now), seen=seen)
        except ValidationError as error:
            add_errors(form, error)
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("登录规则已保存。"))
            return redirect("network:security")
    context = {
        "form": form, "policy": now, "people": selectors.without_factor(request.actor),
        "protected": selectors.with_factor(request.actor),
    }  # fmt: skip
    return render(request, "network/security.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def profile(request: Request) -> HttpResponse:
    """等保: how things stand; before it is on, what switching on would do."""
    request.actor.require(Capability.SECURITY_MANAGE)
    form = GraceForm(request.POST or None, initial={"grace_days": dengbao.GRACE_DAYS})
    if request.method == "POST" and form.is_valid():
        try:
            with scope(request.actor):
                policies.adopt(actor=request.actor, grace_days=form.cleaned_data["grace_days"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("已按等保三级管理。"))
            return redirect("network:settings" if _lost_it(request) else "network:dengbao")
    policy = selectors.security_policy()
    context = {
        "form": form, "policy": policy, "lines": standing.lines(request.actor),
        "grace": not policy.enforced(times.now()),
        "preview": None if policy.dengbao else standing.preview(request.actor),
    }  # fmt: skip
    return render(request, "network/dengbao.html", context, status=422 if form.errors else 200)


def _lost_it(request: Request) -> bool:
    """The manager who switched it on manages security no more."""
    return Capability.SECURITY_MANAGE not in dengbao.capabilities_of(request.actor.roles)


@require_POST
def profile_end(request: Request) -> HttpResponse:
    policies.abandon(actor=request.actor)
    messages.success(request, _("不再按等保三级管理。"))
    return redirect("network:dengbao")
