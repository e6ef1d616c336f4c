"""The door of the loader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qibu.connect.checks import Record
from qibu.connect.mapping import OWNERS
from qibu.connect.services.loading import cars, events, people, policies, search, staff, visits
from qibu.connect.services.loading.sql import Load
from qibu.connect.services.loading.staging import Stage
from qibu.kernel import journal, times
from qibu.kernel.scoping import scope

# Filled in bulk: without new statistics the next statements would go by those of an empty table.
ROWS = (
    "customers_customer", "customers_contactpoint", "customers_consent", "vehicles_vehicle",
    "vehicles_ownership", "vehicles_policy", "vehicles_reading", "aftersales_visit",
)  # fmt: skip
READ_LATER = ("customers_searchtoken", "kernel_entry")


def load(
    work: Load,
    *,
    kind: str,
    records: Iterable[tuple[int, Record]],
    basis: str,
    marketing: bool,
    evidence: str,
) -> dict[str, Any]:
    """Stage the records, then apply them in one transaction; gives the counts. Call it outside a scope.

    `work.step` is called with the name of each stage and may raise to stop: then nothing has been loaded. The last
    one is `done`, within the transaction: what is written there stands exactly when the load does.
    """
    with Stage(kind) as stage:
        for done in stage.fill(records):
            work.step(f"staged:{done}")
        with scope(work.actor):
            work.step("waiting")
            work.lock()
            if kind == OWNERS:
                _owners(work, basis=basis, marketing=marketing, evidence=evidence)
            else:
                _visits(work, basis=basis, marketing=marketing, evidence=evidence)
            journal.announce(work.actor.organisation_id)
            _analyse(work, READ_LATER)
            work.step("done")
    return work.counts


def _owners(work: Load, *, basis: str, marketing: bool, evidence: str) -> None:
    work.step("people")
    staff.match_staff(work, ["seller", "advisor"])
    people.gather_owners(work)
    people.match(work)
    people.match_by_car(work)
    people.match_by_name(work)
    people.create(work)
    people.update(work)
    people.add_points(work)
    people.add_tags(work)
    people.add_consents(work, basis=basis, marketing=marketing, evidence=evidence)
    work.step("cars")
    cars.gather_owned(work)
    cars.create(work)
    cars.update(work, cars.OWNER_FIELDS, own=True)
    cars.settle_owners(work)
    policies.bring(work)
    cars.add_readings(work, f"date '{times.today()}'")  # the database's own day begins at eight in the store
    _analyse(work, ROWS)
    work.step("search")
    search.add_tokens(work)
    work.step("journal")
    events.of_people(work)
    events.of_cars(work)
    events.of_owners(work)
    work.counts |= {"visits_created": 0, "visits_matched": 0, "amount_total": "0"}


def _visits(work: Load, *, basis: str, marketing: bool, evidence: str) -> None:
    work.step("cars")
    staff.match_staff(work, ["advisor"])
    cars.gather_visited(work)
    cars.create(work)
    cars.update(work, cars.VISIT_FIELDS)
    work.step("people")
    people.gather_senders(work)
    people.match(work)
    people.match_by_name(work)
    people.create(work)
    people.add_points(work)
    people.add_consents(work, basis=basis, marketing=marketing, evidence=evidence)
    _count_owners(work)
    work.step("visits")
    visits.gather(work)
    visits.bring(work)
    visits.add_senders(work)
    cars.add_readings(work, "s.opened_on")
    _analyse(work, ROWS)
    work.step("search")
    search.add_tokens(work)
    work.step("journal")
    events.of_people(work)
    events.of_cars(work)
    events.of_visits(work)


def _analyse(work: Load, tables: tuple[str, ...]) -> None:
    work.run("SELECT kernel_analyse(VARIADIC %(tables)s)", tables=list(tables))


def _count_owners(work: Load) -> None:
    """Owners whose cars came in are customers that this sheet matched, too."""
    work.counts["customers_matched"] = work.value(
        """
        SELECT count(*) FROM (SELECT owner_id FROM cars WHERE owner_id IS NOT NULL
                              UNION SELECT customer_id FROM people WHERE NOT fresh) matched
        """
    )
