"""Tokens of other systems: what there are, a new one, one revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from qibu.network import selectors, words
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.services import tokens as services
from qibu.network.token_form import TokenForm
from qibu.network.tokens import Scope

PAGE = "network:tokens"


@require_http_methods(["GET", "POST"])
@never_cache
def tokens(request: Request) -> HttpResponse:
    """The secret of a new one is in this answer alone: whoever opens the page again doesn't see it."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    form = TokenForm(request.POST or None, actor=request.actor)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else None
    rows = [(row, [words.SCOPES.get(one, one) for one in row.scopes]) for row in selectors.api_tokens()]
    context: dict[str, Any] = {
        "rows": rows, "form": TokenForm(actor=request.actor) if made else form, "made": made,
        "address": request.build_absolute_uri("/api/v1/leads/adf"),
        "described": request.build_absolute_uri("/api/v1/openapi.json"),
    }  # fmt: skip
    return render(request, "network/tokens.html", context, status=422 if form.errors else 200)


def _made(request: Request, form: TokenForm) -> services.Made | None:
    try:
        return services.create(
            actor=request.actor, name=form.cleaned_data["name"],
            scopes=[Scope(one) for one in form.cleaned_data["scopes"]],
        )  # fmt: skip
    except services.TooMany:
        message = _("已有 {n} 个令牌在用。请先撤销不用的。").format(n=services.MOST_LIVING)
        form.add_error(None, message)
        return None


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    token = services.revoke(actor=request.actor, token_id=pk)
    messages.success(request, _("已撤销「{name}」，用它的系统从现在起连不上。").format(name=token.name))
    return redirect(PAGE)
