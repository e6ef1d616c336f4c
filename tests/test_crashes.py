"""Four people write while a part of the product is killed, again and again. Fifty rounds; `QIBU_CRASH_ROUNDS` says more
or fewer, `QIBU_CRASH_SEED` repeats a run."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from crashing import KILLS, Clerk, Served, served, until
from qibu.config.home import Home

ROUNDS = int(os.environ.get("QIBU_CRASH_ROUNDS") or (300 if os.environ.get("QIBU_TEST_ALL") else 50))
SEED = int(os.environ.get("QIBU_CRASH_SEED") or random.randrange(10**6))
CLERKS = 4

# What people wrote, under the mark it was given.
WRITTEN = """
SELECT name FROM customers_customer WHERE name LIKE 'c%%-%%'
UNION ALL SELECT data->>'text' FROM kernel_entry WHERE type = 'customers.NoteWritten'
UNION ALL SELECT title FROM tasks_task WHERE title LIKE 'c%%-%%'
"""
BEHIND = """
SELECT p.reader FROM kernel_readerposition p
 WHERE EXISTS (SELECT FROM kernel_entry e WHERE e.organisation_id = p.organisation_id
                  AND (e.xid, e.id) > (p.xid, p.entry_id))
"""


@pytest.fixture(scope="module")
def product(migrated_home: Home) -> Iterator[Served]:
    with served(migrated_home) as serving:
        yield serving


# They come twice as often: where writes could be lost, and what is there again soonest.
OFTEN = ("backend", "database", "worker")


def deck(chance: random.Random) -> Iterator[str]:
    """Every kind of kill comes again and again, in an order nobody knows."""
    while True:
        yield from chance.sample([*sorted(KILLS), *OFTEN], len(KILLS) + len(OFTEN))


def customer_of(product: Served) -> int:
    """Somebody whom notes can be about."""
    first = Clerk(product.port, "first", 0, SEED)
    first.browser.sign_in()
    first.chance.random = lambda: 0.0  # type: ignore[method-assign]  # it insists
    first.write("一位老客户", first.of_customer)
    ((number,),) = product.look("SELECT id FROM customers_customer WHERE name = '一位老客户'")
    return int(number)


def written(clerks: list[Clerk]) -> int:
    return sum(len(clerk.acknowledged) for clerk in clerks)


def unwell(product: Served, clerks: list[Clerk]) -> list[str]:
    """What was acknowledged and is not there, what is there more than once, what could not be handled."""
    acknowledged = set().union(*(clerk.acknowledged.copy() for clerk in clerks))
    there = Counter(mark for (mark,) in product.look(WRITTEN))
    found = [f"lost: {mark}" for mark in sorted(acknowledged - set(there))]
    found += [f"{number} times: {mark}" for mark, number in there.items() if number > 1]
    found += [f"parked: {reader}" for (reader,) in product.look("SELECT reader FROM kernel_parked")]
    return found + [f"{clerk.name}: {clerk.fault!r}" for clerk in clerks if clerk.fault]


def test_nothing_acknowledged_is_lost_and_nothing_doubled(product: Served) -> None:
    chance, kinds, took = random.Random(SEED), deck(random.Random(SEED + 1)), dict.fromkeys(KILLS, 0.0)
    print(f"QIBU_CRASH_SEED={SEED}")
    customer = customer_of(product)
    clerks = [Clerk(product.port, f"c{n}", customer, SEED + n) for n in range(1, CLERKS + 1)]
    for clerk in clerks:
        clerk.start()
    for number in range(ROUNDS):
        before = written(clerks)
        until(lambda: written(clerks) > before or any(clerk.fault for clerk in clerks))  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.3))
        kind = next(kinds)
        print(number, kind, end=" ", flush=True)
        began = time.monotonic()
        KILLS[kind](product, chance)
        product.well()
        print(f"{time.monotonic() - began:.1f}", flush=True)
        took[kind] += time.monotonic() - began
        assert not unwell(product, clerks), f"QIBU_CRASH_SEED={SEED}, round {number}: {kind}"
    for clerk in clerks:
        clerk.leaving.set()
    for clerk in clerks:
        clerk.join()
    assert not unwell(product, clerks), f"QIBU_CRASH_SEED={SEED}"
    until(lambda: not product.look(BEHIND), lambda: f"readers stay behind: {product.look(BEHIND)}")
    assert all(clerk.again for clerk in clerks), "nobody was ever left without an answer"
    again = sum(clerk.again for clerk in clerks)
    told = sum(clerk.told for clerk in clerks)
    tried = sum(len(clerk.tried) for clerk in clerks)
    print(f"{ROUNDS} rounds, {written(clerks)} of {tried} acknowledged, {again} sent again,", end=" ")
    print(f"{told} told what is going on, seconds by kind: {dict(took)}")
