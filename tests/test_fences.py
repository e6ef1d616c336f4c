"""The second fence, probed table by table, and whether the probe would notice a table without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from inspect import signature
from typing import Any

import pytest
from django.db import DatabaseError, transaction

import fences
from fences import Places, as_super, asked, broken_policies, done, holes, taken_back
from qibu.kernel.scoping import _set


@pytest.fixture(scope="module")
def found(django_db_setup: None, django_db_blocker: Any) -> Iterator[Places]:
    with django_db_blocker.unblock(), fences.breakable(), transaction.atomic():
        places = fences.places()
        fences.plant(places)
        yield places
        transaction.set_rollback(True)


def test_every_table_shows_and_takes_what_belongs_to_the_organisation_alone(found: Places) -> None:
    wrong = {name: said for name, table in fences.tables().items() if (said := holes(table, found))}
    assert wrong == {}


def test_a_table_whose_fence_is_gone_or_too_wide_would_be_noticed(found: Places) -> None:
    unnoticed, tried = [], 0
    for table in fences.tables().values():
        for name, statement in list(broken_policies(table)):
            with taken_back():
                with as_super():
                    done(statement)
                tried += 1
                if not holes(table, found):
                    unnoticed.append(f"{table.name}: {name}")
    assert tried > 250
    assert unnoticed == []


def test_no_row_can_name_a_row_of_another_store(found: Places) -> None:
    assert [key.name for key in fences.keys(2) if fences.points_abroad(key, found)] == []


def test_a_key_that_lets_rows_name_those_of_others_would_be_noticed(found: Places) -> None:
    unnoticed = []
    for key in fences.keys(2):
        with taken_back():
            with as_super():
                done(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}")
                done(
                    f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} FOREIGN KEY ({key.column}) "
                    f"REFERENCES {key.target} DEFERRABLE INITIALLY DEFERRED NOT VALID"
                )
            if not fences.points_abroad(key, found):
                unnoticed.append(key.name)
    assert unnoticed == []


def test_every_key_of_one_column_has_a_composite_one_beside_it(found: Places) -> None:
    composite = {(key.table, key.column) for key in fences.keys(2)}
    assert {(key.table, key.column) for key in fences.keys(1)} - composite == set()


# -- Functions that answer with their owner's rights

OWN_RIGHTS = """
SELECT oid::regprocedure::text, proconfig FROM pg_proc
 WHERE prosecdef AND pronamespace = 'public'::regnamespace
"""


def below(name: str, found: Places) -> None:
    rows = asked(f"SELECT * FROM {name}()")  # noqa: S608
    assert {row[2] for row in rows} == {found.below}
    assert all(isinstance(row[0], str) and isinstance(row[1], str) for row in rows)


def lineage(found: Places) -> None:
    assert asked("SELECT network_lineage(%s)", found.own) == [([found.own, found.above],)]
    assert asked("SELECT network_lineage(%s)", found.above) == [([found.above],)]


def linked(found: Places) -> None:
    """A link's drive is told to whoever has its fingerprint, while it lasts; another fingerprint tells nothing."""
    there = "(SELECT min(id) FROM {} t WHERE t.organisation_id = x.organisation_id)"
    with as_super():
        done("SET LOCAL session_replication_role = replica")
        for table, column, target in (
            ("drives_feedbacklink", "drive_id", "drives_drive"), ("drives_drive", "lead_id", "leads_lead"),
            ("leads_lead", "customer_id", "customers_customer"),
        ):  # fmt: skip
            done(f"UPDATE {table} x SET {column} = {there.format(target)}")  # noqa: S608
        own = "token = decode(lpad(organisation_id::text, 16, '0'), 'hex')"
        done(f"UPDATE drives_feedbacklink SET {own}, expires_at = now() + interval '1 hour'")  # noqa: S608
        done("UPDATE customers_customer SET erased_at = NULL")
        ((token, drive),) = asked(
            "SELECT token, drive_id FROM drives_feedbacklink WHERE organisation_id = %s", found.stranger
        )
        done("SET LOCAL session_replication_role = origin")
    assert asked("SELECT * FROM drives_linked(%s)", bytes(token)) == [(found.stranger, drive)]
    assert asked("SELECT * FROM drives_linked(%s)", b"another one") == []
    with as_super():
        done("UPDATE drives_feedbacklink SET expires_at = now() - interval '1 hour'")
    assert asked("SELECT * FROM drives_linked(%s)", bytes(token)) == []


def memberships(found: Places) -> None:
    """Who works where: of one account, and of it where that person works today."""
    with as_super():
        done("SET LOCAL session_replication_role = replica")
        done("UPDATE network_staff SET user_id = 7, roles = '{trainer}', barred = false")
        there = "UPDATE network_staff SET {} WHERE organisation_id = {}"
        done(there.format("barred = true", found.sharing))
        done(there.format("left_on = now()", found.below))
        done(there.format("user_id = 8", found.stranger))
        done("SET LOCAL session_replication_role = origin")
    of_account = "SELECT organisation_id FROM network_memberships(%s)"
    assert {row[0] for row in asked(of_account, 7)} == {found.own, found.above}
    assert asked(of_account, 8) == [(found.stranger,)]
    assert asked(of_account, 9) == []


def silence(found: Places) -> None:
    """Of a lead that nobody answers: whose it is, and nothing else."""
    with as_super():
        done("SET LOCAL session_replication_role = replica")
        done("UPDATE tasks_task SET kind = 'lead.first_response', state = 'open'")
        done(
            "UPDATE leads_lead l SET state = 'open', consultant_id = 1, answered_at = NULL, next_task_id = t.id"
            " FROM tasks_task t WHERE t.organisation_id = l.organisation_id"
        )
        done("SET LOCAL session_replication_role = origin")
    numbers("leads_organisations_with_silence('infinity')", found)


def numbers(call: str, found: Places) -> None:
    """Nothing but numbers of organisations."""
    assert all(len(row) == 1 and type(row[0]) is int for row in asked(f"SELECT {call}"))
    assert (found.own,) in asked(f"SELECT {call}")


def analyse(found: Places) -> None:
    assert asked("SELECT kernel_analyse('customers_customer')") == [("",)]
    with taken_back(), pytest.raises(DatabaseError, match="does not exist"):
        asked("SELECT kernel_analyse('customers_customer; DROP TABLE customers_customer')")


def tallies(found: Places) -> None:
    """Sums over two others of the group at least: nothing that one alone has seen, nothing of strangers."""
    with as_super():
        done("UPDATE leads_tally SET field = 'source', value = 'form', won = 1, lost = 2")
    ((field, value, won, lost),) = asked("SELECT * FROM leads_tallies_around()")
    assert (field, value, lost) == ("source", "form", 2 * won)
    assert won >= 2
    with as_super():
        other = "UPDATE leads_tally SET value = '{}' WHERE organisation_id = {}"
        done(other.format("alone", found.below))
        done(other.format("foreign", found.stranger))
    assert "alone" not in str(asked("SELECT * FROM leads_tallies_around()"))
    assert "foreign" not in str(asked("SELECT * FROM leads_tallies_around()"))


def behind_a_token(found: Places) -> None:
    """Whose a living token is: with the hash of a secret that nobody else has; revoked ones are nobody's."""
    with as_super():
        done("UPDATE network_apitoken SET revoked_at = NULL, hash = decode(md5(id::text), 'hex')")
    asked_for = asked("SELECT hash FROM network_apitoken WHERE organisation_id = %s", found.own)[0][0]
    call = "SELECT organisation_id FROM network_api_token(%s)"
    assert asked(call, asked_for) == [(found.own,)]
    assert asked(call, b"nobody's") == []
    with as_super():
        done("UPDATE network_apitoken SET revoked_at = now()")
    assert asked(call, asked_for) == []


def behind_a_form(found: Places) -> None:
    """Which form a secret in an address belongs to, and whose that is."""
    with as_super():
        done("UPDATE intake_webform SET token_hash = decode(md5(id::text), 'hex')")
    asked_for = asked("SELECT token_hash FROM intake_webform WHERE organisation_id = %s", found.own)[0][0]
    assert [row[0] for row in asked("SELECT * FROM intake_form(%s)", asked_for)] == [found.own]
    assert asked("SELECT * FROM intake_form(%s)", b"nobody's") == []


def link_of_a_quote(found: Places) -> None:
    """Whoever has the token is told where its link is, and nobody what else there is."""
    with as_super():
        hashed = asked("SELECT organisation_id, id, token_hash FROM quotes_quotelink")
    for organisation, number, token in hashed:
        assert asked("SELECT * FROM quotes_link_of(%s)", token) == [(organisation, number)]
    assert hashed and asked("SELECT * FROM quotes_link_of(%s)", b"a guess") == []


def link_of_a_piece(places: Places) -> None:
    """A token's hash tells where the sending is, and nothing else; a guess tells nothing."""
    with as_super():
        done("UPDATE nurturing_sending SET token_hash = decode(md5(id::text), 'hex')")
        hashed = asked("SELECT organisation_id, id, token_hash FROM nurturing_sending")
    for organisation, number, token in hashed:
        assert asked("SELECT * FROM nurturing_link_of(%s)", token) == [(organisation, number)]
    assert hashed and asked("SELECT * FROM nurturing_link_of(%s)", b"a guess") == []


ANSWERS: dict[str, Callable[[Places], None]] = {
    "network_lineage(bigint)": lineage,
    "network_memberships(bigint)": memberships,
    "network_overridden_below()": partial(below, "network_overridden_below"),
    "care_overridden_below()": partial(below, "care_overridden_below"),
    "leads_overridden_below()": partial(below, "leads_overridden_below"),
    "leads_tallies_around()": tallies,
    "tasks_overridden_below()": partial(below, "tasks_overridden_below"),
    "tasks_organisations_with_due_clocks(timestamp with time zone)":
        partial(numbers, "tasks_organisations_with_due_clocks('infinity')"),
    "contact_organisations_with_due_messages(timestamp with time zone)":
        partial(numbers, "contact_organisations_with_due_messages('infinity')"),
    "contact_organisations_that_write()": partial(numbers, "contact_organisations_that_write()"),
    "leads_organisations_with_silence(timestamp with time zone)": silence,
    "leads_sharing_below()": partial(below, "leads_sharing_below"),
    "kernel_analyse(text[])": analyse,
    "network_api_token(bytea)": behind_a_token, "intake_form(bytea)": behind_a_form,
    "intake_organisations_with_mailboxes()": partial(numbers, "intake_organisations_with_mailboxes()"),
    "catalog_overridden_below()": partial(below, "catalog_overridden_below"),
    "quotes_overridden_below()": partial(below, "quotes_overridden_below"),
    **{f"{app}_overridden_below()": partial(below, f"{app}_overridden_below")
       for app in ("drives", "orders", "spotchecks", "deliveries")},
    "quotes_link_of(bytea)": link_of_a_quote,
    "nurturing_link_of(bytea)": link_of_a_piece,
    "nurturing_overridden_below()": partial(below, "nurturing_overridden_below"),
    "drives_linked(bytea)": linked,
}  # fmt: skip


def test_every_function_with_its_owners_rights_is_looked_at(found: Places) -> None:
    known = dict(asked(OWN_RIGHTS))
    assert known.keys() == ANSWERS.keys(), "say in ANSWERS what the plain role may hear from it, and nothing else"
    assert {name for name, settings in known.items() if settings != ["search_path=public, pg_temp"]} == set()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_function_tells_what_it_should_and_nothing_else(found: Places, name: str) -> None:
    with taken_back():
        with as_super():
            done("UPDATE tasks_clock SET climb_at = now()")
            done("UPDATE contact_message SET due_at = now()")
            done("UPDATE intake_mailbox SET active = true")
        _set((found.own,), found.own)
        ANSWERS[name](found)


def with_a_false_tree(found: Places) -> list[tuple[Any, ...]]:
    """What the lineage is where somebody made a temporary table that says a stranger stands above."""
    _set((found.own,), found.own)
    done(f"CREATE TEMP TABLE network_organisation AS SELECT {found.own} AS id, {found.stranger} AS parent_id")
    done(f"INSERT INTO network_organisation VALUES ({found.stranger}, NULL)")  # noqa: S608
    done("GRANT SELECT ON network_organisation TO PUBLIC")
    return asked("SELECT network_lineage(%s)", found.own)


def test_a_temporary_table_takes_nobodys_place(found: Places) -> None:
    with taken_back():
        assert with_a_false_tree(found) == [([found.own, found.above],)]
    with taken_back():
        with as_super():
            done("ALTER FUNCTION network_lineage(bigint) SET search_path = public")
        assert with_a_false_tree(found) == [([found.own, found.stranger],)], "the trick no longer tricks anybody"


# -- Rights

RIGHTS = """
SELECT c.relname, array_agg(DISTINCT a.privilege_type::text ORDER BY a.privilege_type::text) FROM pg_class c
 CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND c.relnamespace = 'public'::regnamespace AND a.grantee = 'qibu_app'::regrole GROUP BY 1
"""
READS, ADDS, WORKS = ["SELECT"], ["INSERT", "SELECT"], ["DELETE", "INSERT", "SELECT", "UPDATE"]
# Tables without row security: what the product does with them, and why they belong to nobody.
OPEN = {
    "auth_group": READS, "auth_group_permissions": READS, "auth_permission": READS,  # Django's own; roles are ours
    "django_content_type": READS, "django_migrations": READS,  # what the owner has done to the tables
    "django_session": WORKS,  # before anybody is known
    "network_user": WORKS, "network_knowndevice": WORKS, "network_signinattempt": WORKS,  # signing in
    "network_secondfactor": WORKS, "network_recoverycode": WORKS, "network_opensession": WORKS,  # as well
    "kernel_resealing": WORKS,  # how far a new key has come in all tables: numbers alone
    "network_organisation": WORKS,  # the tree itself: names and kinds, asked before a scope is open
    # Jobs, whose arguments are numbers alone: see below.
    "procrastinate_jobs": WORKS, "procrastinate_events": WORKS, "procrastinate_periodic_defers": WORKS,
    "procrastinate_workers": WORKS,
}  # fmt: skip


def test_the_plain_role_has_no_more_rights_than_it_needs(found: Places) -> None:
    held = dict(asked(RIGHTS))
    assert held.keys() == OPEN.keys() | fences.tables().keys(), "say in OPEN why a table needs no row security"
    wanted = {name: ADDS if table.append_only else WORKS for name, table in fences.tables().items()} | OPEN
    assert {name: rights for name, rights in held.items() if rights != wanted[name]} == {}


def test_the_plain_role_owns_nothing_and_is_nobody_else(found: Places) -> None:
    for owned in ("pg_class WHERE relowner", "pg_proc WHERE proowner", "pg_auth_members WHERE member"):
        assert asked(f"SELECT * FROM {owned} = 'qibu_app'::regrole") == [], owned  # noqa: S608
    may_make = "SELECT has_schema_privilege('qibu_app', 'public', 'CREATE')"
    assert asked(may_make) == [(False,)]
    assert asked("SELECT has_database_privilege('qibu_app', current_database(), 'CREATE')") == [(False,)]


def test_everybody_else_has_no_rights_at_all(found: Places) -> None:
    to_all = "SELECT a.privilege_type FROM {}, aclexplode({}) a WHERE a.grantee = 0 AND {} = 'public'::regnamespace"
    assert asked(to_all.format("pg_class c", "c.relacl", "c.relnamespace")) == []
    assert asked(to_all.format("pg_namespace n", "n.nspacl", "n.oid")) == []


def test_sequences_are_used_and_not_set(found: Places) -> None:
    held = "SELECT DISTINCT a.privilege_type FROM pg_class c, aclexplode(c.relacl) a"
    rows = asked(f"{held} WHERE c.relkind = 'S' AND a.grantee = 'qibu_app'::regrole ORDER BY 1")
    assert rows == [("SELECT",), ("USAGE",)]


def test_what_is_asked_of_the_background_are_numbers_alone(found: Places) -> None:
    """Jobs lie outside row security: who reads the queue reads nothing about anybody."""
    from qibu.kernel.jobs import app

    told = {
        f"{name}({one.name})": one.annotation
        for name, task in app.tasks.items()
        for one in signature(task.func).parameters.values()
        if name.startswith("qibu.")
    }
    assert told
    assert {name: kind for name, kind in told.items() if kind not in ("int", int, "int | None")} == {}
