"""Reckoning and planning of one store wait for each other; other stores go on."""

from __future__ import annotations

from django.db import connection

from qibu.kernel.actors import Actor

LOCK = 0x63617265  # "care": the first key of the advisory lock, the second is the organisation


def one_at_a_time(actor: Actor) -> None:
    """Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s::int)", [LOCK, actor.organisation_id])
