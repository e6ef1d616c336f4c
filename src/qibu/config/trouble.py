"""A page that could not be made because the database is away or the disk is full: who is told what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from qibu.config import room
from qibu.kernel import faults
from qibu.network.taken import FIELD

SECRET = "password"  # noqa: S105  # part of the names of fields that are not written back into a page


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The page for this error; None where it is another one."""
    away = faults.database_away(error)
    if faults.disk_full(error) or (away and room.none_left(settings.QIBU_HOME)):
        return _page(
            request, _("服务器的磁盘满了"),
            _("刚才这一步没有保存，已经保存的都在。请告诉管理员清理磁盘；有了空间就能接着用。"),
        )  # fmt: skip
    if away:
        return _page(request, _("数据库正在恢复"), _("多半几秒就好。已经保存的都在。"))
    return None


def _page(request: HttpRequest, headline: str, text: str) -> HttpResponse:
    if request.headers.get("HX-Request"):  # the page around it says it, and keeps what was typed
        response = HttpResponse(status=503)
    else:
        # A bare request: the real one's session and person are in the database.
        bare = HttpRequest()
        bare.COOKIES, bare.path = request.COOKIES, request.path
        context = {"headline": headline, "text": text, "request": bare, **_typed(request)}
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Retry-After"] = "2"
    return response


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was sent, to be sent again; `lost` where it can't be written back: files and passwords."""
    if request.method != "POST":
        return {}
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        again = bool(sent) and not request.FILES and not any(SECRET in name for name, _value in sent)
    except (OSError, SuspiciousOperation):
        again = False
    if not again:
        return {"lost": True}
    return {"sent": sent, "address": request.get_full_path(), "safe_twice": FIELD in request.POST}
