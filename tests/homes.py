"""Homes of their own with the world of `personas` in them, and the product's commands on them.

The cluster is a copy of the migrated one that the tests have anyway, so a home is there within seconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from qibu.config.home import Home
from qibu.config.postgres import Engine
from qibu.testing import CHECKOUT, HOME, _copy_cluster

WORDS = "一二三四五六七八九十步步高"
PLANT = """
import json
from django.db import transaction
import django
django.setup()
from tests import personas
with transaction.atomic():
    world = personas.build()
ids = {name: getattr(world, name).ids for name in "abc"}
print(json.dumps(ids, default=str))
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QIBU_")}
    return {**kept, "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'tests'}:{CHECKOUT / 'src'}", **more}


def in_home(home: Home, script: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A piece of Python whose settings are those of the home; its database runs meanwhile."""
    own = environment(QIBU_HOME=str(home.path), DJANGO_SETTINGS_MODULE="qibu.config.settings", **more)
    with Engine(home, throw_away=True).used():
        return subprocess.run(
            [sys.executable, "-c", script, *arguments], env=own, capture_output=True, text=True, check=False
        )


def lived_in(home: Home) -> dict[str, dict[str, Any]]:
    """Make a home and plant the world in it; gives the numbers of its rows."""
    for role in HOME.keys.glob("database-*"):
        home.keys.mkdir(parents=True, exist_ok=True)
        (home.keys / role.name).write_text("only-for-tests")
        (home.keys / role.name).chmod(0o600)
    home.keys.chmod(0o700)
    home.prepare()
    _copy_cluster(home)
    done = in_home(home, PLANT)
    assert done.returncode == 0, done.stderr[-3000:]
    ids: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return ids


def qibu(home: Home, *arguments: str, **more: str) -> tuple[int, str]:
    """A command of the product; its exit code and everything it said."""
    done = subprocess.run(
        [sys.executable, "-m", "qibu", *arguments, "--home", str(home.path)],
        env=environment(**more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def words_in(folder: Path) -> Path:
    """The file with the passphrase."""
    path = folder / "words"
    path.write_text(WORDS + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def rows(home: Home, statement: str, role: Any = "owner") -> list[tuple[Any, ...]]:
    with Engine(home, throw_away=True).used(), psycopg.connect(home.conninfo(role)) as connection:
        return connection.execute(statement.encode()).fetchall()


def everything(home: Home) -> dict[str, list[str]]:
    """Each table's rows as text in order: plainly, with nothing of the product's own comparison."""
    with Engine(home, throw_away=True).used(), psycopg.connect(home.conninfo("owner")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return {
            name: [text for (text,) in connection.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1').fetchall()]  # noqa: S608
            for (name,) in names
        }
