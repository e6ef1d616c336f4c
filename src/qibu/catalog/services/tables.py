"""Tables that quotations are reckoned by. What was quoted stays as it was quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qibu.catalog.models import RateTable
from qibu.catalog.rules.tables import TABLES, Row, Wrong, faults
from qibu.catalog.services import saying
from qibu.contracts.catalog import CatalogueChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


class Broken(Exception):
    """Rows that can't be reckoned by."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(wrong)
        self.wrong = list(wrong)


def change(*, actor: Actor, code: str, rows: Sequence[Row], seen: Mapping[str, Any] | None = None) -> None:
    """The whole table counts here from now on; raises `Broken`, `Disputed`."""
    actor.require(Capability.SALES_MANAGE)
    table = TABLES[code]
    if wrong := faults(table, rows):
        raise Broken(wrong)
    names = [column.name for column in table.columns]
    stored = [{name: row.get(name, "") for name in names} for row in rows]
    if saying.say(actor, RateTable, code, {"rows": stored}, seen):
        journal.record(CatalogueChanged(what="table", code=code, changes=("changed",)), actor=actor)


def inherit_again(*, actor: Actor, code: str) -> None:
    actor.require(Capability.SALES_MANAGE)
    if saying.take_back(actor, RateTable, code):
        journal.record(CatalogueChanged(what="table", code=code, changes=("inherited",)), actor=actor)
