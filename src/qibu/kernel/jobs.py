"""Background jobs carry their tenant: each runs in the scope of the actor who asked for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError
from procrastinate.contrib.django import app
from psycopg.errors import DeadlockDetected

__all__ = ["app", "each"]

log = logging.getLogger(__name__)


def each(organisations: Iterable[int], do: Callable[[int], object]) -> set[int]:
    """Do something for every organisation, and give those where it failed: they are written down and don't keep
    the others waiting. A database that is gone is everybody's trouble and is raised."""
    failed = set()
    for organisation_id in organisations:
        try:
            do(organisation_id)
        except Exception as error:
            gone = isinstance(error, OperationalError | InterfaceError)
            if gone and not isinstance(error.__cause__, DeadlockDetected):
                raise
            log.exception("background work failed for organisation %s", organisation_id)
            failed.add(organisation_id)
    return failed
