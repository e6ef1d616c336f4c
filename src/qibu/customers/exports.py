"""Customers as a spreadsheet: more than the list shows, masked as there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from qibu.customers import listing, selectors
from qibu.customers.models import Customer
from qibu.customers.views.lists import OWN_HEADS, CustomerList
from qibu.kernel import times
from qibu.network import custom_pages
from qibu.network.exports import Sheet, register
from qibu.network.rules import Capability
from qibu.ui.lists import ListPage


def _heads(page: ListPage) -> list[str]:
    own = [str(head) for head in OWN_HEADS]
    return [*own, *(str(column.label) for column in (*_further(), *_custom(page)))]


def _cells(page: ListPage, customers: list[Any]) -> Iterator[list[Any]]:
    actor, ids = page.request.actor, [customer.pk for customer in customers]  # type: ignore[attr-defined]
    phones, tags, holds = selectors.phones_of(ids), selectors.tags_of(ids), selectors.live_holds(ids)
    words = [column.plain(actor, ids) for column in _further() if column.plain is not None]
    for customer in customers:
        pk = customer.pk
        yield [
            *_own(customer, phones.get(pk), tags.get(pk, []), pk in holds),
            *(str(column.get(pk, "")) for column in words),
            *(column.cell_value(customer) for column in _custom(page)),
        ]


def _further() -> list[listing.ListColumn]:
    return [column for column in listing.columns() if column.plain is not None]


def _custom(page: ListPage) -> list[Any]:
    """Fields of the organisation's own."""
    return custom_pages.columns(page.custom, lambda row: row.custom) if isinstance(page, CustomerList) else []


def _own(customer: Customer, phone: selectors.Point | None, tags: list[tuple[int, str]], held: bool) -> list[Any]:
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
        times.day_of(customer.created_at),
        times.day_of(customer.updated_at),
    ]


register(Sheet(CustomerList, Capability.CUSTOMERS_EXPORT, "customers:list", _heads, _cells))
