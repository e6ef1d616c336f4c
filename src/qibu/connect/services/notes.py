"""What a run over the rows leaves behind: a line for every problem, and the rejected rows as a workbook."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from django.utils.translation import gettext as _

from qibu.connect import messages
from qibu.connect.checks import Checked, Problem
from qibu.connect.mapping import Mapping
from qibu.connect.models import Import
from qibu.connect.services.rejects import Rejects
from qibu.connect.sheets import Row
from qibu.connect.storage import Folder
from qibu.customers.rules import mask_identity, mask_phone

REPEATED = "repeated"


class Notes:
    """Written beside the earlier ones and put in their place by `keep`: a run that breaks off changes nothing."""

    def __init__(self, one: Import, *, rejects: bool = False) -> None:
        self.folder = Folder(one.organisation_id, one.pk)
        self.codes: dict[str, Counter[str]] = {"reject": Counter(), "warn": Counter(), REPEATED: Counter()}
        self.mapping = Mapping.from_json(one.mapping)
        self.rejects: Rejects | None = None
        self.with_rejects = rejects
        self.file: IO[str]

    def __enter__(self) -> Notes:
        self.file = self.folder.private(_draft(self.folder.problems)).open("w", encoding="utf-8")
        if self.with_rejects:
            self.rejects = Rejects(self.folder.private(_draft(self.folder.rejected)), self.mapping)
        return self

    def take(self, checked: Checked, cells: Row) -> None:
        for problem in checked.problems:
            self.add(problem)
        if checked.outcome == REPEATED:
            self._line(Problem(REPEATED, "", None, checked.row, "", "warn", str(checked.first_row)), REPEATED)
        if checked.outcome == "rejected" and self.rejects:
            reasons = [messages.problem(asdict(p), self.mapping) for p in checked.problems if p.severity == "reject"]
            self.rejects.add(checked.row, cells, reasons)

    def add(self, problem: Problem) -> None:
        self._line(problem, problem.severity)

    def _line(self, problem: Problem, severity: str) -> None:
        self.codes[severity][problem.code] += 1
        self.file.write(json.dumps(asdict(problem) | {"severity": severity}, ensure_ascii=False) + "\n")

    def keep(self) -> None:
        self.file.close()
        _draft(self.folder.problems).replace(self.folder.problems)
        if self.rejects:
            self.rejects.close()
            _draft(self.folder.rejected).replace(self.folder.rejected)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()
        if self.rejects:
            self.rejects.close()
        self.folder.drop([_draft(self.folder.problems), _draft(self.folder.rejected)])


def _draft(path: Path) -> Path:
    return path.with_name(f"{path.name}.draft")


def preview_row(checked: Checked) -> dict[str, Any]:
    """A row as it will be loaded, without what nobody needs to see for that."""
    return {"row": checked.row, "values": {name: _shown(name, value) for name, value in checked.record.items()}}


def _shown(name: str, value: object) -> str:
    if name == "phone":
        return mask_phone(str(value))
    if name == "phones" and isinstance(value, Iterable):
        return _("、").join(mask_phone(str(phone)) for phone in value)
    if name == "identity":
        return mask_identity(str(value))
    if name == "tags" and isinstance(value, tuple):
        return _("、").join(value)
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
