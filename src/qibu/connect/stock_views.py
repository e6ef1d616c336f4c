"""A list of cars in stock: uploaded, looked over with what it would change and what it rejects, loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from django.contrib import messages as toasts
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.connect.forms import ACCEPTED, UploadForm
from qibu.connect.services import stock_lists
from qibu.connect.sheets import UnreadableSheet
from qibu.connect.stock_list import Line, NoStockList, TooManyCars
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability
from qibu.orders.words import field

SALT, HOURS = "connect.stock", 12 * 3600
FATES = {
    "new": gettext_lazy("新车"), "changed": gettext_lazy("更正"), "same": gettext_lazy("没有变化"),
    "gone": gettext_lazy("已离库，不动"), "rejected": gettext_lazy("不导入"),
}  # fmt: skip
FAULTS = {
    "no_vin": gettext_lazy("没有 VIN"), "vin_length": gettext_lazy("VIN 不是 17 位，请对照合格证补齐"),
    "vin_letters": gettext_lazy("VIN 里有不该有的字母（I、O、Q）或符号，请对照合格证改正"),
    "bad_day": gettext_lazy("日期看不懂，请写成 2026-03-12"),
    "arrived_ahead": gettext_lazy("到店日期还没到；还在路上的请写在「预计到店」一列"),
    "repeated": gettext_lazy("和前面一行是同一台车"),
}  # fmt: skip
FIELDS = {"interior": gettext_lazy("内饰"), "arrived_on": gettext_lazy("到店日期"), "place": gettext_lazy("停放位置"),
          "cost_centre": gettext_lazy("成本中心"), "note": gettext_lazy("备注"),
          "expected_on": gettext_lazy("预计到店")}  # fmt: skip


@own_scope
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    """The list, then what it would do."""
    request.actor.require(Capability.SALES_MANAGE)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        lines = _read(form)
        if lines:
            with scope(request.actor):
                return _preview(request, lines)
    context = {"form": form, "accept": ACCEPTED, "limit": stock_lists.LIMITS.file_bytes}
    with scope(request.actor):
        return render(request, "connect/stock_upload.html", context, status=422 if form.errors else 200)


def _read(form: UploadForm) -> list[Line]:
    try:
        found = stock_lists.read_file(form.cleaned_data["file"])
    except UnreadableSheet as error:
        form.refuse(error.code, error.facts)
    except NoStockList:
        form.add_error("file", _("没有找到「VIN」这一列。请加一行列名：VIN、车型、颜色、到店日期、停放位置。"))
    except TooManyCars:
        form.add_error("file", _("一份库存表最多 3000 台车。请只留本店的车，再上传。"))
    else:
        if not found:
            form.add_error("file", _("表头下面没有车。请检查是不是选错了文件。"))
        return found
    return []


def _preview(request: Request, lines: Sequence[Line]) -> HttpResponse:
    entries = stock_lists.compare(request.actor, lines)
    rows = [
        {
            "entry": entry, "fate": FATES[entry.fate], "why": [FAULTS[fault] for fault in entry.line.faults],
            "differs": [FIELDS.get(name, field(name)) for name in entry.differs],
        }
        for entry in entries
    ]  # fmt: skip
    payload = signing.dumps([asdict(line) for line in lines], salt=salt_of(request.actor), compress=True)
    counts = Counter(entry.fate for entry in entries)
    context = {"rows": rows, "payload": payload, "counts": counts, "useful": counts["new"] + counts["changed"]}
    return render(request, "connect/stock_preview.html", context)


def salt_of(actor: Actor) -> str:
    """What was read for one store is loaded by none other, even by a person who works in both."""
    return f"{SALT}.{actor.organisation_id}"


@require_http_methods(["POST"])
def load(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    try:
        stored = signing.loads(request.POST.get("payload", ""), salt=salt_of(request.actor), max_age=HOURS)
    except signing.BadSignature:
        toasts.error(request, _("这份预览太旧了，请重新上传库存表。"))
        return redirect("connect:stock")
    lines = [Line(**{**one, "faults": tuple(one["faults"])}) for one in stored]
    done = stock_lists.load(actor=request.actor, lines=lines)
    toasts.success(request, _("新增 {new} 台，更正 {changed} 台。").format(new=done.new, changed=done.changed))
    return redirect(reverse("orders:stock"))
