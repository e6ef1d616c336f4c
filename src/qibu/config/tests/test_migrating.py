import os
import subprocess
import sys

import pytest
from django.db import connections

from qibu.config.home import ROLE_NAMES, Home
from qibu.config.postgres import connect_super
from qibu.config.tests.test_processes import qibu, told
from qibu.testing import HOME

SHIPPED = "SELECT count(*) FROM tasks_workcalendar WHERE organisation_id IS NULL"


@pytest.mark.django_db
def test_every_database_begins_with_the_shipped_content() -> None:
    with connect_super(HOME, connections["default"].settings_dict["NAME"]) as root:
        assert root.execute(SHIPPED).fetchone() == (1,)


@pytest.mark.django_db
def test_every_table_belongs_to_the_owner_and_not_to_the_product() -> None:
    with connect_super(HOME, connections["default"].settings_dict["NAME"]) as root:
        owners = root.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert owners == [(ROLE_NAMES["owner"],)]


@pytest.mark.django_db
def test_who_knows_the_plain_role_alone_migrates_nothing_and_begins() -> None:
    """The worker is a command, too: `serve` has brought the database up to date before it."""
    script = "from qibu.config.migrating import bring_up_to_date; print(bring_up_to_date(print))"
    told_to = {**os.environ, "QIBU_HOME": str(HOME.path), "QIBU_PLAIN_ROLE": "1"}
    done = subprocess.run([sys.executable, "-c", script], env=told_to, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr


@pytest.mark.slow
def test_migrating_again_changes_nothing(fresh_home: Home) -> None:
    assert told(qibu(fresh_home, "migrate"))[0] == 0
    code, said = told(qibu(fresh_home, "migrate"))
    assert (code, said) == (0, "数据库已是最新。\n")
