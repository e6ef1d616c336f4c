"""Who asks in the matrix, and whose rows they name: what of the world is another's."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from doors import STEP, Somebody, numbered, numbers_of, things_of
from personas import Person, Store, World, phone_of, plate_of, sign_in, vin_of
from qibu.aftersales.models import Visit
from qibu.customers.models import Customer, Duplicate
from qibu.customers.services import assignments, customers, holds, merges, points, relations
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.leads.rules import Door, Received
from qibu.leads.rules import Person as Caller
from qibu.leads.services import receiving
from qibu.network.models import Staff
from qibu.network.rules import Role
from qibu.network.services import actors, saved_views
from qibu.network.services.saved_views import Look
from qibu.network.services.sounds import sort_key
from qibu.tasks.models import Attempt, Clock, Task
from qibu.vehicles.models import Ownership
from qibu.vehicles.services import policies, transfers, vehicles

OWN_ONLY = (Role.SALES_CONSULTANT, Role.TECHNICIAN)  # see the customers they look after, and nobody's


@dataclass(frozen=True)
class Asker:
    """Somebody at work, with rows of their own that fill the rest of an address, and another whose rows they name."""

    name: str
    person: Person
    ids: Mapping[str, Any]
    other: Somebody
    guarded: tuple[Guarded, ...] = ()  # of which no byte may change


@dataclass
class Crossing:
    """The world as the matrix needs it: built once for a module, within its transaction."""

    world: World
    hidden: Somebody
    both: Person
    stores: dict[str, Somebody]

    @cached_property
    def askers(self) -> list[Asker]:
        a, b, c = self.world.stores
        of_a, of_b, of_c = (Guarded(store) for store in (a, b, c))
        unseen = Guarded(a, self.hidden.numbers)
        consultant, technician = (
            Asker(f"a {role}", a.people[role], a.ids, self.hidden, (unseen,)) for role in OWN_ONLY
        )
        return [
            Asker("the manager", a.manager, a.ids, self.stores["b"], (of_b,)),
            consultant,
            Asker("the manager of the store that stands alone", c.manager, c.ids, self.stores["a"], (of_a,)),
            Asker("somebody of both stores, at work in one", self.both, a.ids, self.stores["b"], (of_b,)),
            Asker("the network's manager", self.world.chief, c.ids, self.stores["a"], (of_a, of_c)),
            technician,
        ]


def crossing(world: World) -> Crossing:
    return Crossing(
        world, hidden(world.a), of_both(world),
        {name: somebody(store, number) for name, store, number in
         (("a", world.a, 1), ("b", world.b, 2), ("c", world.c, 3))},
    )  # fmt: skip


def somebody(store: Store, number: int) -> Somebody:
    with scope(store.actor):
        numbers = numbers_of(store.organisation.pk)
    return Somebody(
        store.organisation.name, things_of(store, number), numbers, frozenset(store.marks | store.numbers)
    )


def of_both(world: World) -> Person:
    """Works in stores A and B, leads both, and is at work in A."""
    user = world.a.manager.user.__class__.objects.create(username="zweimal", password="!")
    found = []
    for store in (world.a, world.b):
        with scope(actors.system(store.organisation)):
            found.append(
                Staff.objects.create(
                    organisation=store.organisation, user=user, name="双店长", sort_key=sort_key("双店长"),
                    roles=[Role.STORE_MANAGER.value], joined_on=date(2024, 5, 6),
                )
            )  # fmt: skip
    person = Person(Role.STORE_MANAGER, actors.of_staff(found[0]), user)
    person.session = sign_in(person)
    return person


def hidden(store: Store) -> Somebody:
    """Rows of one's own store that who sees only their own customers doesn't see: those of the advisor's customer."""
    with scope(store.actor):
        ids = _hidden_rows(store)
    number = 1
    words = {
        "name": store.customers[1].name, "sound": store.customers[1].sort_key.partition("  ")[0].replace(" ", ""),
        "plate": plate_of(number, 1), "vin": vin_of(number, 1), "phone": phone_of(number, 1),
        "tail": phone_of(number, 1)[-4:], "order": f"{store.organisation.code}-0001", "view_key": f"s{ids['view']}",
    }  # fmt: skip
    things = {kind: str(value) for kind, value in ids.items()} | words
    secret = {words[kind] for kind in ("name", "plate", "vin", "phone", "order")} | {"藏起来的视图", "藏起来的理由"}
    secret |= {store.customers[index].name for index in (2, 3)} | {"藏起来的愿望"}
    numbers = frozenset(str(value) for value in ids.values())
    return Somebody("a colleague's customer", things, numbers, frozenset(secret))


def _hidden_rows(store: Store) -> dict[str, int]:
    actor, customer, car, further = store.actor, store.customers[1], store.cars[1], store.customers[2]
    advisor = store.people[Role.SERVICE_ADVISOR].actor.staff_id
    task = Task.objects.get(customer=customer, key="world-1")
    policy = policies.record(
        actor=actor, vehicle_id=car.pk, kind="commercial", ends_on=times.today() + timedelta(days=20), starts_on=None,
        insurer="人保", number="BD-HIDDEN",
    )  # fmt: skip
    driver = Ownership.objects.filter(vehicle=car, customer=customer).latest("pk")
    point = points.add(actor=actor, customer_id=customer.pk, kind="phone", value="13705530199")
    hold = holds.place(actor=actor, customer_id=customer.pk, reach="marketing", reason="藏起来的理由")
    relations.add(actor=actor, customer_id=customer.pk, other_id=further.pk, kind="同学")
    first, second, third = (customers.register(actor=actor, values={"name": f"藏{n}号"}) for n in "甲乙丙")
    mine = [first.pk, second.pk, third.pk]
    assignments.assign(actor=actor, customer_ids=mine, role="advisor", staff_id=advisor)
    (undone,) = merges.merge(actor=actor, survivor_id=first.pk, merged_ids=[second.pk])
    merges.undo(actor=actor, merge_id=undone.pk)
    (living,) = merges.merge(actor=actor, survivor_id=first.pk, merged_ids=[third.pk])
    pair = Duplicate.objects.create(
        organisation=store.organisation, first=first, second=second, signs=["alike", "phone"], strength=3
    )
    sold = vehicles.register(actor=actor, owner_id=first.pk, plate="皖BZ0001")
    transfer = transfers.transfer(
        actor=actor, vehicle_id=sold.pk, version=1, new_owner_id=customer.pk, on=times.today(), reason="sold"
    )
    view = saved_views.save(actor=actor, page="customers", name="藏起来的视图", look=Look("all", {}), shared=False)
    done = Task.objects.get(customer=store.customers[-1], key="world-91")
    return {
        "customer": customer.pk, "other_customer": further.pk, "free_customer": first.pk, "car": car.pk,
        "policy": policy.pk, "part": driver.pk, "point": point.pk, "hold": hold.pk,
        "relation": customer.relations.latest("pk").pk, "view": view.pk, "sold_car": sold.pk, "transfer": transfer.pk,
        "merge": living.pk, "undone_merge": undone.pk, "duplicate": pair.pk, "batch": store.ids["batch"],
        "export": store.ids["export"], "visit": Visit.objects.get(vehicle=car).pk, "task": task.pk,
        "pool_task": task.pk, "clock": Clock.objects.get(task=task).pk, "promise": store.ids["promise"],
        "done_task": done.pk, "attempt": Attempt.objects.get(task=done).pk, "import": store.ids["import"],
        "lead": _hidden_lead(store, customer),
    }  # fmt: skip


def _hidden_lead(store: Store, customer: Customer) -> int:
    """One that a colleague works on."""
    colleague = store.people[Role.SALES_MANAGER].actor.staff_id
    received = Received(
        door=Door.HAND, source="walk-in", person=Caller(), at=times.now(), wish={"remark": "藏起来的愿望"},
        customer_id=customer.pk, consultant_id=colleague,
    )  # fmt: skip
    return receiving.receive(actor=store.actor, received=received).lead.pk


# -- What no byte may change of

# Rows of tables without row security that are a store's own, by what binds them to it; of the others nobody's.
BOUND = {
    "network_user": "id IN (SELECT user_id FROM network_staff WHERE organisation_id = {0})",
    "network_knowndevice": "user_id IN (SELECT user_id FROM network_staff WHERE organisation_id = {0})",
    "network_organisation": "id = {0}",
    "procrastinate_jobs": "(args ->> 'organisation_id')::bigint = {0}",
}


def content_of(store: Store) -> dict[str, str | None]:
    """Every row of the store in every table, and every file that lies there for it, in a few signs each."""
    return Guarded(store).now() | {"files": files_of(store.organisation.pk)}


class Guarded:
    """What belongs to a store, or some rows of it, by a few signs for each table or row.

    All of it is looked at once, at the beginning. Later only tables in which something was written are looked at
    again: PostgreSQL counts what is written in a transaction, also what is taken back.
    """

    def __init__(self, store: Store, numbers: frozenset[str] | None = None) -> None:
        self.store, self.numbers = store, numbers

    @cached_property
    def before(self) -> dict[str, str | None]:
        return self.now()

    def noted(self) -> tuple[dict[str, int], str]:
        """What `changed` goes by."""
        return (written(), files_of(self.store.organisation.pk)) if self.before else ({}, "")

    def changed(self, since: tuple[dict[str, int], str]) -> list[str]:
        tables = {name for name, count in written().items() if count != since[0].get(name)}
        now = self.now(tables)
        files = [] if files_of(self.store.organisation.pk) == since[1] else ["files"]
        return [place for place, signs in now.items() if signs != self.before[place]] + files

    def now(self, tables: Collection[str] | None = None) -> dict[str, str | None]:
        parts = self._of_tables(tables) if self.numbers is None else self._of_rows(self.numbers, tables)
        if not parts:
            return {}
        with scope(self.store.actor), connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            return dict(cursor.fetchall())

    def _of_tables(self, tables: Collection[str] | None) -> list[str]:
        number = self.store.organisation.pk
        which = dict.fromkeys(secured(), f"organisation_id = {number}")
        which |= {name: condition.format(number) for name, condition in BOUND.items()}
        return [
            f"SELECT '{name}', md5(string_agg(r::text, '|' ORDER BY r.id)) FROM {name} r WHERE {condition}"  # noqa: S608
            for name, condition in sorted(which.items()) if tables is None or name in tables
        ]  # fmt: skip

    def _of_rows(self, numbers: frozenset[str], tables: Collection[str] | None) -> list[str]:
        places = {one: numbered()[int(one) // STEP] for one in sorted(numbers)}
        return [
            f"SELECT '{one}', (SELECT md5(r::text) FROM {table} r WHERE id = {one})"  # noqa: S608
            for one, table in places.items() if tables is None or table in tables
        ]  # fmt: skip


@cache
def secured() -> list[str]:
    """The tables whose rows belong to an organisation."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ="
            " 'organisation_id' WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        )
        return [name for (name,) in cursor.fetchall()]


def written() -> dict[str, int]:
    """How often something was written into each table in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


def files_of(organisation_id: int) -> str:
    """What lies in folders of the store's number, in a few signs."""
    root = Path(settings.QIBU_FILES)
    files = sorted(path for path in root.glob(f"*/{organisation_id}/**/*") if path.is_file())
    said = [(str(path.relative_to(root)), hashlib.md5(path.read_bytes()).hexdigest()) for path in files]  # noqa: S324
    return str(said)
