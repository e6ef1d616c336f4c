import sys
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from qibu.config.children import Child
from qibu.config.home import Home
from qibu.config.postgres import Engine, connect_super
from qibu.config.roles import ensure
from qibu.config.tests.test_processes import until
from qibu.testing import HOME

ESCAPES = [
    "SET ROLE qibu_owner",
    "SET ROLE qibu_super",
    "SET SESSION AUTHORIZATION qibu_owner",
    "ALTER ROLE qibu_app BYPASSRLS",
    "ALTER ROLE qibu_app SUPERUSER",
    "GRANT qibu_owner TO qibu_app",
    "CREATE ROLE stranger SUPERUSER",
    "ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE customers_customer OWNER TO qibu_app",
    "DROP POLICY tenant_read ON customers_customer",
    "TRUNCATE customers_customer",
    "CREATE TABLE public.leak (id int)",
    "COPY (SELECT 1) TO '/tmp/leak'",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT rolpassword FROM pg_authid",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ESCAPES)
def test_the_plain_role_can_not_leave_its_fence(statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_switching_row_security_off_is_an_error_and_not_a_way_around() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT count(*) FROM customers_customer")


@pytest.mark.django_db
def test_a_right_taken_back_by_a_migration_stays_so_after_the_next_start() -> None:
    name = connection.settings_dict["NAME"]
    with connect_super(HOME, name) as root:
        root.execute("SET ROLE qibu_owner")
        root.execute("CREATE TABLE ledger (id int)")
        root.execute("REVOKE UPDATE, DELETE ON ledger FROM qibu_app")
        ensure(Home(HOME.path, name))
        held = "SELECT has_table_privilege('qibu_app', 'ledger', %s)"
        rights = {right: root.execute(held, [right]).fetchone() for right in ("INSERT", "UPDATE", "DELETE")}
        root.execute("DROP TABLE ledger")
    assert rights == {"INSERT": (True,), "UPDATE": (False,), "DELETE": (False,)}


@pytest.mark.django_db
def test_nobody_enters_without_a_password() -> None:
    address = HOME.database_address()
    for user in ("qibu_super", "qibu_owner", "qibu_app"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(**address, user=user, password="")


def test_the_web_server_and_the_worker_know_the_plain_role_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the owner's connection nor, elsewhere, the name and password of who keeps that server."""
    monkeypatch.setenv("QIBU_DATABASE_URL", "postgresql://keeper:very-secret@db.example.com:5433/store?sslmode=require")
    look = (
        "import os; from qibu.config import settings; base = settings.DATABASES;"
        "print(sorted(base), base['default']['USER'], base['default']['HOST'], base['default']['PORT'],"
        " 'very-secret' in str(dict(os.environ)) + str(base))"
    )
    child = Child("looking", [sys.executable, "-c", look], tmp_path)
    child.start()
    kept = tmp_path / "looking.log"
    until(lambda: kept.read_text(encoding="utf-8"))
    assert "['default'] qibu_app db.example.com 5433 False" in kept.read_text(encoding="utf-8")


def test_another_postgresql_is_prepared_by_a_role_that_is_no_superuser(
    fresh_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Engine(fresh_home, throw_away=True).used():
        with connect_super(fresh_home) as root:
            root.execute("DROP DATABASE qibu")
            root.execute("DROP ROLE qibu_app, qibu_owner")
            root.execute("CREATE ROLE keeper LOGIN CREATEROLE CREATEDB PASSWORD 'word'")
        url = f"postgresql://keeper:word@/store?host={fresh_home.socket_folder}"
        monkeypatch.setenv("QIBU_DATABASE_URL", url)
        elsewhere = Home(tmp_path, "store")
        ensure(elsewhere)
        ensure(elsewhere)
        with psycopg.connect(elsewhere.conninfo("owner")) as owner:
            owner.execute("CREATE TABLE seen AS SELECT 7 AS value")
        with psycopg.connect(elsewhere.conninfo("app")) as app:
            assert app.execute("SELECT value FROM seen").fetchone() == (7,)


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_leaves_nothing_behind() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES ('left', 'behind', now())")


@pytest.mark.django_db(transaction=True)
def test_and_the_next_finds_what_migrations_put_in() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM django_session), count(*) > 0 FROM django_content_type")
        assert cursor.fetchone() == (0, True)
