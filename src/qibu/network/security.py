"""What an organisation demands of those who sign in: second factor, length of sessions. Plain rules.

Who works in several places is bound by the strictest of them: one sign-in opens all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from qibu.network import dengbao
from qibu.network.rules import Role, capabilities_of

IDLE_MINUTES = (5, 480)
ABSOLUTE_HOURS = (1, 24)
FAR_OFF = datetime.max.replace(tzinfo=UTC)


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
    dengbao: bool = False
    grace_ends_at: datetime | None = None

    def enforced(self, now: datetime) -> bool:
        """Under the profile 等保, whether the days of grace are over."""
        return self.dengbao and (self.grace_ends_at is None or now >= self.grace_ends_at)


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
    ends = known.get("grace_ends_at")
    known["grace_ends_at"] = datetime.fromisoformat(ends) if isinstance(ends, str) else ends
    return Policy(**{**known, "factor_roles": frozenset(known.get("factor_roles") or ())})


def columns(policy: Policy) -> dict[str, Any]:
    """As the form and the table have it: roles in the order of the list of roles."""
    said = {name: value for name, value in asdict(policy).items() if name not in {"dengbao", "grace_ends_at"}}
    return {**said, "factor_roles": [role.value for role in Role if role in policy.factor_roles]}


def factor_demanded(places: Iterable[Place], now: datetime) -> bool:
    return any(demands(place.policy, place.roles, now) for place in places)


def demands(policy: Policy, roles: frozenset[str], now: datetime) -> bool:
    """Whether one place demands a second factor of somebody with these roles."""
    if policy.enforced(now) and roles & dengbao.factor_roles():
        return True
    return policy.factor == Factor.EVERYONE or (
        policy.factor == Factor.ROLES and bool(policy.factor_roles & roles)
    )


def will_demand(policy: Policy, roles: frozenset[str]) -> bool:
    """The same once the days of grace are over."""
    return demands(replace(policy, grace_ends_at=None), roles, FAR_OFF)


def factor_announced(places: Iterable[Place], now: datetime) -> datetime | None:
    """Until when somebody has days of grace to set a second factor up; None where there are none."""
    ends = [
        place.policy.grace_ends_at
        for place in places
        if place.policy.dengbao and place.policy.grace_ends_at and will_demand(place.policy, place.roles)
    ]
    return min((end for end in ends if end > now), default=None)


def browsers_trusted(places: Iterable[Place]) -> bool:
    return all(place.policy.trust_browsers and not place.policy.dengbao for place in places)


def passwords_ruled(places: Iterable[Place]) -> bool:
    """Whether new passwords are held to the rules of 等保: from the first day."""
    return any(place.policy.dengbao for place in places)


def password_worn(places: Iterable[Place], password: str, set_at: datetime, now: datetime) -> bool:
    """Whether the password that was just right has to be replaced: once the days of grace are over."""
    return any(place.policy.enforced(now) for place in places) and dengbao.worn(password, set_at, now)


def capabilities(policy: Policy, roles: frozenset[str]) -> frozenset[str]:
    return dengbao.capabilities_of(roles) if policy.dengbao else capabilities_of(roles)


@dataclass(frozen=True)
class Limits:
    """How long a session lasts without being used, and at all."""

    idle: timedelta
    absolute: timedelta


def limits(places: Iterable[Place], *, idle_minutes: int, absolute_hours: int) -> Limits:
    """The shortest of all places; a place that says nothing has what the installation says."""
    policies = [place.policy for place in places]
    return Limits(
        timedelta(minutes=min([_idle(each, idle_minutes) for each in policies], default=idle_minutes)),
        timedelta(hours=min([each.absolute_hours or absolute_hours for each in policies], default=absolute_hours)),
    )


def _idle(policy: Policy, otherwise: int) -> int:
    minutes = policy.idle_minutes or otherwise
    return min(minutes, dengbao.IDLE_MINUTES) if policy.dengbao else minutes


def outworn(limits: Limits, *, since: datetime, seen: datetime, now: datetime) -> str:
    """Why a session is over, in the words of `words.SIGNED_OUT`; empty while it lasts."""
    if now - since > limits.absolute:
        return "over"
    return "idle" if now - seen > limits.idle else ""
