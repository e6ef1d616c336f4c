"""Leads from other systems, and to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qibu.intake import adf, words
from qibu.intake.adf.reading import MOST_BYTES
from qibu.intake.api import bodies, openapi
from qibu.intake.services import arriving, documents, leaving
from qibu.intake.services.arriving import Outcome
from qibu.network.bearer import ApiRequest, Unfit, bearer
from qibu.network.middleware import public
from qibu.network.tokens import Scope

ADF_TYPES = ("application/x-adf+xml", "application/adf+xml", "application/xml", "text/xml", "text/plain")
JSON_TYPES = ("application/json",)


@require_GET
@public
def description(request: HttpRequest) -> HttpResponse:
    """What there is, as OpenAPI 3.1; it tells nothing of anybody."""
    told = openapi.description(request.build_absolute_uri("/").rstrip("/"))
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})


@bearer(Scope.LEADS_WRITE, "POST")
def leads_adf(request: ApiRequest) -> HttpResponse:
    content = _body(request, ADF_TYPES)
    try:
        outcomes = documents.take_adf(
            actor=request.bearer.actor, content=content, charset=(request.content_params or {}).get("charset", ""),
            sender=request.bearer.name,
        )  # fmt: skip
    except adf.Unreadable as error:
        status = 413 if error.code in {"too_big", "too_many"} else 400
        raise Unfit(status, error.code, words.unreadable(error)) from None
    return _taken(outcomes)


@bearer(Scope.LEADS_WRITE, "POST")
def leads(request: ApiRequest) -> HttpResponse:
    content = _body(request, JSON_TYPES)
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise Unfit(400, "not_json", _("请求正文不是完整的 JSON。")) from None
    brought, wrong = bodies.brought(request.bearer, told, content)
    if wrong or brought is None:
        raise Unfit(422, "fields", _("有几项填得不对，见 fields。"), fields=wrong)
    return _taken([arriving.take(actor=request.bearer.actor, brought=brought)])


@bearer(Scope.LEADS_READ, "GET")
def lead(request: ApiRequest, pk: int) -> HttpResponse:
    told = leaving.tell(actor=request.bearer.actor, lead_id=pk, taker=request.bearer.name)
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@bearer(Scope.LEADS_READ, "GET")
def lead_adf(request: ApiRequest, pk: int) -> HttpResponse:
    text = leaving.write(actor=request.bearer.actor, lead_id=pk, taker=request.bearer.name)
    return HttpResponse(text, content_type="application/x-adf+xml; charset=utf-8")


def _body(request: ApiRequest, types: Sequence[str]) -> bytes:
    told = str(request.META.get("CONTENT_LENGTH") or "0")
    if request.content_type not in types and told != "0":  # of nothing the type says nothing
        message = _("内容类型要是 {types}，收到的是 {got}。")
        raise Unfit(415, "type", message.format(types=_("、").join(types), got=request.content_type or _("空")))
    if told.isdecimal() and int(told[:18]) > MOST_BYTES:
        error = adf.Unreadable("too_big", limit=MOST_BYTES)
        raise Unfit(413, error.code, words.unreadable(error))
    return request.body


def _taken(outcomes: Sequence[Outcome]) -> HttpResponse:
    """Of one lead its id and state stand at the top, too."""
    told = [_told(one) for one in outcomes]
    return JsonResponse({**(told[0] if len(told) == 1 else {}), "leads": told}, status=201,
                        json_dumps_params={"ensure_ascii": False})  # fmt: skip


def _told(outcome: Outcome) -> dict[str, Any]:
    arrival = outcome.arrival
    told = {
        "id": outcome.lead_id, "state": outcome.answer, "repeated": outcome.repeated, "arrival": arrival.pk
    }  # fmt: skip
    if not arrival.quarantined:
        return told
    return {**told, "reasons": arrival.reasons, "why": words.reasons(arrival.reasons)}
