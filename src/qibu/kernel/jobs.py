"""Background jobs carry their tenant: each runs in the scope of the actor who asked for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.errors import DeadlockDetected

__all__ = ["app", "each", "once_each", "take_up_interrupted"]

ASKING = 0x6F6E6365  # "once": whoever asks for jobs waits for others who do
MOST_TRIES = 3  # a job that ends its worker each time does so no more

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


def once_each(task: str, organisations: Iterable[int]) -> list[int]:
    """Ask for a job of each organisation where none is waiting; gives those that were asked for.

    A waiting one is held until this transaction ends: it begins with what is being written here.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ASKING])
        wanted = {f"{task}:{number}": number for number in sorted(set(organisations))}
        waiting = ProcrastinateJob.objects.filter(status="todo", queueing_lock__in=wanted).select_for_update()
        held = set(waiting.order_by("pk").values_list("queueing_lock", flat=True))
        asked = {lock: number for lock, number in wanted.items() if lock not in held}
        jobs = [
            app.configure_task(task, queueing_lock=lock).make_new_job(organisation_id=number)
            for lock, number in asked.items()
        ]
        if jobs:
            app.job_manager.batch_defer_jobs(jobs)
    return list(asked.values())


# What may not be put back: tried often enough, or another one waits already to do the same.
GIVEN_UP = """
UPDATE procrastinate_jobs job SET status = 'failed' WHERE status = 'doing' AND (attempts >= %(most)s OR EXISTS (
  SELECT FROM procrastinate_jobs other WHERE other.queueing_lock = job.queueing_lock
     AND (other.status = 'todo' OR (other.status = 'doing' AND other.id > job.id))))
"""
PUT_BACK = """
SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM procrastinate_jobs WHERE status = 'doing'
"""


def take_up_interrupted() -> int:
    """Put back the jobs that a killed worker was at; gives how many. To be asked by the one worker before it begins:
    every job may be done again, since what is done already is seen in the rows it works on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, {"most": MOST_TRIES})
        cursor.execute(PUT_BACK)
        return int(cursor.rowcount)
