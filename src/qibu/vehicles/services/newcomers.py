"""Somebody who gets a part in a car and has no file yet is written down in the same act."""

from __future__ import annotations

from dataclasses import dataclass

from qibu.customers import rules as names
from qibu.customers import selectors as customers
from qibu.customers.models import Customer
from qibu.customers.services import customers as files
from qibu.kernel.actors import Actor
from qibu.vehicles.errors import NumberKnown


@dataclass(frozen=True)
class Newcomer:
    name: str
    phone: str = ""  # as the rules spell it


def written(actor: Actor, one: Newcomer, stage: str) -> int:
    """A number tells whether they have a file already: nobody is written down twice."""
    if one.phone:
        known = next(iter(customers.search(actor, one.phone, limit=1)), None)
        if known is not None:
            raise NumberKnown(known.id, known.name)
    firm = names.looks_like_company(one.name)
    kind = Customer.Kind.COMPANY if firm else Customer.Kind.PERSON
    values = {"name": one.name, "kind": kind, "stage": stage}
    return int(files.register(actor=actor, values=values, phones=[one.phone] if one.phone else []).pk)
