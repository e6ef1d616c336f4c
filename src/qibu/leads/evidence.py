"""What happened to a lead in rooms above: visits, test drives, quotations, orders. Each room says in its `slots.py`

    evidence.add(Evidence(Need.DRIVE, _("试驾"), there=has_driven, act=address_of_booking))

so that a stage can ask for it. `there` gets the lead; `act` gives where it is made up for, or nothing.

What somebody did unasked and far from the store (they opened what was sent to them) is a trace of life: a room says

    evidence.trace("nurturing", openings)

where `openings` gets numbers of leads and gives the last moment of each that it knows one of, in one query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qibu.leads.models import Lead
from qibu.leads.rules import HAPPENED, Need


@dataclass(frozen=True)
class Evidence:
    need: Need
    label: Any
    there: Callable[[Lead], bool]
    act: Callable[[Lead], str] = lambda _lead: ""


KNOWN: dict[Need, Evidence] = {}


def add(evidence: Evidence) -> None:
    if evidence.need not in HAPPENED:
        raise ValueError(f"{evidence.need} is a fact of the lead itself.")
    known = KNOWN.get(evidence.need)
    if known is not None and known.there.__module__ != evidence.there.__module__:
        raise ValueError(f"Two rooms answer for {evidence.need}.")
    KNOWN[evidence.need] = evidence


def of(lead: Lead, needs: set[Need]) -> dict[Need, bool]:
    """Whether it happened, as far as some room knows: what nobody answers for isn't in it."""
    return {need: KNOWN[need].there(lead) for need in needs & set(KNOWN)}


Traces = Callable[[Collection[int]], dict[int, datetime]]
TRACES: dict[str, Traces] = {}


def trace(room: str, traces: Traces) -> None:
    TRACES[room] = traces


def traces_of(lead_ids: Collection[int]) -> dict[int, datetime]:
    """The last sign of life of each lead that gave one, from all rooms."""
    found: dict[int, datetime] = {}
    for traces in TRACES.values():
        for lead_id, at in traces(lead_ids).items():
            found[lead_id] = max(at, found.get(lead_id, at))
    return found
