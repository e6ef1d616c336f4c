"""Tables that quotations are reckoned by. What was quoted stays as it was quoted."""

from __future__ import annotations

from collections.abc import Sequence

from qibu.catalog.rules.tables import TABLES, Row, Table, Wrong, faults
from qibu.catalog.services import saying
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


class Broken(Exception):
    """Rows that can't be reckoned by."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(wrong)
        self.wrong = list(wrong)


def change(*, actor: Actor, code: str, rows: Sequence[Row], seen: Sequence[Row] | None = None) -> None:
    """The whole table counts here from now on; `seen`: the rows that stood there when the form was opened. Raises
    `Broken`, `Disputed`."""
    actor.require(Capability.SALES_MANAGE)
    table = TABLES[code]
    if wrong := faults(table, rows):
        raise Broken(wrong)
    stored = _stored(table, rows)
    if seen is not None and stored == _stored(table, seen):
        return  # what was not changed is no word against what others changed meanwhile
    opened = None if seen is None else {"rows": seen}
    saying.change(actor=actor, kind=saying.TABLE, code=code, values={"rows": stored}, seen=opened)


def _stored(table: Table, rows: Sequence[Row]) -> list[Row]:
    return [{column.name: row.get(column.name, "") for column in table.columns} for row in rows]
