"""A store with people who sell, for the tests of this app."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from qibu.kernel import times
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.tasks.tests.world import at, person, store

__all__ = ["CALLER", "IN_ORDER", "again", "at", "caller", "person", "received", "store"]
CALLER = "13855530001"
IN_ORDER = ["tasks_task", "customers_customer", "leads_lead"]


def caller(name: str = "方雅雯", phone: str = CALLER, **more: Any) -> Person:
    return Person(name=name, phones=(phone,) if phone else (), **more)


def received(who: Person | None = None, **facts: Any) -> Received:
    values: dict[str, Any] = {
        "door": Door.FORM, "source": "form", "at": times.now() - timedelta(minutes=2),
        "wish": {"brand": "星辰", "series": "追光"}, **facts,
    }  # fmt: skip
    return Received(person=who or caller(), **values)


def again(lead: Lead) -> Lead:
    """As it stands now."""
    found: Lead = Lead.objects.select_related("next_task", "customer", "consultant").get(pk=lead.pk)
    return found
