"""Merges and their taking back in any order, with work in between, against a small model in plain Python.

The model knows rows by kind, value and owner. What it says stands must stand, neither lost nor doubled, and nothing
may belong to a file that was merged.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qibu.aftersales.models import Visit
from qibu.aftersales.services import visits
from qibu.customers.models import ContactPoint, Customer, Hold, SearchToken, Tag, Tagging
from qibu.customers.services import customers, holds, merges, points, search, tags
from qibu.customers.services.ledger import references_of_customers
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.network.rules import Role
from qibu.network.services import actors
from qibu.tasks.models import Task
from qibu.tasks.services import tasks
from qibu.vehicles.models import Ownership
from qibu.vehicles.services import finding, ownerships, vehicles

pytestmark = pytest.mark.django_db
MORE = bool(os.environ.get("QIBU_TEST_ALL"))
EXAMPLES, STEPS = (80, 30) if MORE else (10, 10)
PEOPLE = 4
FIELDS = ("remark", "occupation", "hobbies")
STAMPS = {"updated_at", "version", "merged_into_id", "sheet"}
WORKS = ("hold", "edit", "task", "tag", "number", "visit")
ONCE = {"phone", "tag", "driver"}  # of equal ones a customer has one
_stores = count(1)
who = st.integers(0, PEOPLE - 1)


@dataclass(frozen=True)
class Row:
    id: int  # in the order of birth
    kind: str
    value: str
    owner: int
    car: str = ""


@dataclass
class Merged:
    """What the model remembers of a merge."""

    pk: int
    survivor: int
    merged: int
    born: int  # the last row before it
    moved: set[int] = field(default_factory=set)
    aside: list[Row] = field(default_factory=list)
    files: dict[int, dict[str, Any]] = field(default_factory=dict)
    edited: set[str] = field(default_factory=set)


class Merging(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)
        self.rows: dict[int, Row] = {}
        self.merges: list[Merged] = []
        self.into: dict[int, int] = {}
        self.stack = ExitStack()

    @initialize()
    def a_store(self) -> None:
        number = next(_stores)
        organisation = Organisation.objects.create(code=f"M{number}", name="门店")
        with scope(actors.system(organisation)):
            person = Staff.objects.create(organisation=organisation, name="店长", roles=[Role.STORE_MANAGER])
        self.actor = actors.of_staff(person)
        self.stack.enter_context(scope(self.actor))
        made = [customers.register(actor=self.actor, values={"name": f"客户{n}"}) for n in range(PEOPLE)]
        self.people = [one.pk for one in made]

    def teardown(self) -> None:
        try:
            if hasattr(self, "people"):
                self.what_customers_are_found_by_is_what_stands()
        finally:
            self.stack.close()

    # Work -------------------------------------------------------------------------------------------
    def living(self, person: int) -> int:
        """The file that stands for this one today."""
        return self.into.get(person, person)

    def born(self, kind: str, value: str, owner: int, car: str = "") -> None:
        number = next(self.numbers)
        self.rows[number] = Row(number, kind, value, owner, car)

    def has(self, kind: str, value: str, owner: int) -> Row | None:
        found = (row for row in self.rows.values() if (row.kind, row.value, row.owner) == (kind, value, owner))
        return next(found, None)

    def cars(self, *owners: int) -> list[str]:
        return [row.value for row in self.rows.values() if row.kind == "car" and (not owners or row.owner in owners)]

    @rule(person=who, number=st.integers(0, 2))
    def a_number(self, person: int, number: int) -> None:
        owner, value = self.living(person), f"1380553000{number}"
        if not self.has("phone", value, owner):
            points.add(actor=self.actor, customer_id=self.people[owner], kind="phone", value=value)
            self.born("phone", value, owner)

    @rule(person=who, number=st.integers(0, 2))
    def a_number_goes(self, person: int, number: int) -> None:
        owner, value = self.living(person), f"1380553000{number}"
        if row := self.has("phone", value, owner):
            point = next(one for one in ContactPoint.objects.filter(customer=self.people[owner]) if one.value == value)
            points.remove(actor=self.actor, customer_id=self.people[owner], point_id=point.pk)
            del self.rows[row.id]

    @rule(person=who, name=st.sampled_from(["常客", "钓鱼"]), on=st.booleans())
    def a_tag(self, person: int, name: str, on: bool) -> None:
        owner = self.living(person)
        row = self.has("tag", name, owner)
        if on and row is None:
            tags.put(actor=self.actor, customer_ids=[self.people[owner]], names=[name])
            self.born("tag", name, owner)
        elif row and not on:
            tags.remove(actor=self.actor, customer_id=self.people[owner], tag_id=Tag.objects.get(name=name).pk)
            del self.rows[row.id]

    @rule(person=who)
    def a_hold(self, person: int) -> None:
        owner, reason = self.living(person), f"理由{next(self.numbers)}"
        holds.place(actor=self.actor, customer_id=self.people[owner], reach="marketing", reason=reason)
        self.born("hold", reason, owner)

    @rule(person=who, field_=st.sampled_from(FIELDS))
    def an_edit(self, person: int, field_: str) -> None:
        owner, text = self.living(person), f"写{next(self.numbers)}"
        one = Customer.objects.get(pk=self.people[owner])
        seen = {field_: getattr(one, field_)}
        customers.change(actor=self.actor, customer_id=one.pk, version=one.version, values={field_: text}, seen=seen)
        for merged in self.merges:
            if merged.survivor == owner:
                merged.edited.add(field_)

    @rule(person=who)
    def a_car(self, person: int) -> None:
        owner, plate = self.living(person), f"皖B{next(self.numbers):05}"
        vehicles.register(actor=self.actor, owner_id=self.people[owner], plate=plate, purchased_on=date(2024, 3, 1))
        self.born("car", plate, owner, plate)

    @precondition(lambda self: self.cars())
    @rule(person=who, data=st.data())
    def a_driver(self, person: int, data: Any) -> None:
        owner, plate = self.living(person), data.draw(st.sampled_from(self.cars()))
        if not self.has("driver", plate, owner):
            car = Ownership.objects.get(vehicle__plate=plate, role="owner").vehicle_id
            ownerships.add(actor=self.actor, vehicle_id=car, customer_id=self.people[owner], role="driver")
            self.born("driver", plate, owner)

    @rule(person=who, data=st.data())
    def a_task(self, person: int, data: Any) -> None:
        owner, title = self.living(person), f"任务{next(self.numbers)}"
        plate = data.draw(st.sampled_from([*self.cars(owner), ""]))
        car = Ownership.objects.get(vehicle__plate=plate, role="owner").vehicle_id if plate else None
        due = times.now() + timedelta(days=1)
        tasks.create_todo(
            actor=self.actor, title=title, due_at=due, customer_id=self.people[owner], vehicle_id=car
        )
        self.born("task", title, owner, plate)

    @precondition(lambda self: self.cars())
    @rule(data=st.data())
    def a_visit(self, data: Any) -> None:
        plate, number = data.draw(st.sampled_from(self.cars())), f"RO{next(self.numbers)}"
        row = next(row for row in self.rows.values() if row.kind == "car" and row.value == plate)
        car = Ownership.objects.get(vehicle__plate=plate, role="owner").vehicle_id
        visits.record(actor=self.actor, vehicle_id=car, number=number, opened_on=times.today())
        self.born("visit", number, row.owner, plate)

    # Merging and taking back ------------------------------------------------------------------------
    @rule(one=who, other=who)
    def a_merge(self, one: int, other: int) -> None:
        survivor, merged = self.living(one), self.living(other)
        if survivor == merged:
            return
        born, files = next(self.numbers), {person: self.file(person) for person in (survivor, merged)}
        (made,) = merges.merge(
            actor=self.actor, survivor_id=self.people[survivor], merged_ids=[self.people[merged]]
        )
        self.merges.append(Merged(made.pk, survivor, merged, born, files=files))
        self._move(self.merges[-1])
        follow = {person: survivor if into == merged else into for person, into in self.into.items()}
        self.into = {**follow, merged: survivor}

    def _move(self, one: Merged) -> None:
        for row in [row for row in self.rows.values() if row.owner == one.merged]:
            if row.kind in ONCE and self.has(row.kind, row.value, one.survivor):
                one.aside.append(self.rows.pop(row.id))
            else:
                one.moved.add(row.id)
                self.rows[row.id] = replace(row, owner=one.survivor)

    @rule(one=who, other=who, works=st.lists(st.sampled_from(WORKS), min_size=1, max_size=4), data=st.data())
    def weeks_as_one_and_back(self, one: int, other: int, works: list[str], data: Any) -> None:
        """What the single steps seldom come to: merged, worked on, and taken back."""
        before = len(self.merges)
        self.a_merge(one, other)
        for work in works:
            self.work(work, one, data)
        if len(self.merges) > before:
            self.take_back(self.merges[-1])

    def work(self, kind: str, person: int, data: Any) -> None:
        if kind == "hold":
            self.a_hold(person)
        elif kind == "edit":
            self.an_edit(person, data.draw(st.sampled_from(FIELDS)))
        elif kind == "task":
            self.a_task(person, data)
        elif kind == "tag":
            self.a_tag(person, "常客", data.draw(st.booleans()))
        elif kind == "number":
            (self.a_number_goes if data.draw(st.booleans()) else self.a_number)(person, data.draw(st.integers(0, 2)))
        elif self.cars():
            self.a_visit(data)

    @precondition(lambda self: self.merges)
    @rule(data=st.data())
    def taken_back(self, data: Any) -> None:
        self.take_back(data.draw(st.sampled_from(self.merges)))

    def take_back(self, one: Merged) -> None:
        later = self.merges[self.merges.index(one) + 1 :]
        if any({one.survivor, one.merged} & {each.survivor, each.merged} for each in later):
            with pytest.raises(merges.LaterFirst):
                merges.undo(actor=self.actor, merge_id=one.pk)
            return
        merges.undo(actor=self.actor, merge_id=one.pk)
        self.merges.remove(one)
        self._move_back(one)
        self._follow_back(one)
        self._files_stand(one)

    def _move_back(self, one: Merged) -> None:
        for number in one.moved & self.rows.keys():
            self.rows[number] = replace(self.rows[number], owner=one.merged)
        self.rows |= {row.id: row for row in one.aside}
        cars = {self.rows[n].value for n in one.moved & self.rows.keys() if self.rows[n].kind == "car"}
        for row in list(self.rows.values()):
            if row.owner == one.survivor and row.id > one.born:
                if row.kind in {"task", "visit"} and row.car in cars:  # belongs to a car that went back
                    self.rows[row.id] = replace(row, owner=one.merged)
                elif row.kind == "hold":  # a no that was said meanwhile holds for both
                    self.born("hold", row.value, one.merged)

    def _follow_back(self, one: Merged) -> None:
        """Whoever had been merged into it before stands for it again."""
        del self.into[one.merged]
        for each in self.merges:
            top = each.merged
            while top in {m.merged for m in self.merges}:
                top = next(m.survivor for m in self.merges if m.merged == top)
            self.into[each.merged] = top

    def _files_stand(self, one: Merged) -> None:
        """As before, but for what was written into the survivor's since."""
        assert self.file(one.merged) == one.files[one.merged]
        kept = {name: value for name, value in one.files[one.survivor].items() if name not in one.edited}
        assert {name: self.file(one.survivor)[name] for name in kept} == kept

    def file(self, person: int) -> dict[str, Any]:
        values = Customer.objects.defer(None).filter(pk=self.people[person]).values().get()
        return {name: value for name, value in values.items() if name not in STAMPS}

    # What stands ------------------------------------------------------------------------------------
    @invariant()
    def all_is_there_once_and_with_its_owner(self) -> None:
        if hasattr(self, "people"):
            model = Counter((row.kind, row.value, row.owner) for row in self.rows.values())
            assert self.stored() == model

    @invariant()
    def nothing_belongs_to_a_merged_file(self) -> None:
        gone = [self.people[merged] for merged in self.into] if hasattr(self, "people") else []
        for model, column in references_of_customers() if gone else ():
            if model is not Customer:
                assert not model._default_manager.filter(**{f"{column}__in": gone}).exists(), (model, column)

    @invariant()
    def whoever_has_numbers_has_one_first_number(self) -> None:
        if hasattr(self, "people"):
            first = Counter(ContactPoint.objects.filter(primary=True).values_list("customer_id", flat=True))
            assert first == Counter(set(ContactPoint.objects.values_list("customer_id", flat=True)))

    def stored(self) -> Counter[tuple[str, str, int]]:
        place = {pk: person for person, pk in enumerate(self.people)}
        found = [("phone", one.value, one.customer_id) for one in ContactPoint.objects.all()]
        found += [("tag", one.tag.name, one.customer_id) for one in Tagging.objects.select_related("tag")]
        found += [("hold", one.reason, one.customer_id) for one in Hold.objects.all()]
        found += [("task", one.title, one.customer_id) for one in Task.objects.all()]
        found += [("visit", one.number, one.customer_id) for one in Visit.objects.all()]
        roles = {"owner": "car", "driver": "driver"}
        parts = Ownership.objects.select_related("vehicle")
        found += [(roles[one.role], one.vehicle.plate, one.customer_id) for one in parts]
        return Counter((kind, value, place[owner]) for kind, value, owner in found)

    def what_customers_are_found_by_is_what_stands(self) -> None:
        def tokens() -> set[tuple[int, str, str]]:
            return set(SearchToken.objects.values_list("customer_id", "token", "source"))

        living = [self.people[person] for person in range(PEOPLE) if person not in self.into]
        before = tokens()
        search.refresh(actor=self.actor, customer_ids=living)
        finding.refresh(self.actor, list(Ownership.objects.values_list("vehicle_id", flat=True)))
        assert tokens() == before


def test_merges_in_any_order_and_back_lose_and_double_nothing() -> None:
    run_state_machine_as_test(
        Merging,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=not MORE, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
