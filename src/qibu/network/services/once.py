"""A form that makes something is taken once. Who got no answer (the line broke, the server fell, the button was pressed
twice) sends it again, and is led to what the first one made.

The row is written in the transaction of the act itself: both are there or neither. Of two that come at the same moment
the second waits at the unique key until the first one is through."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import QuerySet

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Once
from qibu.network.services import actors

KEPT_FOR = timedelta(days=7)  # longer than a page stays open with something unsent in it


def claim(*, actor: Actor, key: str) -> str | None:
    """None for the first one, which now holds the key; for a later one, where the first one led."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO network_once (organisation_id, key, address) VALUES (%s, %s, '') ON CONFLICT DO NOTHING",
            [actor.organisation_id, key],
        )
        if cursor.rowcount:
            return None
    return _mine(actor, key).values_list("address", flat=True).get()


def led_to(*, actor: Actor, key: str) -> str | None:
    """Where a form that was taken led; None for one that wasn't."""
    return _mine(actor, key).values_list("address", flat=True).first()


def keep(*, actor: Actor, key: str, address: str) -> None:
    """The act was done and led there."""
    _mine(actor, key).update(address=address)


def release(*, actor: Actor, key: str) -> None:
    """Nothing was done: the form may come again as it is."""
    _mine(actor, key).delete()


def forget(organisation_id: int) -> None:
    with scope(actors.system(organisation_id)):
        Once.objects.filter(at__lt=times.now() - KEPT_FOR).delete()


def _mine(actor: Actor, key: str) -> QuerySet[Once]:
    return Once.objects.filter(organisation_id=actor.organisation_id, key=key)
