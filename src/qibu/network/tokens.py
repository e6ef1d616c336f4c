"""What a token of another system may be good for. Plain rules.

A scope gives capabilities; whoever makes a token can't give away what they may not see themselves: the duty that
manages the house sees no customer (GB/T 22239), so neither does a token of theirs.
"""

from __future__ import annotations

from enum import StrEnum

from qibu.network.rules import Capability


class Scope(StrEnum):
    LEADS_WRITE = "leads:write"
    LEADS_READ = "leads:read"


GRANTS: dict[Scope, frozenset[Capability]] = {
    Scope.LEADS_WRITE: frozenset({Capability.SALES_RECEIVE}),
    Scope.LEADS_READ: frozenset({Capability.SALES_VIEW, Capability.SALES_VIEW_ALL, Capability.CUSTOMERS_EXPORT}),
}
# What tells of people can be given away only by who may take it out of the house.
TELLING = frozenset({Scope.LEADS_READ})
PREFIX = "qibu_"


def capabilities_of(scopes: list[str]) -> frozenset[str]:
    return frozenset(one for scope in scopes if scope in set(Scope) for one in GRANTS[Scope(scope)])


def may_give(scope: Scope, capabilities: frozenset[str]) -> bool:
    return scope not in TELLING or GRANTS[scope] <= capabilities
