"""What keeps a lead from being given up: a contract that counts. A room above says so in its `slots.py`:

    bonds.add("orders", lambda lead: "…")     # a sentence that says what to do first, or nothing
"""

from __future__ import annotations

from collections.abc import Callable

from qibu.leads.models import Lead

Bound = Callable[[Lead], str]
BONDS: dict[str, Bound] = {}


def add(key: str, bound: Bound) -> None:
    known = BONDS.get(key)
    if known is not None and known.__module__ != bound.__module__:
        raise ValueError(f"The bond {key!r} of leads is registered twice.")
    BONDS[key] = bound


def of(lead: Lead) -> str:
    """The first reason why the lead must go on."""
    return next(filter(None, (bound(lead) for _key, bound in sorted(BONDS.items()))), "")
