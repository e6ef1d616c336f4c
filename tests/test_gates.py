"""Every act asks first: called with nothing that could be used, it refuses who lacks the capability."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.db import transaction

import qibu
from gates import GATES, OPEN
from qibu.connect import roster_selectors as rosters
from qibu.connect import selectors as imports
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.network import selectors as places
from qibu.network import standing
from qibu.network.rules import Capability
from qibu.showroom.selectors import visitors
from qibu.vehicles.selectors.transfers import transfer_or_404


class Touched(Exception):
    """Something was done with an argument before the gate was asked."""


class Unusable:
    """Stands for any argument: whoever looks at it has come past the gate."""

    def _touched(self, *_args: Any) -> Any:
        raise Touched

    __getattr__ = __iter__ = __len__ = __bool__ = __getitem__ = __eq__ = __lt__ = _touched  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


@cache
def services() -> dict[str, Callable[..., Any]]:
    """Every function of a service module that is given an actor."""
    found = {}
    for module in pkgutil.walk_packages(qibu.__path__, "qibu."):
        if ".services" not in module.name or ".tests" in module.name or ".demo" in module.name:
            continue
        for name, one in vars(importlib.import_module(module.name)).items():
            own = inspect.isfunction(one) and one.__module__ == module.name and not name.startswith("_")
            if own and "actor" in inspect.signature(one).parameters:
                found[f"{module.name}.{name}".removeprefix("qibu.")] = one
    return found


def test_every_act_says_what_it_asks_for() -> None:
    known = services().keys()
    unsaid = known - GATES.keys() - OPEN.keys()
    assert not unsaid, f"say in tests/gates.py which capability these ask for first, or why none: {sorted(unsaid)}"
    assert not (GATES.keys() | OPEN.keys()) - known, "gone from the product, still in tests/gates.py"
    assert not GATES.keys() & OPEN.keys() and not {*OPEN.values()} & {*Capability}, "who asks for one has a gate"


@pytest.mark.django_db
@pytest.mark.parametrize("name", GATES)
def test_an_act_refuses_before_it_looks_at_anything(name: str) -> None:
    act, wanted = services()[name], GATES[name]
    actor = Actor(1, 1, "某人", capabilities=frozenset(Capability) - {wanted})
    needed = [
        one.name for one in inspect.signature(act).parameters.values()
        if one.default is one.empty and one.kind in {one.KEYWORD_ONLY, one.POSITIONAL_OR_KEYWORD}
    ]  # fmt: skip
    given: dict[str, Any] = dict.fromkeys(needed, Unusable()) | {"actor": actor}
    with pytest.raises(PermissionRefused) as refused, transaction.atomic():
        act(**given)
    assert refused.value.capability == wanted


# Reads behind a page that has asked already: they ask for themselves, before they look at anything.
READS = {
    imports.kept: Capability.IMPORT, imports.saved_name: Capability.IMPORT, imports.differences: Capability.IMPORT,
    rosters.compare: Capability.STAFF_MANAGE,
    rosters.without_sign_in: Capability.STAFF_MANAGE, places.last_verification: Capability.AUDIT_VIEW,
    places.with_factor: Capability.SECURITY_MANAGE, places.without_factor: Capability.SECURITY_MANAGE,
    standing.lines: Capability.SECURITY_MANAGE, standing.preview: Capability.SECURITY_MANAGE,
    visitors.report: Capability.SALES_VIEW_ALL, transfer_or_404: Capability.CUSTOMERS_VIEW,
}  # fmt: skip


@pytest.mark.parametrize("read", READS, ids=lambda read: read.__name__)
def test_a_read_refuses_before_it_looks_at_anything(read: Callable[..., Any]) -> None:
    actor = Actor(1, 1, "某人", capabilities=frozenset(Capability) - {READS[read]})
    needed = [one for one in inspect.signature(read).parameters.values() if one.default is one.empty]
    with pytest.raises(PermissionRefused):
        read(actor, *[Unusable()] * (len(needed) - 1))
