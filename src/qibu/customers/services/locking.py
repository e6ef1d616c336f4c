"""Every act on a customer begins here: may the actor edit, and is the customer theirs to see."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.db.models.functions import Now
from django.http import Http404

from qibu.customers.models import Customer
from qibu.customers.selectors.customers import visible
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


class UnknownCustomer(Http404):
    """No such customer for this actor. Hidden and missing ones look the same."""


def lock(actor: Actor, customer_id: int) -> Customer:
    actor.require(Capability.CUSTOMERS_EDIT)
    found = visible(actor).select_for_update().filter(pk=customer_id).first()
    if found is None:
        raise UnknownCustomer
    return found


def lock_many(actor: Actor, customer_ids: Iterable[int]) -> list[Customer]:
    """Those of the customers whom the actor may see, in the order of their identifiers, so that two batches wait
    for each other instead of blocking each other."""
    actor.require(Capability.CUSTOMERS_EDIT)
    return list(visible(actor).filter(pk__in=list(customer_ids)).order_by("pk").select_for_update())


def touch(*customer_ids: int) -> None:
    """The file changed: lists that show the newest change first know it."""
    Customer.objects.filter(pk__in=customer_ids).update(updated_at=Now(), version=F("version") + 1)
