"""A database with data that an earlier version left is brought up to date, and nothing in it is lost.

Each app goes back by its last migration, with the world in it, and comes forward again; that is done in every run. With
`--all` the data is planted by the code of earlier commits, where their history is at hand.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from tests.drawing import drawn
from tests.homes import PLANT, environment, in_home, lived_in, qibu

from qibu.config.home import Home
from qibu.config.postgres import Engine
from qibu.testing import CHECKOUT

ROWS = """
import json, sys
from django.db import connections
import django
django.setup()
from qibu.config.migrating import bring_up_to_date

def tables():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
                       " WHERE table_schema = 'public' GROUP BY 1")
        return {name: set(columns) for name, columns in cursor.fetchall()}

def rows(columns):
    found = {}
    with connections["owner"].cursor() as cursor:
        for name, kept in columns.items():
            listed = ", ".join(f'"{column}"' for column in sorted(kept))
            cursor.execute(f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text))'
                           f' FROM (SELECT {listed} FROM "{name}") t')
            found[name] = cursor.fetchone()
    return found
"""
BACK_AND_FORTH = ROWS + """
from django.db.migrations.executor import MigrationExecutor
said = {}
for label in sys.argv[1].split(","):
    whole, executor = tables(), MigrationExecutor(connections["owner"])
    names = sorted(name for app, name in executor.loader.disk_migrations if app == label)
    executor.migrate([(label, names[-2])])
    back = tables()
    kept = {name: whole[name] & back[name] for name in whole.keys() & back.keys() if name != "django_migrations"}
    before = rows(kept)
    assert bring_up_to_date(print) >= 1
    assert tables() == whole, label
    after = rows(kept)
    said[label] = {"tables": len(kept), "rows": sum(count for count, _ in before.values()),
                   "lost": sorted(name for name in before if before[name] != after[name])}
print(json.dumps(said))
"""
PAGES = """
import json
from django.conf import settings
from django.test import Client
from django.urls import reverse
import django
django.setup()
settings.ALLOWED_HOSTS = ["testserver"]
from qibu.network.models import Organisation, User
client = Client(headers={"accept-language": "zh-hans"})
user = User.objects.get(username="store_manager@xc-wh")
client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
import time
session = client.session
session.update({"organisation": Organisation.objects.get(code="XC-WH").pk, "since": time.time(), "seen": time.time()})
session.save()
found = {}
for address in ("/", "/customers/", "/visits/", "/imports/", "/settings/", "/settings/mail/"):
    response = client.get(address, follow=True)
    found[address] = [response.status_code, "王建国" in response.content.decode()]
print(json.dumps(found))
"""
# A migration may write into old rows what the new version needs to know of them.
FILLED = {"tasks_clock"}
APPS = (
    "kernel", "network", "customers", "vehicles", "tasks", "contact", "catalog", "leads", "aftersales",
    "showroom", "drives", "quotes", "spotchecks", "nurturing", "orders", "deliveries", "care", "connect", "intake",
    "funnel",
)  # fmt: skip


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def see_pages(home: Home) -> None:
    found = answer(in_home(home, PAGES))
    assert {status for status, _seen in found.values()} == {200}, found
    assert found["/customers/"] == [200, True]


def test_each_app_comes_from_its_previous_migration_with_its_data(fresh_home: Home) -> None:
    apps = sorted({*drawn(APPS, 5, "apps"), *changed_of_late()}, key=APPS.index)
    lived_in(fresh_home)
    said = answer(in_home(fresh_home, BACK_AND_FORTH, ",".join(apps)))
    assert said.keys() == set(apps)
    for label, found in said.items():
        assert set(found["lost"]) <= FILLED, label
        assert found["rows"] > 500, label
    see_pages(fresh_home)


def earlier(revision: str, place: Path) -> Path:
    """The tree of an earlier commit, where there is history."""
    if subprocess.run(["git", "cat-file", "-e", f"{revision}^{{commit}}"], cwd=CHECKOUT, check=False).returncode:
        pytest.skip(f"no history here: {revision} can't be looked up")
    command = ["git", "archive", "--format=tar", revision, "src", "tests"]
    packed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
        tar.extractall(place, filter="data")
    return place


def changed_of_late() -> set[str]:
    """The app whose tables the last commit that changes any has changed; none where there is no history."""
    command = ["git", "log", "-1", "--format=", "--name-only", "--", "src/qibu/*/migrations/*.py"]
    named = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout.split()
    return {Path(name).parts[2] for name in named} & set(APPS)


def before_the_last_change_of_tables() -> str:
    command = ["git", "log", "-1", "--format=%H~1", "--", "src/qibu/*/migrations/*.py"]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False).stdout.strip() or "HEAD~1"


@pytest.mark.slow
@pytest.mark.parametrize("which", ["the previous commit", "before the last change of tables"])
def test_what_an_earlier_commit_planted_is_served_by_this_one(
    fresh_home: Home, tmp_path_factory: pytest.TempPathFactory, which: str
) -> None:
    revision = "HEAD~1" if which == "the previous commit" else before_the_last_change_of_tables()
    old = earlier(revision, tmp_path_factory.mktemp("old"))
    fresh_home.prepare()
    own = environment(
        QIBU_HOME=str(fresh_home.path), DJANGO_SETTINGS_MODULE="qibu.config.settings",
        PYTHONPATH=f"{old / 'src'}:{old}:{old / 'tests'}",
    )  # fmt: skip
    planted = ROWS + "bring_up_to_date(print, content=True)\n" + PLANT + "print(json.dumps(rows(tables())))"
    whose = "import qibu; assert qibu.__file__ is None or qibu.__path__[0].startswith(sys.argv[1]), qibu.__path__\n"
    with Engine(fresh_home, throw_away=True).used():
        done = subprocess.run(
            [sys.executable, "-c", "import sys\n" + whose + planted, str(old)],
            env=own, cwd=old, capture_output=True, text=True, check=False,
        )  # fmt: skip
        before = answer(done)
    code, said = qibu(fresh_home, "migrate")
    assert code == 0, said
    after = answer(in_home(fresh_home, ROWS + "print(json.dumps(rows(tables())))"))
    assert sum(count for count, _digest in before.values()) > 500
    lost = {name: count for name, (count, _digest) in before.items() if after.get(name, [0])[0] < count}
    assert not lost
    see_pages(fresh_home)
    code, said = qibu(fresh_home, "doctor")
    assert code == 0, said
