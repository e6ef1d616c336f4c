"""Making actors: for a signed-in person, for the system."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.rules import Capability, capabilities_of


@dataclass(frozen=True)
class Membership:
    staff_id: int
    organisation_id: int


def memberships(user: User) -> list[Membership]:
    """The organisations where the user works today, oldest first. Read before any scope is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff_id, organisation_id FROM network_memberships(%s)", [user.pk])
        return [Membership(*row) for row in cursor.fetchall()]


def member(membership: Membership) -> Actor:
    """The actor of a membership, with the roles the staff row has at this moment."""
    bare = Actor(organisation_id=membership.organisation_id)
    with scope(bare):
        staff = Staff.objects.get(pk=membership.staff_id)
    return of_staff(staff)


def of_staff(staff: Staff) -> Actor:
    roles = frozenset(staff.roles)
    return Actor(
        organisation_id=staff.organisation_id,
        staff_id=staff.pk,
        name=staff.name,
        roles=roles,
        capabilities=capabilities_of(roles),
    )


def system(organisation: Organisation | int) -> Actor:
    """The product itself, for commands and jobs: it may do what any member of staff may."""
    number = organisation if isinstance(organisation, int) else organisation.pk
    return Actor(organisation_id=number, capabilities=frozenset(Capability))
