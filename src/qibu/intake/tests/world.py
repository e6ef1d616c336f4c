"""A store with doors, for the tests of this app."""

from __future__ import annotations

from typing import Any

from django.test import Client

from qibu.intake.rules import Draft
from qibu.intake.services.arriving import Brought
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.rules import Door
from qibu.network.models import Organisation, User
from qibu.network.services import actors, tokens
from qibu.network.tokens import Scope
from qibu.tasks.tests.world import at, person, store

__all__ = ["FANG", "at", "brought", "client_of", "manager", "person", "store", "token"]
FANG = {"name": "方雅雯", "phone": "13855530001", "brand": "星辰", "series": "追光"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


def manager(organisation_id: int) -> Actor:
    return person(organisation_id, "郭亮", "sales_manager")


def brought(facts: dict[str, str] | None = None, **more: Any) -> Brought:
    told = FANG if facts is None else facts
    values: dict[str, Any] = {
        "door": Door.API, "source": "website", "draft": Draft.of(told), "raw": str(told), "at": times.now(),
        "sender": "官网", **more,
    }  # fmt: skip
    return Brought(**values)


def token(organisation_id: int, *scopes: Scope) -> str:
    actor = actors.system(organisation_id)
    with scope(actor):
        return tokens.create(actor=actor, name="门户", scopes=scopes or [Scope.LEADS_WRITE]).secret


def client_of(actor: Actor) -> Client:
    """A browser in which the person is signed in."""
    from qibu.network.models import OpenSession, Staff

    user = User.objects.create(username=f"u{actor.staff_id}", password="!")
    with scope(actors.system(Organisation.objects.get(pk=actor.organisation_id))):
        Staff.objects.filter(pk=actor.staff_id).update(user=user)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend=BACKEND)
    now, session = times.now().timestamp(), client.session
    session.update({"organisation": actor.organisation_id, "since": now, "seen": now})
    session.save()
    OpenSession.objects.create(user=user, key=session.session_key)
    return client
