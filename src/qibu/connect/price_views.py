"""A price list: uploaded, looked over, taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages as toasts
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.catalog import selectors as catalog
from qibu.catalog.services import cars
from qibu.connect import prices
from qibu.connect.forms import ACCEPTED, UploadForm
from qibu.connect.prices import Line, NoPriceList, TooLong
from qibu.connect.roster_views import HOURS
from qibu.connect.services import rosters
from qibu.connect.sheets import UnreadableSheet
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability
from qibu.network.words import FIELDS

SALT = "connect.prices"
FATES = {
    "new": gettext_lazy("新车型"), "changed": gettext_lazy("有变动"), "same": gettext_lazy("没有变"),
    "skipped": gettext_lazy("不导入"),
}  # fmt: skip
FAULTS: dict[str, Any] = {
    "no_code": gettext_lazy("没有编号"), "bad_code": gettext_lazy("编号只能有字母、数字和短横"),
    "repeated": gettext_lazy("编号和前面一行重复"), "odd_text": gettext_lazy("文字以公式符号开头"),
    "price": gettext_lazy("价格看不懂"), "year": gettext_lazy("年款看不懂"), "energy": gettext_lazy("能源类型看不懂"),
    "seats": gettext_lazy("座位数看不懂"), "displacement": gettext_lazy("排量看不懂"),
    "electric_range": gettext_lazy("续航看不懂"), "brand": gettext_lazy("品牌太长"), "series": gettext_lazy("车系太长"),
    "name": gettext_lazy("配置太长"),
}  # fmt: skip
NAMES: dict[str, Any] = {
    "year": gettext_lazy("年款"), "displacement": gettext_lazy("排量"), "electric_range": gettext_lazy("纯电续航"),
    "price": gettext_lazy("指导价"), "on_sale": gettext_lazy("在售"), "name": gettext_lazy("配置"),
}  # fmt: skip


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
                return _preview(request, lines, form.cleaned_data["file"].name)
    context = {"form": form, "accept": ACCEPTED, "limit": rosters.LIMITS.file_bytes}
    with scope(request.actor):
        return render(request, "connect/price_upload.html", context, status=422 if form.errors else 200)


def _read(form: UploadForm) -> list[Line]:
    try:
        found = prices.read(rosters.rows_of(form.cleaned_data["file"]))
    except UnreadableSheet as error:
        form.refuse(error.code, error.facts)
    except NoPriceList:
        form.add_error("file", _("没有找到「编号」这一列。请加一行列名：编号、品牌、车系、配置、年款、能源、指导价。"))
    except TooLong:
        form.add_error("file", _("一份价格表最多 2000 款车。请拆开再上传。"))
    else:
        if not found:
            form.add_error("file", _("表头下面没有车。请检查是不是选错了文件。"))
        return found
    return []


def _preview(request: Request, lines: Sequence[Line], name: str) -> HttpResponse:
    known = {code: one.row for code, one in catalog.resolved(request.actor).items()}
    rows = [_row(line, known.get(line.code)) for line in lines]
    good = {row["line"].code: _stored(row["line"].values) for row in rows if row["fate"] in {"new", "changed", "same"}}
    payload = signing.dumps({"cars": good, "name": name[:120]}, salt=_salt(request.actor), compress=True)
    counts = [(FATES[fate], sum(row["fate"] == fate for row in rows)) for fate in FATES]
    useful = any(row["fate"] in {"new", "changed"} for row in rows)
    for row in rows:
        row["words"] = FATES[row["fate"]]
    context = {"rows": rows, "payload": payload, "useful": useful, "counts": counts}
    return render(request, "connect/price_preview.html", context)


def _row(line: Line, known: Any) -> dict[str, Any]:
    """What becomes of a line: a new car needs a whole name and a price, one that is known only what changes."""
    why = [FAULTS[fault] for fault in line.faults]
    if not line.faults and known is None and (lacking := prices.lacks(line)):
        why = [_("新车型还要写{field}").format(field=_("、").join(_field(name) for name in lacking))]
    changed = [name for name, value in line.values.items() if known and getattr(known, name) != value]
    fate = "skipped" if why else "new" if known is None else "changed" if changed else "same"
    before = known.price if known and "price" in changed else None
    return {"line": line, "known": known, "fate": fate, "why": why, "changed": [_field(one) for one in changed],
            "before": before, "price": line.values.get("price")}  # fmt: skip


def _field(name: str) -> str:
    return str(NAMES.get(name) or FIELDS.get(name, name))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _salt(actor: Actor) -> str:
    """What was read for one store is taken over by none other, even by a person who works in both."""
    return f"{SALT}.{actor.organisation_id}"


@require_http_methods(["POST"])
def take(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    try:
        stored = signing.loads(request.POST.get("payload", ""), salt=_salt(request.actor), max_age=HOURS)
    except signing.BadSignature:
        toasts.error(request, _("这份预览太旧了，请重新上传价格表。"))
        return redirect("connect:prices")
    listed = {
        code: {**values, **({"price": Decimal(values["price"])} if "price" in values else {})}
        for code, values in stored["cars"].items()
    }
    done = cars.take_list(actor=request.actor, cars=listed, name=stored["name"])
    sentence = _("新增 {new} 款，改动 {changed} 款，{same} 款没有变。")
    toasts.success(request, sentence.format(new=done.new, changed=done.changed, same=done.same))
    return redirect("catalog:cars")
