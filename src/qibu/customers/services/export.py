"""Customers as a spreadsheet: masked, safe to open, in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qibu.contracts.network import ListExported
from qibu.customers import listing, rules, selectors
from qibu.customers.models import Customer
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.ui import formats

ASKED_AGAIN = 2500  # more than this is asked for once more, with the number
CHUNK = 1000


class Unconfirmed(Exception):
    """So many rows are exported only after the number was confirmed."""

    def __init__(self, rows: int) -> None:
        super().__init__(str(rows))
        self.rows = rows


def write(
    *, actor: Actor, customers: QuerySet[Customer], file: IO[bytes], purpose: str, confirmed: bool = False
) -> int:
    """Write the customers to `file` and say in the audit trail who took how many for what."""
    actor.require(Capability.CUSTOMERS_EXPORT)
    count = customers.count()
    if count > ASKED_AGAIN and not confirmed:
        raise Unconfirmed(count)
    further = [column for column in listing.columns() if column.plain is not None]
    rows = _rows(actor, customers, further)
    written = _write(file, [*_heads(), *(str(column.label) for column in further)], rows)
    journal.record(ListExported(what="customers", rows=written, purpose=purpose), actor=actor)
    return written


def _heads() -> list[str]:
    return [
        _("姓名"), _("类别"), _("阶段"), _("VIP"), _("电话"), _("服务顾问"), _("销售顾问"), _("地区"), _("来源"),
        _("标签"), _("暂停联系"), _("建档日期"), _("最近变动"),
    ]  # fmt: skip


def _rows(actor: Actor, customers: QuerySet[Customer], further: Sequence[listing.ListColumn]) -> Iterator[list[str]]:
    rows = iter(customers.order_by("sort_key", "id").select_related("advisor", "seller").iterator(chunk_size=CHUNK))
    while chunk := list(islice(rows, CHUNK)):
        ids = [customer.pk for customer in chunk]
        phones, tags, holds = selectors.phones_of(ids), selectors.tags_of(ids), selectors.live_holds(ids)
        words = [column.plain(actor, ids) for column in further if column.plain is not None]
        for customer in chunk:
            pk = customer.pk
            yield [
                *_own(customer, phones.get(pk), tags.get(pk, []), pk in holds),
                *(str(column.get(pk, "")) for column in words),
            ]


def _own(customer: Customer, phone: selectors.Point | None, tags: list[tuple[int, str]], held: bool) -> list[str]:
    return [
        customer.name,
        str(customer.get_kind_display()),
        str(customer.get_stage_display()),
        _("是") if customer.vip else "",
        phone.masked if phone else "",
        customer.advisor.name if customer.advisor else "",
        customer.seller.name if customer.seller else "",
        " ".join(filter(None, (customer.province, customer.city, customer.district))),
        customer.source,
        _("、").join(name for _tag, name in tags),
        _("是") if held else "",
        formats.day(customer.created_at),
        formats.day(customer.updated_at),
    ]


def _write(file: IO[bytes], heads: list[str], rows: Iterable[list[str]]) -> int:
    """Row by row, so that memory stays flat; texts are written as texts, whatever they begin with."""
    options: dict[str, Any] = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(file, options) as book:
        sheet, bold = book.add_worksheet(pgettext("菜单", "客户")), book.add_format({"bold": True})
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 14)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, rules.plain_cell(head), bold)
        for count, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(count, column, rules.plain_cell(text))
    return count
