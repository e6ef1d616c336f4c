"""Views for other systems: a token in the header `Authorization: Bearer …`, answers in JSON, errors as sentences.

    @bearer(Scope.LEADS_WRITE)
    def take(request: ApiRequest) -> HttpResponse: …

The view runs in the scope of the token's organisation, as one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from qibu.kernel.scoping import scope
from qibu.network.middleware import public
from qibu.network.services import tokens
from qibu.network.services.tokens import Bearer, Refused, Unknown
from qibu.network.tokens import Scope
from qibu.network.views.entry import origin_of

View = Callable[..., HttpResponse]


class ApiRequest(HttpRequest):
    """A request of another system."""

    bearer: Bearer


class Unfit(Exception):
    """What was sent can't be taken; `message` is a sentence for whoever sends it."""

    def __init__(self, status: int, code: str, message: str, **facts: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.facts = status, code, message, facts


def refusal(status: int, code: str, message: str, **facts: Any) -> HttpResponse:
    body = {"code": code, "error": str(message), **facts}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def bearer(needed: Scope, *methods: str) -> Callable[[View], View]:
    """`methods`: what the address takes; anything else is refused before anybody is asked who they are."""

    def decorate(view: View) -> View:
        @csrf_exempt  # no cookie opens it: there is no session that another page could ride
        @public
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods:
                answer = refusal(405, "method", _("这个地址只接受 {methods}。").format(methods=", ".join(methods)))
                answer["Allow"] = ", ".join(methods)
                return answer
            return _answer(view, needed, request, args, kwargs)

        return guarded

    return decorate


def _answer(view: View, needed: Scope, request: Any, args: Any, kwargs: Any) -> HttpResponse:
    try:
        request.bearer = _shown(request, needed)
        with scope(request.bearer.actor):
            return view(request, *args, **kwargs)
    except Unfit as unfit:
        answer = refusal(unfit.status, unfit.code, unfit.message, **unfit.facts)
        if unfit.status == 401:
            answer["WWW-Authenticate"] = 'Bearer realm="qibu"'
        if "retry_after" in unfit.facts:
            answer["Retry-After"] = str(unfit.facts["retry_after"])
        return answer
    except Http404:
        return refusal(404, "not_found", _("没有这条记录，或者这个令牌看不到它。"))


def _shown(request: HttpRequest, needed: Scope) -> Bearer:
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise Unfit(401, "no_token", _("请求里没有令牌。请加上请求头 Authorization: Bearer 令牌。"))
    try:
        found = tokens.bearer(secret=secret.strip()[:200], origin=origin_of(request))
    except Unknown:
        raise Unfit(401, "wrong_token", _("令牌不对，或者已经撤销。请在七步的「接口令牌」里核对。")) from None
    except Refused as refused:
        seconds = max(1, round(refused.wait.total_seconds()))
        message = _("错误的令牌太多，请 {n} 秒后再试。").format(n=seconds)
        raise Unfit(429, "slow_down", message, retry_after=seconds) from None
    if needed not in found.scopes:
        raise Unfit(403, "scope", _("这个令牌没有 {scope} 的权限。").format(scope=needed), needed=needed)
    return found
