"""Sheets of leads: one, how far it is, and its rows that are not in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO

import xlsxwriter
from django.db.models import Count
from django.http import Http404
from django.utils.translation import gettext as _

from qibu.intake import words
from qibu.intake.models import Arrival, LeadSheet
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

State = Arrival.State
OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip


def sheet_or_404(actor: Actor, sheet_id: int) -> LeadSheet:
    actor.require(Capability.SALES_ASSIGN)
    found: LeadSheet | None = LeadSheet.objects.filter(pk=sheet_id).first()
    if found is None:
        raise Http404
    return found


def counts(sheet: LeadSheet) -> dict[str, int]:
    """How many rows stand where; every state has its number."""
    found = Arrival.objects.filter(sheet=sheet).order_by().values_list("state").annotate(Count("pk"))
    return {**dict.fromkeys(State.values, 0), **dict(found)}


def left(sheet: LeadSheet) -> Iterator[tuple[int, list[str], str]]:
    """Rows that wait for a person, as the sheet had them, with the reason."""
    for row in Arrival.objects.filter(sheet=sheet, state=State.QUARANTINED).order_by("row"):
        yield row.row or 0, json.loads(row.raw or "[]"), words.reasons(row.reasons)


def rejected(sheet: LeadSheet) -> bytes:
    """The same as a workbook: texts stay texts, nothing is a live formula."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, OPTIONS) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
        page = book.add_worksheet(_("未收下"))
        width = len(sheet.headings)
        for place, heading in enumerate([*sheet.headings, _("未收下的原因"), _("原来的行号")]):
            page.set_column(place, place, 48 if place == width else 16)
            page.write_string(0, place, heading, bold)
        for line, (number, cells, why) in enumerate(left(sheet), start=1):
            for place, cell in enumerate(cells[:width]):
                page.write_string(line, place, cell, text)
            page.write_string(line, width, why, text)
            page.write_number(line, width + 1, number)
        page.freeze_panes(1, 0)
    return target.getvalue()
