"""Taking the audit trail along, which is itself in it."""

from __future__ import annotations

from io import BytesIO
from typing import Protocol

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qibu.contracts.network import ListExported
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.times import ZONE
from qibu.network import trail
from qibu.network.rules import Capability

MOST = 10_000  # the newest ones; narrow the days for older ones


class Sink(Protocol):
    def write(self, content: bytes) -> object: ...


def export(*, actor: Actor, entries: QuerySet[Entry], file: Sink, purpose: str) -> int:
    actor.require(Capability.AUDIT_VIEW)
    taken = list(entries[:MOST])
    buffer = BytesIO()
    # Text that starts with = stays text: nothing a person typed becomes a formula in the auditor's spreadsheet.
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("操作记录"))
        sheet.set_column(0, 0, 20)
        sheet.set_column(2, 2, 80)
        for column, head in enumerate((_("时间"), _("谁"), _("做了什么"), _("客户号"), _("事件"), _("编号"))):
            sheet.write_string(0, column, head)
        for number, told in enumerate(trail.tell(actor, taken), start=1):
            for column, text in enumerate(_cells(told)):
                sheet.write_string(number, column, text)
    file.write(buffer.getvalue())
    journal.record(ListExported(what="audit", rows=len(taken), purpose=purpose), actor=actor)
    return len(taken)


def _cells(told: trail.Told) -> tuple[str, ...]:
    entry = told.entry
    at = f"{entry.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
    return at, told.by, told.what, str(entry.customer_id or ""), entry.type, str(entry.pk)
