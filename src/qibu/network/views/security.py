"""What is demanded of those who sign in, and who is not there yet."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qibu.kernel.meanwhile import Disputed
from qibu.kernel.scoping import scope
from qibu.network import selectors
from qibu.network.forms import SecurityForm, add_errors
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.security import columns
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
        "form": form, "people": selectors.without_factor(request.actor),
        "protected": selectors.with_factor(request.actor),
    }  # fmt: skip
    return render(request, "network/security.html", context, status=422 if form.errors else 200)
