"""Pairs that may be one customer's, among 100,000: how long all of them take to find, one changed file, and the pages.

Runs as a child of `python -m benchmarks duplicates`, in whose home the customers are. Ratios are to a bare self-join by
telephone number, to the time of the import, and to the list of customers in the same run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

TIMES = 12
BARE = """
SELECT count(*) FROM customers_contactpoint a JOIN customers_contactpoint b
    ON b.organisation_id = a.organisation_id AND b.hash = a.hash AND b.customer_id > a.customer_id
 WHERE a.organisation_id = %s
"""


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from qibu.config.home import Home
    from qibu.config.postgres import Engine
    from qibu.customers.models import Customer, Duplicate
    from qibu.customers.services import duplicates
    from qibu.kernel.scoping import scope
    from qibu.network.models import Organisation
    from qibu.network.services import actors

    with Engine(Home.from_environment()).used():
        organisation = Organisation.objects.get(code="B1")
        actor = actors.system(organisation)
        told: dict[str, Any] = {}
        with scope(actor):
            plant_twins(actor)
            ids = list(Customer.objects.values_list("pk", flat=True))
            told["customers"] = len(ids)
            with connection.cursor() as cursor:
                told["bare"] = seconds(lambda: cursor.execute(BARE, [organisation.pk]))
            Duplicate.objects.all().delete()
            told["all"] = seconds(lambda: duplicates.refresh(actor=actor, customer_ids=ids))
            told["pairs"] = Duplicate.objects.count()
            told["again"] = seconds(lambda: duplicates.refresh(actor=actor, customer_ids=ids))
            some = ids[:: max(1, len(ids) // 50)]
            each = seconds(lambda: [duplicates.refresh(actor=actor, customer_ids=[pk]) for pk in some])
            told["one"] = each / len(some)
        told["page"], told["queries"] = page("/customers/duplicates/")
        told["list"], _queries = page("/customers/")
    print(json.dumps(told))


def plant_twins(actor: Any) -> None:
    """Of every twentieth customer a second file with the same name and number, as two people write somebody down."""
    from qibu.customers.models import ContactPoint, Customer

    points = ContactPoint.objects.filter(kind="phone", primary=True).select_related("customer").order_by("pk")
    known = list(points[:: 20])
    kept = {"organisation_id": actor.organisation_id}
    files = [Customer(**kept, name=one.customer.name, sort_key=one.customer.sort_key) for one in known]
    made = Customer.objects.bulk_create(files, batch_size=2000)
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(**kept, customer=twin, value=one.value, masked=one.masked, hash=one.hash, primary=True)
            for twin, one in zip(made, known, strict=True)
        ],
        batch_size=2000,
    )


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def page(address: str) -> tuple[float, int]:
    """Time of the processor and of the database for an answer, the least of some; and its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from qibu.network.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="bench"))
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    queries = len(asked)
    if answer.status_code != 200 or b"<main" not in answer.content or not queries:
        raise SystemExit(f"{address} answered {answer.status_code}: {answer.content[:500]!r}")
    return min(seconds(lambda: client.get(address)) for _time in range(TIMES)), queries


if __name__ == "__main__":
    main()
