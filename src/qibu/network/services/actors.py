"""Making actors: for a signed-in person, for the system."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import connection

from qibu.kernel.actors import Actor
from qibu.network import security
from qibu.network.models import Organisation, Staff, User
from qibu.network.rules import Capability


@dataclass(frozen=True)
class Membership:
    """A person at work in one organisation, as the frame of a page shows it."""

    staff_id: int
    organisation_id: int
    organisation: str
    kind: str
    city: str
    name: str
    title: str
    roles: frozenset[str]
    policy: security.Policy
    factor: bool  # whether the person signs in with a second factor


def memberships(user: User) -> list[Membership]:
    """The organisations where the user works today, oldest first. Read before any scope is open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT staff_id, organisation_id, organisation, kind, city, name, title, roles, policy, factor"
            " FROM network_memberships(%s)",
            [user.pk],
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Membership(**{**row, "roles": frozenset(row["roles"]), "policy": _policy(row["policy"])}) for row in rows]


def _policy(row: str | None) -> security.Policy:
    return security.read(json.loads(row) if row else None)


def member(membership: Membership) -> Actor:
    """The actor of a membership, with the roles the staff row has at this moment."""
    granted = security.capabilities(membership.policy, membership.roles)
    return _actor(membership.organisation_id, membership.staff_id, membership.name, membership.roles, granted)


def of_staff(staff: Staff, policy: security.Policy | None = None) -> Actor:
    """For work that goes on without its person; without a policy with what the roles have everywhere."""
    roles = frozenset(staff.roles)
    granted = security.capabilities(policy or security.Policy(), roles)
    return _actor(staff.organisation_id, staff.pk, staff.name, roles, granted)


def system(organisation: Organisation | int) -> Actor:
    """The product itself, for commands and jobs: it may do what any member of staff may."""
    number = organisation if isinstance(organisation, int) else organisation.pk
    return Actor(organisation_id=number, capabilities=frozenset(Capability))


def _actor(
    organisation_id: int, staff_id: int, name: str, roles: frozenset[str], capabilities: frozenset[str]
) -> Actor:
    return Actor(
        organisation_id=organisation_id,
        staff_id=staff_id,
        name=name,
        roles=roles,
        capabilities=capabilities,
    )
