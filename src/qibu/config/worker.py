"""The worker: background jobs and the relay that hands the journal to its readers."""

from __future__ import annotations

import argparse
import logging
import threading
import time
from contextlib import closing

import psycopg
from django.db import OperationalError, close_old_connections, connections
from procrastinate.contrib.django.django_connector import DjangoConnector

from qibu.config.home import Home
from qibu.kernel import relay
from qibu.kernel.jobs import app, each, take_up_interrupted
from qibu.kernel.journal import CHANNEL
from qibu.network.models import Organisation
from qibu.network.services import actors

log = logging.getLogger(__name__)
TURN = 1.0  # seconds between looks at organisations that have news
ROUND = 60.0  # seconds between looks at all of them
WARM = 15.0  # news may wait for an older transaction: look again this long


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The supervisor starts the worker; it has no options."""


def run(args: argparse.Namespace) -> int:
    stop = threading.Event()
    reading = threading.Thread(target=read_journal, args=(args.home, stop), name="relay", daemon=True)
    reading.start()
    try:
        if number := take_up_interrupted():
            log.warning("%s jobs were interrupted and are begun anew", number)
        close_old_connections()
        work_jobs()
    finally:
        stop.set()
        reading.join(timeout=10)
    return 0


def work_jobs() -> None:
    """Work on jobs until told to stop by a signal."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(concurrency=2, shutdown_graceful_timeout=20, delete_jobs="successful")


def read_journal(home: Home, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with closing(_listening()) as listening:
                _serve_readers(home, listening, stop)
        except (psycopg.OperationalError, OperationalError):  # the database is starting again
            log.warning("the relay lost its connection and tries again")
            stop.wait(TURN)
        except Exception:
            log.exception("a reader of the journal failed; it is tried again")
            stop.wait(ROUND / 10)
        finally:
            close_old_connections()


def _listening() -> psycopg.Connection[tuple[object, ...]]:
    params = connections["default"].get_connection_params()
    params = {key: value for key, value in params.items() if key not in ("cursor_factory", "context")}
    connection = psycopg.connect(**params, autocommit=True)
    connection.execute(f"LISTEN {CHANNEL}")
    return connection


def _serve_readers(
    home: Home, listening: psycopg.Connection[tuple[object, ...]], stop: threading.Event
) -> None:
    warm: dict[int, float] = {}
    next_round = 0.0
    # A start may be that of a newer version, the usual cure for what could not be handled.
    each(
        Organisation.objects.values_list("pk", flat=True),
        lambda number: relay.retry_parked(actors.system(number), at_once=True),
    )
    while not stop.is_set():
        now = time.monotonic()
        if now >= next_round:
            warm |= dict.fromkeys(Organisation.objects.values_list("pk", flat=True), now)
            next_round = now + ROUND
        failed = each(warm, lambda organisation_id: relay.catch_up(actors.system(organisation_id)))
        # Where a reader failed it is tried again with the next round, or when there is more news.
        warm = {number: since for number, since in warm.items() if number not in failed and now - since <= WARM}
        (home.run / "worker.heartbeat").touch()
        close_old_connections()
        warm |= {int(news.payload): time.monotonic() for news in listening.notifies(timeout=TURN)}
