"""Whose file a lead belongs to: found by its ways of contact, never by name alone."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from qibu.customers.models import ContactPoint, Customer
from qibu.customers.services import fingerprints
from qibu.leads.models import Lead
from qibu.leads.rules import Person, Received
from qibu.leads.selectors import hold_tasks


def customer_of(received: Received) -> Customer | None:
    """The living file, held with what is next for its open leads: see `selectors.held`. Of several with one number the
    one of that name, else the one that changed last."""
    number = number_of(received)
    if number is None:
        return None
    hold_tasks(Lead.objects.filter(customer_id=number, state=Lead.State.OPEN))
    return Customer.objects.select_for_update().defer("identity", "sheet").get(pk=number)


def number_of(received: Received) -> int | None:
    """Its number, for who only wants to know."""
    living = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    if received.customer_id is not None:
        return _first(living.filter(pk=received.customer_id))
    hashes = _hashes(received.person)
    if not hashes:
        return None
    found = ContactPoint.objects.filter(hash__in=hashes, unusable=False).values("customer_id")
    rows = living.filter(pk__in=found).order_by("-updated_at", "-pk")
    named = rows.filter(name=received.person.name) if received.person.name else rows.none()
    return _first(named) or _first(rows.filter(~Q(contact_points__hash__in=hashes, contact_points__person__gt="")))


def _first(rows: QuerySet[Customer]) -> int | None:
    found: int | None = rows.values_list("pk", flat=True).first()
    return found


def _hashes(person: Person) -> list[bytes]:
    kind = ContactPoint.Kind
    addresses: Iterable[tuple[str, str]] = ((kind.EMAIL, person.email), (kind.WECHAT, person.wechat))
    found = [fingerprints.phone_hash(phone) for phone in person.phones]
    return found + [fingerprints.address_hash(name, value) for name, value in addresses if value]
