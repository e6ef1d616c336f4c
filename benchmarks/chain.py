"""What sealing and verifying the journal's chain costs, beside a bare SELECT of the same 100,000 rows.

Runs as a child of `python -m benchmarks chain`, in whose home the store is. Compare the ratios.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

ENTRIES = 100_000


def main() -> None:
    import django

    django.setup()
    from qibu.config.home import Home
    from qibu.config.postgres import Engine

    with Engine(Home.from_environment()).used():
        measure()


def measure() -> None:
    from django.db import connection

    from qibu.kernel import sealing
    from qibu.kernel.scoping import scope
    from qibu.network.models import Organisation
    from qibu.network.services import actors

    actor = actors.system(Organisation.objects.get(code="B1"))

    def write() -> None:
        data = {"title": "三日回访", "staff_name": "周婷", "changes": ["phone", "remark"], "n": 7}
        with scope(actor), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_entry (organisation_id, type, customer_id, data)"
                " SELECT %s, 'tasks.TaskTried', n, %s FROM generate_series(1, %s) n",
                [actor.organisation_id, json.dumps(data), ENTRIES],
            )

    def bare() -> None:
        """All columns of the same rows in the same order and pieces, as the driver gives them."""
        place = (-1, 0)
        while True:
            with scope(actor), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT id, xid, type, at, recorded_at, actor_id, customer_id, vehicle_id, subject_id, batch_id,"
                    " retracts_id, timeline, data FROM kernel_entry WHERE organisation_id = %s AND (xid, id) > (%s, %s)"
                    " ORDER BY xid, id LIMIT 2000", [actor.organisation_id, *place],
                )  # fmt: skip
                rows = cursor.fetchall()
            if not rows:
                return
            place = (rows[-1][1], rows[-1][0])

    def timed(what: str, act: Callable[[], object], times: int = 1) -> None:
        taken = []
        for _n in range(times):
            began = time.perf_counter()
            act()
            taken.append(time.perf_counter() - began)
        best[what] = min(taken)

    best: dict[str, float] = {}
    timed("write", write)
    timed("seal", lambda: sealing.seal(actor))
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_analyse('kernel_entry')")
    timed("bare SELECT", bare, 3)
    timed("verify", lambda: sealing.verify(actor), 3)
    print("| step | entries | seconds | entries/s | ratio to the bare SELECT |\n|---|---|---|---|---|")
    for what, seconds in best.items():
        ratio = seconds / best["bare SELECT"]
        print(f"| {what} | {ENTRIES:,} | {seconds:.2f} | {ENTRIES / seconds:,.0f} | {ratio:.2f} × |")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('kernel_seal')")
        print(f"\n{cursor.fetchone()[0] / ENTRIES:.0f} bytes of chain an entry")


if __name__ == "__main__":
    main()
