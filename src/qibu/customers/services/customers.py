"""Registering and changing the file of a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from qibu.contracts.customers import CustomerChanged, CustomerRegistered
from qibu.customers import rules
from qibu.customers.models import ContactPoint, Customer
from qibu.customers.services import fingerprints, search
from qibu.customers.services.locking import lock
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network import custom
from qibu.network.rules import Capability, Role

# What a person may write; the rest of the row is the business of other acts.
FIELDS = (
    "kind", "stage", "name", "gender", "birthday", "birthday_lunar", "identity",
    "province", "city", "district", "address", "occupation", "industry", "education", "income_band", "source",
    "vip", "base_customer", "influencer", "preferred_channel", "preferred_time",
    "family", "hobbies", "taboos", "driving", "remark",
)  # fmt: skip


class Conflict(Exception):
    """Somebody else changed the same fields meanwhile. `theirs` holds what stands there now."""

    def __init__(self, theirs: dict[str, Any], version: int) -> None:
        super().__init__(", ".join(theirs))
        self.theirs, self.version = theirs, version


def register(*, actor: Actor, values: Mapping[str, Any], phones: Sequence[str] = ()) -> Customer:
    """A new customer, looked after by whoever writes them down if that is their work. Phones as rules spell them."""
    actor.require(Capability.CUSTOMERS_EDIT)
    customer = Customer(organisation_id=actor.organisation_id, **_caretaker(actor))
    _write(customer, values)
    custom.write(customer, values)
    customer.save(force_insert=True)
    _add_phones(actor, customer, phones)
    search.refresh(actor=actor, customer_ids=[customer.pk])
    journal.record(CustomerRegistered(customer_id=customer.pk, source=customer.source), actor=actor)
    return customer


def change(
    *, actor: Actor, customer_id: int, version: int, values: Mapping[str, Any], seen: Mapping[str, Any]
) -> Customer:
    """Write what the actor changed. `seen` is what stood in those fields when they began, at `version`.

    The organisation's own fields are called as `network.custom` calls them.
    """
    customer = lock(actor, customer_id)
    _refuse_conflict(customer, version, values, seen)
    changed, further = _write(customer, values), custom.write(customer, values)
    if changed or further:
        changed += ["custom"] if further else []
        customer.updated_at, customer.version = Now(), F("version") + 1
        customer.save(update_fields=[*changed, "updated_at", "version"])
        customer.refresh_from_db(fields=["updated_at", "version"])
        if "name" in changed:
            search.refresh_names(actor=actor, customer_ids=[customer.pk])
        fields = sorted(set(changed) & set(FIELDS)) + custom.called(actor.organisation_id, "customer", further)
        journal.record(CustomerChanged(customer_id=customer.pk, changes=tuple(fields)), actor=actor)
    return customer


def _refuse_conflict(
    customer: Customer, version: int, values: Mapping[str, Any], seen: Mapping[str, Any]
) -> None:
    if version == customer.version:
        return
    now = {field: value_of(customer, field) for field in values if field in seen}
    theirs = {field: kept for field, kept in now.items() if kept not in (seen[field], values[field])}
    if theirs:
        raise Conflict(theirs, customer.version)


def value_of(customer: Customer, field: str) -> Any:
    """What a file says in one of its fields, or in one that the organisation added."""
    return custom.value_of(customer, field) if field.startswith(custom.PREFIX) else getattr(customer, field)


def _write(customer: Customer, values: Mapping[str, Any]) -> list[str]:
    """Set the fields that differ, with what follows from them, and name them."""
    changed = [field for field in FIELDS if field in values and getattr(customer, field) != values[field]]
    for field in changed:
        setattr(customer, field, values[field])
    if "name" in changed:
        customer.sort_key = rules.sort_key(customer.name)
        changed.append("sort_key")
    if "identity" in changed:
        identity = values["identity"]
        customer.identity_hash = fingerprints.identity_hash(identity) if identity else None
        changed.append("identity_hash")
    return changed


def _caretaker(actor: Actor) -> dict[str, int | None]:
    if Role.SALES_CONSULTANT in actor.roles:
        return {"seller_id": actor.staff_id}
    return {"advisor_id": actor.staff_id} if Role.SERVICE_ADVISOR in actor.roles else {}


def _add_phones(actor: Actor, customer: Customer, phones: Sequence[str]) -> None:
    points = [
        ContactPoint(
            organisation_id=actor.organisation_id,
            customer=customer,
            value=number,
            masked=rules.mask_phone(number),
            hash=fingerprints.phone_hash(number),
            primary=place == 0,
        )
        for place, number in enumerate(dict.fromkeys(phones))
    ]
    ContactPoint.objects.bulk_create(points)
