"""What was sent, opened and answered, per piece and per sequence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from qibu.kernel.actors import Actor
from qibu.nurturing.models import Sending
from qibu.nurturing.rules import SHOWED_THEMSELVES
from qibu.nurturing.selectors.sendings import runs, sendings


@dataclass(frozen=True)
class Figures:
    sent: int = 0
    opened: int = 0  # by how many, not how often
    replied: int = 0
    refused: int = 0
    waiting: int = 0
    begun: int = 0
    going_on: int = 0
    ends: dict[str, int] = field(default_factory=dict)

    @property
    def opened_share(self) -> float | None:
        return self.opened / self.sent if self.sent else None

    @property
    def replied_share(self) -> float | None:
        return self.replied / self.sent if self.sent else None

    @property
    def answered_ends(self) -> int:
        """Runs that ended because the customer showed themselves."""
        return sum(self.ends.get(one, 0) for one in SHOWED_THEMSELVES)


COUNTS: dict[str, Any] = {
    "sent": Count("pk", filter=Q(state=Sending.State.SENT)),
    "opened": Count("pk", filter=Q(state=Sending.State.SENT, opened__gt=0)),
    "replied": Count("pk", filter=Q(replies__gt=0)),
    "refused": Count("pk", filter=Q(refused_at__isnull=False)),
    "waiting": Count("pk", filter=Q(state=Sending.State.WAITING)),
}


def of_pieces(actor: Actor) -> dict[str, Figures]:
    return {code: Figures(**row) for code, row in _counted(sendings(actor), "piece").items()}


def of_sequences(actor: Actor, code: str = "") -> dict[str, Figures]:
    """Two questions, for one sequence or for all."""
    sent, begun = sendings(actor).filter(run__isnull=False), runs(actor).order_by()
    if code:
        sent, begun = sent.filter(run__sequence=code), begun.filter(sequence=code)
    found = _counted(sent, "run__sequence")
    for name, end, number in begun.values_list("sequence", "end").annotate(n=Count("pk")):
        row = found.setdefault(name, {})
        row["begun"] = row.get("begun", 0) + number
        if end:
            row.setdefault("ends", {})[end] = number
        else:
            row["going_on"] = number
    return {name: Figures(**row) for name, row in found.items()}


def of_steps(actor: Actor, code: str) -> dict[str, Figures]:
    """Of one sequence, by the piece of the step."""
    rows = sendings(actor).filter(run__sequence=code)
    return {piece: Figures(**row) for piece, row in _counted(rows, "piece").items()}


def _counted(rows: QuerySet[Sending], by: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    counted: Iterable[Any] = rows.order_by().values(by).annotate(**COUNTS)
    for row in counted:
        found[row[by]] = {name: row[name] for name in COUNTS}
    return found
