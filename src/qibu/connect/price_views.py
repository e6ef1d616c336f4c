"""A price list: looked over beside what is sold already, taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.catalog import selectors as catalog
from qibu.catalog.services import cars
from qibu.connect import prices, sheet_lists
from qibu.connect.prices import Line
from qibu.connect.sheet_lists import SheetList
from qibu.connect.small_sheets import rows_of
from qibu.kernel.actors import Actor
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability
from qibu.network.words import FIELDS

NAMES: dict[str, Any] = {
    "year": gettext_lazy("年款"), "displacement": gettext_lazy("排量"), "electric_range": gettext_lazy("纯电续航"),
    "price": gettext_lazy("指导价"), "on_sale": gettext_lazy("在售"), "name": gettext_lazy("配置"),
}  # fmt: skip


class PriceList(SheetList):
    name, preview, capability = "prices", "connect/prices_preview.html", Capability.SALES_MANAGE
    title, back = gettext_lazy("导入价格表"), ("catalog:cars", gettext_lazy("车型和价格"))
    addresses = "connect:prices", "connect:prices-take"
    hints_title = gettext_lazy("价格表里写什么")
    hints = (
        ("tag", gettext_lazy("一定要有「编号」；新车型还要品牌、车系、配置和指导价")),
        ("car", gettext_lazy("年款、能源、座位、排量、纯电续航、在售可以有可以没有，没写的不改")),
        ("check", gettext_lazy("同一份再导一次，什么都不会变；已经写好的报价也不变")),
    )
    no_heading = gettext_lazy("没有找到「编号」这一列。请加一行列名：编号、品牌、车系、配置、年款、能源、指导价。")
    too_long = gettext_lazy("一份价格表最多 2000 款车。请拆开再上传。")
    empty = gettext_lazy("表头下面没有车。请检查是不是选错了文件。")
    outdated = gettext_lazy("这份预览太旧了，请重新上传价格表。")
    fates = {
        "new": gettext_lazy("新车型"), "changed": gettext_lazy("有变动"), "same": gettext_lazy("没有变"),
        "rejected": gettext_lazy("不导入"),
    }  # fmt: skip
    faults = {
        "no_code": gettext_lazy("没有编号"), "bad_code": gettext_lazy("编号只能有字母、数字和短横"),
        "repeated": gettext_lazy("编号和前面一行重复"), "odd_text": gettext_lazy("文字以公式符号开头"),
        "price": gettext_lazy("价格看不懂"), "year": gettext_lazy("年款看不懂"),
        "energy": gettext_lazy("能源类型看不懂"), "seats": gettext_lazy("座位数看不懂"),
        "displacement": gettext_lazy("排量看不懂"),
        "electric_range": gettext_lazy("续航看不懂"), "brand": gettext_lazy("品牌太长"),
        "series": gettext_lazy("车系太长"), "name": gettext_lazy("配置太长"),
    }  # fmt: skip

    def read(self, file: IO[bytes]) -> list[Line]:
        return prices.read(rows_of(file, self.limits))

    def looked_over(self, actor: Actor, lines: Sequence[Line]) -> list[dict[str, Any]]:
        known = {code: one.row for code, one in catalog.resolved(actor).items()}
        return [self._row(line, known.get(line.code)) for line in lines]

    def _row(self, line: Line, known: Any) -> dict[str, Any]:
        """What becomes of a line: a new car needs a whole name and a price, one that is known only what changes."""
        price = line.values.get("price")
        if line.faults:
            return self.row(line, "rejected", price=price)
        if known is None:
            lacking = _("、").join(_field(name) for name in prices.lacks(line))
            why = [_("新车型还要写{field}").format(field=lacking)] if lacking else []
            return self.row(line, "rejected" if why else "new", why=why, price=price)
        changed = [name for name, value in line.values.items() if getattr(known, name) != value]
        about, before = [_field(name) for name in changed], known.price if "price" in changed else None
        return self.row(line, "changed" if changed else "same", about=about, before=before, price=price)

    def carried(self, lines: Sequence[Line], rows: Sequence[Mapping[str, Any]], file_name: str) -> Any:
        good = [row["line"] for row in rows if row["fate"] != "rejected"]
        return {"cars": {line.code: _stored(line.values) for line in good}, "name": file_name[:120]}


PRICES = PriceList()


def _field(name: str) -> str:
    return str(NAMES.get(name) or FIELDS.get(name, name))


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


@own_scope
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    return sheet_lists.upload(request, PRICES)


@require_http_methods(["POST"])
def take(request: Request) -> HttpResponse:
    stored = sheet_lists.brought_back(request, PRICES)
    if stored is None:
        return redirect(PRICES.address)
    listed = {
        code: {**values, **({"price": Decimal(values["price"])} if "price" in values else {})}
        for code, values in stored["cars"].items()
    }
    done = cars.take_list(actor=request.actor, cars=listed, name=stored["name"])
    sentence = _("新增 {new} 款，改动 {changed} 款，{same} 款没有变。")
    toasts.success(request, sentence.format(new=done.new, changed=done.changed, same=done.same))
    return redirect("catalog:cars")
