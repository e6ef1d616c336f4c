"""What leads are about, as lists and figures part them: the series on sale, all others as one, and who has not said."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors as catalog
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead

OTHER, UNSAID = "other", "none"
OTHER_WORDS, UNSAID_WORDS = gettext_lazy("其他车"), gettext_lazy("未定车型")


def series_on_sale(actor: Actor) -> list[str]:
    return list(dict.fromkeys(series for _brand, series in catalog.series_of(actor)))


def series_choices(actor: Actor) -> list[tuple[str, Any]]:
    """What people typed, or a machine sent, is no choice of its own: it is found under the others."""
    named: list[tuple[str, Any]] = [(one, one) for one in series_on_sale(actor)]
    return [*named, (OTHER, OTHER_WORDS), (UNSAID, UNSAID_WORDS)]


def series_key(series: str, on_sale: Collection[str]) -> str:
    """Under which of the choices a lead is found."""
    return (series if series in on_sale else OTHER) if series else UNSAID


def by_series(actor: Actor, rows: QuerySet[Lead], chosen: str) -> QuerySet[Lead]:
    if chosen == UNSAID:
        return rows.filter(series="")
    if chosen == OTHER:
        return rows.exclude(series="").exclude(series__in=series_on_sale(actor))
    return rows.filter(series=chosen)
