"""Contact points: ways to reach a customer or their people."""

from __future__ import annotations

from qibu.contracts.customers import CustomerChanged
from qibu.customers import rules
from qibu.customers.models import ContactPoint, Customer
from qibu.customers.services import fingerprints, search
from qibu.customers.services.locking import UnknownCustomer, lock, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor

Kind = ContactPoint.Kind


class KnownPoint(ValueError):
    """The customer has this number or address already."""


def add(
    *, actor: Actor, customer_id: int, kind: str, value: str, person: str = "", role: str = ""
) -> ContactPoint:
    """`value` as the rules spell it. The first number of a customer becomes the primary one."""
    customer = lock(actor, customer_id)
    hashed = fingerprints.phone_hash(value) if kind == Kind.PHONE else fingerprints.address_hash(kind, value)
    points = ContactPoint.objects.filter(customer=customer, kind=kind)
    if points.filter(hash=hashed).exists():
        raise KnownPoint(kind)
    point = ContactPoint.objects.create(
        organisation_id=actor.organisation_id,
        customer=customer,
        kind=kind,
        value=value,
        masked=rules.mask_phone(value) if kind == Kind.PHONE else rules.mask_address(value),
        hash=hashed,
        person=person,
        role=role,
        primary=kind == Kind.PHONE and not points.filter(primary=True).exists(),
    )
    _written(actor, customer)
    return point


def make_primary(*, actor: Actor, customer_id: int, point_id: int) -> None:
    customer, point = _locked(actor, customer_id, point_id)
    ContactPoint.objects.filter(customer=customer, kind=point.kind, primary=True).update(primary=False)
    ContactPoint.objects.filter(pk=point.pk).update(primary=True, unusable=False)
    _written(actor, customer)


def mark_unusable(*, actor: Actor, customer_id: int, point_id: int, unusable: bool = True) -> None:
    """A wrong number is kept and shown as such, so that nobody enters it again."""
    customer, point = _locked(actor, customer_id, point_id)
    ContactPoint.objects.filter(pk=point.pk).update(unusable=unusable, primary=point.primary and not unusable)
    promote(customer.pk)
    _written(actor, customer)


def remove(*, actor: Actor, customer_id: int, point_id: int) -> None:
    customer, point = _locked(actor, customer_id, point_id)
    point.delete()
    promote(customer.pk)
    _written(actor, customer)


def _locked(actor: Actor, customer_id: int, point_id: int) -> tuple[Customer, ContactPoint]:
    customer = lock(actor, customer_id)
    point = ContactPoint.objects.defer("value").filter(customer=customer, pk=point_id).first()
    if point is None:
        raise UnknownCustomer
    return customer, point


def promote(customer_id: int) -> None:
    """A customer with usable numbers has a primary one."""
    phones = ContactPoint.objects.filter(customer_id=customer_id, kind=Kind.PHONE)
    if phones.filter(primary=True).exists():
        return
    oldest = phones.filter(unusable=False).order_by("id").values_list("id", flat=True).first()
    if oldest is not None:
        phones.filter(pk=oldest).update(primary=True)


def _written(actor: Actor, customer: Customer) -> None:
    touch(customer.pk)
    search.refresh(actor=actor, customer_ids=[customer.pk])
    journal.record(CustomerChanged(customer_id=customer.pk, changes=("contact_points",)), actor=actor)
