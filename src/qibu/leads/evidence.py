"""What happened to a lead in rooms above: visits, test drives, quotations, orders. Each room says in its `slots.py`

    evidence.add(Evidence(Need.DRIVE, _("试驾"), there=has_driven, act=address_of_booking))

so that a stage can ask for it. `there` gets the lead; `act` gives where it is made up for, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
