"""The database's roles: the owner migrates, the product connects as a plain role that row security binds, backups read
through a third one that row security doesn't bind, which can read and nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from qibu.config.home import ROLE_NAMES, Home, Role
from qibu.config.postgres import connect_super, external_url

Connection = psycopg.Connection[tuple[Any, ...]]
OWNER = sql.Identifier(ROLE_NAMES["owner"])
APP = sql.Identifier(ROLE_NAMES["app"])
ONE_AT_A_TIME = 7_07_2026
PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
READING = "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
BACKUP_RIGHTS = tuple(
    sql.SQL(text)
    for text in (
        "GRANT pg_read_all_data TO {backup}",
        "GRANT CONNECT ON DATABASE {database} TO {backup}",
        "ALTER ROLE {backup} SET default_transaction_read_only = on",
    )
)


def ensure(home: Home) -> None:
    """Roles, database and rights as they should be; running it again changes nothing."""
    home.prepare()
    with _maintenance(home) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        for role in ("owner", "app"):
            _ensure_role(connection, home, role, PLAIN)
        _ensure_database(connection, home.database)
        _ensure_backup_role(connection, home)
    database = sql.Identifier(home.database)
    with connect_super(home, home.database) as connection:
        for statement in RIGHTS:
            connection.execute(statement.format(owner=OWNER, app=APP, database=database))


def _maintenance(home: Home) -> Connection:
    """The database of the address may be the one still to be made."""
    try:
        return connect_super(home)
    except psycopg.OperationalError as error:
        if external_url() and "does not exist" in str(error):
            return connect_super(home, "postgres")
        raise


def _ensure_backup_role(connection: Connection, home: Home) -> None:
    """Whoever isn't superuser may not let another skip row security: then the owner makes the backups."""
    backup, database = sql.Identifier(ROLE_NAMES["backup"]), sql.Identifier(home.database)
    try:
        _ensure_role(connection, home, "backup", READING)
        for statement in BACKUP_RIGHTS:
            connection.execute(statement.format(backup=backup, database=database))
    except psycopg.errors.InsufficientPrivilege:
        return


def role_for_backups(home: Home) -> Role:
    """Of the two that read everything, the one with fewer rights, where it may sign in."""
    asked = (
        "SELECT rolbypassrls AND pg_has_role(oid, 'pg_read_all_data', 'USAGE') FROM pg_roles"
        " WHERE rolname = current_user"
    )
    try:
        with psycopg.connect(home.conninfo("backup")) as connection:
            row = connection.execute(asked).fetchone()
    except psycopg.OperationalError:
        return "owner"
    return "backup" if row and row[0] else "owner"


def _ensure_role(connection: Connection, home: Home, role: Role, attributes: str) -> None:
    name = ROLE_NAMES[role]
    # The server gets the scrambled form, so the password itself reaches no log.
    scrambled = connection.pgconn.encrypt_password(
        home.key(f"database-{role}").encode(), name.encode(), b"scram-sha-256"
    ).decode()
    identifier = sql.Identifier(name)
    found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone() is not None
    if not found:
        connection.execute(sql.SQL("CREATE ROLE {} " + attributes).format(identifier))
    # No other attribute: only a superuser may even repeat them. `doctor` looks at those.
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(identifier, scrambled))


def _ensure_database(connection: Connection, name: str) -> None:
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        _become_member(connection)
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(name), OWNER
            )
        )


def _become_member(connection: Connection) -> None:
    """Without being superuser, one may give things only to roles one belongs to."""
    me = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if me is not None and not me[0]:
        how = "WITH INHERIT TRUE, SET TRUE" if connection.info.server_version >= 160000 else ""
        connection.execute(sql.SQL(f"GRANT {{}} TO CURRENT_USER {how}").format(OWNER))


# Tables get their rights by default privileges, once: a migration that takes one back (an append-only table)
# is not undone by the next start.
RIGHTS = tuple(
    sql.SQL(text)
    for text in (
        "ALTER DATABASE {database} OWNER TO {owner}",
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {app}",
    )
)
