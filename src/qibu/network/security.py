"""What an organisation demands of those who sign in: second factor, length of sessions. Plain rules.

Who works in several places is bound by the strictest of them: one sign-in opens all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from qibu.network.rules import CAPABILITIES, Capability, Role

IDLE_MINUTES = (5, 480)
ABSOLUTE_HOURS = (1, 24)


class Factor(StrEnum):
    """Of whom a second factor is demanded."""

    NOBODY = "nobody"
    ROLES = "roles"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Policy:
    """What one organisation says; without a word of its own the defaults."""

    factor: str = Factor.NOBODY
    factor_roles: frozenset[str] = frozenset()
    trust_browsers: bool = True
    idle_minutes: int | None = None  # None: as the installation says
    absolute_hours: int | None = None


class Place(Protocol):
    """Where a person works, as far as these rules go."""

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def policy(self) -> Policy: ...


def read(row: Mapping[str, Any] | None) -> Policy:
    """A policy from its row as JSON; columns of other rules are left out."""
    if not row:
        return Policy()
    known = {name: row[name] for name in Policy.__dataclass_fields__ if name in row}
    return Policy(**{**known, "factor_roles": frozenset(known.get("factor_roles") or ())})


def columns(policy: Policy) -> dict[str, Any]:
    """As the form and the table have it: roles in the order of the list of roles."""
    return {**asdict(policy), "factor_roles": [role.value for role in Role if role in policy.factor_roles]}


def factor_demanded(places: Iterable[Place]) -> bool:
    return any(demands(place.policy, place.roles) for place in places)


def demands(policy: Policy, roles: frozenset[str]) -> bool:
    """Whether one place demands a second factor of somebody with these roles."""
    return policy.factor == Factor.EVERYONE or (
        policy.factor == Factor.ROLES and bool(policy.factor_roles & roles)
    )


def browsers_trusted(places: Iterable[Place]) -> bool:
    return all(place.policy.trust_browsers for place in places)


@dataclass(frozen=True)
class Limits:
    """How long a session lasts without being used, and at all."""

    idle: timedelta
    absolute: timedelta


def limits(places: Iterable[Place], *, idle_minutes: int, absolute_hours: int) -> Limits:
    """The shortest of all places; a place that says nothing has what the installation says."""
    policies = [place.policy for place in places]
    return Limits(
        timedelta(minutes=min([each.idle_minutes or idle_minutes for each in policies], default=idle_minutes)),
        timedelta(hours=min([each.absolute_hours or absolute_hours for each in policies], default=absolute_hours)),
    )


def outworn(limits: Limits, *, since: datetime, seen: datetime, now: datetime) -> str:
    """Why a session is over, in the words of `words.SIGNED_OUT`; empty while it lasts."""
    if now - since > limits.absolute:
        return "over"
    return "idle" if now - seen > limits.idle else ""


MANAGING = frozenset({Capability.STAFF_MANAGE, Capability.SECURITY_MANAGE, Capability.AUDIT_VIEW})
SENSITIVE = MANAGING | {Capability.CUSTOMERS_VIEW, Capability.ORGANISATION_MANAGE}


def sensitive_roles() -> frozenset[str]:
    """Who administers, and who sees customers."""
    return frozenset(role.value for role in Role if CAPABILITIES[role] & SENSITIVE)
