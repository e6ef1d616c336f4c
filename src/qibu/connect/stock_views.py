"""A list of cars in stock: looked over with what it would change and what it rejects, loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import IO, Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qibu.connect import sheet_lists, stock_list
from qibu.connect.services import stock_lists
from qibu.connect.sheet_lists import SheetList
from qibu.connect.small_sheets import SMALL, rows_of
from qibu.connect.stock_list import Line
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability
from qibu.orders.words import field

FIELDS = {"interior": gettext_lazy("内饰"), "arrived_on": gettext_lazy("到店日期"), "place": gettext_lazy("停放位置"),
          "cost_centre": gettext_lazy("成本中心"), "note": gettext_lazy("备注"),
          "expected_on": gettext_lazy("预计到店")}  # fmt: skip


class StockList(SheetList):
    name, preview, capability = "stock", "connect/stock_preview.html", Capability.SALES_MANAGE
    limits = replace(SMALL, file_bytes=10 * 2**20, rows=10_000)
    title, back = gettext_lazy("导入库存表"), ("orders:stock", gettext_lazy("库存车"))
    addresses = "connect:stock", "connect:stock-load"
    hints_title = gettext_lazy("库存表里写什么")
    hints = (
        ("car", gettext_lazy("一定要有「VIN」；最好有车型代码、颜色、到店日期、停放位置、成本中心")),
        ("refresh", gettext_lazy("同一台车按 VIN 认；新表写得不一样的会更正，空着的不动")),
        ("check", gettext_lazy("同一份表再导一次，什么都不会变；已离库的车不会动")),
    )
    no_heading = gettext_lazy("没有找到「VIN」这一列。请加一行列名：VIN、车型、颜色、到店日期、停放位置。")
    too_long = gettext_lazy("一份库存表最多 3000 台车。请只留本店的车，再上传。")
    empty = gettext_lazy("表头下面没有车。请检查是不是选错了文件。")
    outdated = gettext_lazy("这份预览太旧了，请重新上传库存表。")
    fates = {
        "new": gettext_lazy("新车"), "changed": gettext_lazy("更正"), "same": gettext_lazy("没有变化"),
        "gone": gettext_lazy("已离库，不动"), "rejected": gettext_lazy("不导入"),
    }  # fmt: skip
    faults = {
        "no_vin": gettext_lazy("没有 VIN"), "vin_length": gettext_lazy("VIN 不是 17 位，请对照合格证补齐"),
        "vin_letters": gettext_lazy("VIN 里有不该有的字母（I、O、Q）或符号，请对照合格证改正"),
        "bad_day": gettext_lazy("日期看不懂，请写成 2026-03-12"),
        "arrived_ahead": gettext_lazy("到店日期还没到；还在路上的请写在「预计到店」一列"),
        "repeated": gettext_lazy("和前面一行是同一台车"),
    }  # fmt: skip

    def read(self, file: IO[bytes]) -> list[Line]:
        return stock_list.read(rows_of(file, self.limits), times.today())

    def looked_over(self, actor: Actor, lines: Sequence[Line]) -> list[dict[str, Any]]:
        return [
            self.row(entry.line, entry.fate, about=[FIELDS.get(name, field(name)) for name in entry.differs])
            for entry in stock_lists.compare(actor, lines)
        ]

    def carried(self, lines: Sequence[Line], rows: Sequence[Mapping[str, Any]], file_name: str) -> Any:
        return [asdict(line) for line in lines]


STOCK = StockList()


@own_scope
@require_http_methods(["GET", "POST"])
def upload(request: Request) -> HttpResponse:
    return sheet_lists.upload(request, STOCK)


@require_http_methods(["POST"])
def load(request: Request) -> HttpResponse:
    stored = sheet_lists.brought_back(request, STOCK)
    if stored is None:
        return redirect(STOCK.address)
    lines = [Line(**{**one, "faults": tuple(one["faults"])}) for one in stored]
    done = stock_lists.load(actor=request.actor, lines=lines)
    toasts.success(request, _("新增 {new} 台，更正 {changed} 台。").format(new=done.new, changed=done.changed))
    return redirect("orders:stock")
