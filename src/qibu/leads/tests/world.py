"""A store with people who sell, for the tests of this app."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.tasks.tests.world import at, person, store

__all__ = ["CALLER", "IN_ORDER", "again", "asking", "at", "caller", "person", "received", "store"]
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


def asking(actor: Actor) -> HttpRequest:
    """Whose page it is, as slots look at it."""
    request = HttpRequest()
    request.actor = actor  # type: ignore[attr-defined]  # as the middleware sets it
    return request


def again(lead: Lead) -> Lead:
    """As it stands now."""
    found: Lead = Lead.objects.select_related("next_task", "customer", "consultant").get(pk=lead.pk)
    return found
