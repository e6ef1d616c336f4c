"""Planning a day for all cars of a store, beside a hand-written statement that makes the same tasks by the same dues
and steps, without values, audiences, holds, covers and clocks. Run in a home: `python -m benchmarks.planning`."""

from __future__ import annotations

import json
import resource
import time
from datetime import timedelta
from typing import Any

import django

# Of each open due the steps whose time is there, to whoever looks after the customer.
BARE = """
INSERT INTO bare (id, organisation_id, category, kind, title, detail, state, customer_id, vehicle_id, assignee_id, desk,
                  due_at, shown_from, value, facts, key, attempts, outcome, note, created_at)
SELECT row_number() OVER (), due.organisation_id, step.category, plan.code || '/' || step.code, step.title, '', 'open',
       customer.id, due.vehicle_id, customer.advisor_id, '', %(on)s::date + interval '18 hours', now(), 0, due.facts,
       'care:' || plan.code || '/' || step.code || '/' || due.id, 0, '', '', now()
  FROM care_due due
  JOIN care_plan plan ON plan.trigger = due.trigger AND plan.active AND plan.occasion = ''
  JOIN care_step step ON step.plan_id = plan.id
  LEFT JOIN vehicles_ownership owner ON owner.organisation_id = due.organisation_id
       AND owner.vehicle_id = due.vehicle_id AND owner.role = 'owner' AND owner.until IS NULL
  JOIN customers_customer customer ON customer.organisation_id = due.organisation_id
       AND customer.id = coalesce(due.customer_id, owner.customer_id)
 WHERE due.organisation_id = %(org)s AND NOT due.over
   AND due.due_on > %(on)s::date - step.offset_days - step.valid_days
   AND due.due_on <= %(on)s::date - step.offset_days
"""


def main() -> None:
    django.setup()
    from qibu.care.services import planner
    from qibu.config.home import Home
    from qibu.config.postgres import Engine, connect_super
    from qibu.kernel import relay, times
    from qibu.network.models import Organisation
    from qibu.network.services import actors
    from qibu.vehicles.models import Vehicle

    home = Home.from_environment()
    with Engine(home).used(), connect_super(home, home.database) as db:
        organisation = Organisation.objects.get()
        actor, today = actors.system(organisation), times.today()
        relay.catch_up(actor, patience=600)
        cars = db.execute(f"SELECT count(*) FROM {Vehicle._meta.db_table}").fetchone()[0]  # noqa: S608
        told: dict[str, Any] = {"cars": cars, "memory before MB": peak()}
        for name, on in (("first day", today), ("again", today), ("next day", today + timedelta(days=1))):
            began = time.perf_counter()
            done = planner.plan(actor=actor, on=on)
            told[name] = {"seconds": round(time.perf_counter() - began, 3), "tasks": done.planned}
        told["memory after MB"] = peak()
        db.execute("CREATE TEMP TABLE bare (LIKE tasks_task INCLUDING DEFAULTS INCLUDING INDEXES)")
        began = time.perf_counter()
        made = db.execute(BARE, {"org": organisation.pk, "on": today}).rowcount
        told["hand-written"] = {"seconds": round(time.perf_counter() - began, 3), "tasks": made}
        db.rollback()
    print(json.dumps(told, ensure_ascii=False))


def peak() -> int:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
