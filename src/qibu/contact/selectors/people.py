"""Who is written to: people at work who can sign in, have an address and did not decline."""

from __future__ import annotations

from django.db.models import QuerySet

from qibu.contact.models import Wish
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.selectors import able


def wish_of(actor: Actor) -> Wish:
    mine = staff_of(actor)
    found = Wish.objects.filter(organisation_id=actor.organisation_id, staff=mine).first()
    return found or Wish(organisation_id=actor.organisation_id, staff=mine)


def staff_of(actor: Actor) -> Staff:
    """The person who acts: never the system itself."""
    assert actor.staff_id is not None
    return Staff.objects.select_related("user").get(organisation_id=actor.organisation_id, pk=actor.staff_id)


def readers(actor: Actor, kind: str) -> QuerySet[Staff]:
    """`kind` names a field of Wish."""
    declined = Wish.objects.filter(organisation_id=actor.organisation_id, **{kind: False}).values("staff_id")
    rows = able().filter(user__is_active=True, organisation_id=actor.organisation_id)
    return rows.exclude(email="").exclude(pk__in=declined).select_related("user").order_by("pk")
