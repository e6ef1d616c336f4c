"""Advisors and sellers named in a sheet: mapped to staff, or made without a sign-in."""

from __future__ import annotations

from qibu.connect.services.loading.sql import Load
from qibu.contracts.network import StaffJoined
from qibu.customers.rules import sort_key
from qibu.kernel import journal
from qibu.network.models import Staff
from qibu.network.rules import Role

ROLES = {"seller": Role.SALES_CONSULTANT, "advisor": Role.SERVICE_ADVISOR}


def match_staff(load: Load, columns: list[str]) -> None:
    """Make the temporary table `people_named` (name → staff), creating those nobody knows yet."""
    wanted = _named(load, columns)
    known = _known(wanted)
    made = _make(load, {name: role for name, role in wanted.items() if name not in known})
    load.run("CREATE TEMPORARY TABLE people_named (name text PRIMARY KEY, staff_id bigint) ON COMMIT DROP")
    pairs = list((known | made).items())
    if pairs:
        load.run(
            "INSERT INTO people_named SELECT * FROM unnest(%(names)s::text[], %(ids)s::bigint[])",
            names=[name for name, _id in pairs],
            ids=[number for _name, number in pairs],
        )
    load.counts["staff_created"] = len(made)


def _named(load: Load, columns: list[str]) -> dict[str, Role]:
    named: dict[str, Role] = {}
    for column in columns:
        for (name,) in load.rows(
            f"SELECT DISTINCT {column} FROM staged WHERE {column} IS NOT NULL ORDER BY 1"
        ):
            named.setdefault(name, ROLES[column])
    return named


def _known(wanted: dict[str, Role]) -> dict[str, int]:
    """People at work come before those who have left; of namesakes the one who has been here longest."""
    found = Staff.objects.filter(name__in=wanted).order_by("-left_on", "-pk")
    ordered = sorted(found, key=lambda person: (person.active, -person.pk))
    return {person.name: person.pk for person in ordered}


def _make(load: Load, missing: dict[str, Role]) -> dict[str, int]:
    actor = load.actor
    people = Staff.objects.bulk_create(
        Staff(
            organisation_id=actor.organisation_id,
            name=name[:60],
            sort_key=sort_key(name)[:120],
            roles=[role.value],
        )
        for name, role in missing.items()
    )
    journal.record_many(
        [
            StaffJoined(
                subject_id=person.pk, staff_name=person.name, roles=tuple(person.roles), source="import"
            )
            for person in people
        ],
        actor=actor,
        batch_id=load.import_id,
    )
    return {name: person.pk for name, person in zip(missing, people, strict=True)}
