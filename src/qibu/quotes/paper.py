"""A quotation as a PDF: the rows of the page, set by Typst on A4. What people typed is data, never markup."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from qibu.quotes.models import Quote
from qibu.quotes.sheets import Cell, Column, Loan, Sheet
from qibu.ui import formats

TEMPLATE = Path(__file__).parent / "content" / "quote.typ"
# Families with simplified Chinese, the ones that are drawn best first.
FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip
NOTHING = "—"


class NoFont(Exception):
    """The machine has no font with Chinese letters."""


@lru_cache(maxsize=1)
def _fonts() -> Any:
    return typst.Fonts()  # reads what is installed: once, it takes a tenth of a second


def font() -> str:
    """Raises `NoFont`."""
    installed: dict[str, str] = {name.casefold(): name for name in _fonts().families()}
    found = next((installed[name.casefold()] for name in FAMILIES if name.casefold() in installed), None)
    if found is None:
        raise NoFont
    return found


def pdf(quote: Quote, sheet: Sheet, store: str) -> bytes:
    """Raises `NoFont`."""
    told = {"font": font(), "language": "zh" if (get_language() or "zh").startswith("zh") else "en"}
    data = json.dumps({**told, **_head(quote, store), **_rows(sheet), "small": small_print()}, ensure_ascii=False)
    compiler = typst.Compiler(
        input=TEMPLATE, root=TEMPLATE.parent, font_paths=_fonts(), sys_inputs={"data": data}, package_path=None
    )
    made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("one PDF is asked for, not one picture a page")
    return made


def small_print() -> str:
    return _(
        "购置税、车船税按开票日期的现行规定估算，以税务机关核定为准；商业险以保险公司核保为准；贷款以贷款机构审批为准。年化利率为单利，含手续费，按内部收益率折算。"
    )


def _head(quote: Quote, store: str) -> dict[str, Any]:
    facts = [
        (_("编号"), str(quote)), (_("日期"), formats.day(quote.sent_at or quote.updated_at)),
        (_("有效到"), formats.day(quote.valid_until)), (_("客户"), str(quote.lead.customer)),
        (_("销售顾问"), quote.contact.name if quote.contact else ""),
    ]  # fmt: skip
    unsent = _("这份报价还没有发出（{state}），价格可能会变。").format(state=quote.state_words)
    return {
        "store": store, "title": _("购车报价单"), "facts": facts, "remark": quote.remark,
        "warning": "" if quote.sent_at else unsent, "signatures": [_("客户签字"), _("销售顾问签字")],
    }  # fmt: skip


def _rows(sheet: Sheet) -> dict[str, Any]:
    columns = [_named(one) for one in sheet.columns]
    lines = [{"label": line.label, "cells": [_cell(one) for one in line.cells]} for line in sheet.lines]
    total = {"label": _("落地价合计"), "cells": [(formats.money(one.total), "") for one in sheet.columns]}
    loans = _loans(sheet) if sheet.financed else []
    return {"item": pgettext("报价", "项目"), "columns": columns, "lines": lines, "total": total, "loans": loans}


def _named(column: Column) -> tuple[str, str]:
    return column.called, " · ".join(filter(None, (column.car, column.colour)))


def _cell(cell: Cell | None) -> tuple[str, str]:
    if cell is None:
        return NOTHING, ""
    return (cell.note, "") if cell.gift else (formats.money(cell.amount), cell.note)


def _loans(sheet: Sheet) -> list[dict[str, Any]]:
    """How each variant is paid, row by row; who pays at once has dashes."""

    def row(label: str, of: Any, cash: Any = lambda column: NOTHING) -> dict[str, Any]:
        cells = [(of(one.loan) if one.loan else cash(one), "") for one in sheet.columns]
        return {"label": label, "cells": cells}

    return [
        row(_("付款方式"), lambda loan: loan.name, lambda column: _("全款")),
        row(_("首付"), lambda loan: formats.money(loan.down)),
        row(_("贷款"), lambda loan: formats.money(loan.terms.amount)),
        row(_("期数"), lambda loan: str(loan.terms.months)),
        {"label": _("月供"), "cells": [_monthly(one.loan) for one in sheet.columns]},
        row(_("利息和手续费"), lambda loan: formats.money(loan.schedule.cost)),
        row(_("年化利率（单利）"), lambda loan: f"{formats.number(loan.rate, 2)}%"),
        row(_("提车时付"), lambda loan: formats.money(loan.upfront), lambda column: formats.money(column.total)),
        {"label": _("总支出"), "cells": [(formats.money(one.in_all), "") for one in sheet.columns]},
    ]


def _monthly(loan: Loan | None) -> tuple[str, str]:
    if loan is None:
        return NOTHING, ""
    balloon = formats.money(loan.terms.balloon) if loan.terms.balloon else ""
    return formats.money(loan.schedule.first), _("另有尾款 {money}").format(money=balloon) if balloon else ""
