"""A load is taken back: exactly, and never over what people did since."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from qibu.aftersales.models import Visit
from qibu.connect.services import undo as undoing
from qibu.connect.tests.loads import (
    LI,
    ORDER,
    VIN,
    WANG,
    State,
    drop_temporary,
    load,
    owners,
    sheet,
    snapshot,
    store,
    undo,
    visits,
)
from qibu.contact.models import Message, Told
from qibu.contracts.connect import ImportUndone
from qibu.contracts.customers import CustomerChanged, NoteWritten
from qibu.contracts.tasks import TaskCancelled
from qibu.customers.models import Customer, SearchToken
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.tasks.models import Clock, Escalation, Task
from qibu.vehicles.models import Ownership, Vehicle

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return store()


def test_a_first_load_goes_without_a_trace_but_the_journal(actor: Actor) -> None:
    before = snapshot(actor)
    one = load(actor, owners(LI, WANG), marketing=True, evidence="同意书")
    assert snapshot(actor) != before
    one = undo(actor, one)
    assert one.state == State.UNDONE
    assert snapshot(actor) == before
    assert one.undo_counts["by_kind"] == {"customer": 2, "vehicle": 2, "visit": 0, "staff": 1}
    with scope(actor):
        batch = Entry.objects.filter(batch_id=one.pk)
        told = set(batch.filter(retracts_id=None).values_list("id", flat=True))
        assert told == set(batch.exclude(retracts_id=None).values_list("retracts_id", flat=True))
        assert Entry.objects.filter(type=ImportUndone.name).get().data["removed"] == 5


def test_visits_go_and_the_owners_stay_as_they_were(actor: Actor) -> None:
    load(actor, owners(LI, WANG))
    before = snapshot(actor)
    moved = (*ORDER[:2], "皖B99999", *ORDER[3:])  # the car has another plate by now
    one = load(actor, visits(ORDER, ("RO2", *moved[1:6], "2024-09-01", "2024-09-02", "21500", *moved[9:])))
    undo(actor, one)
    assert snapshot(actor) == before


def test_a_newer_export_goes_back_to_the_older_values(actor: Actor) -> None:
    load(actor, owners(LI))
    before = snapshot(actor)
    newer = (*LI[:3], "皖B77777", *LI[4:6], "北京路 8 号", "周婷", "2027-03-11", "29000")
    undo(actor, load(actor, owners(newer)))
    assert snapshot(actor) == before


def test_a_transfer_goes_back_to_the_owner_before(actor: Actor) -> None:
    load(actor, owners(LI))
    before = snapshot(actor)
    undo(actor, load(actor, owners(("赵新", "13955300003", *LI[2:5], "2025-01-02", "", "", "", ""))))
    assert snapshot(actor) == before
    with scope(actor):
        assert Ownership.objects.get(until=None).customer.name == "李敏"


def test_what_people_did_since_stays_and_is_listed(actor: Actor) -> None:
    one = load(actor, owners(LI, WANG))
    with scope(actor):
        li = Customer.objects.get(name="李敏")
        journal.record(NoteWritten(customer_id=li.pk, subject_id=li.pk, text="下周来看车"), actor=actor)
        found = undoing.outlook(actor=actor, import_id=one.pk)
    drop_temporary()
    assert found.kept == [{"kind": "customer", "reason": "later", "number": 1}]
    one = undo(actor, one)
    with scope(actor):
        assert [c.name for c in Customer.objects.all()] == ["李敏"]
        assert SearchToken.objects.filter(customer_id=li.pk).exists()
        assert one.undo_counts["kept_rows"] == [["customer", li.pk, "later"]]
        shown = Entry.objects.filter(customer_id=li.pk, timeline=True).exclude(
            pk__in=Entry.objects.exclude(retracts_id=None).values("retracts_id")
        )
        assert "customers.CustomerRegistered" in set(shown.values_list("type", flat=True))


def test_a_value_changed_by_hand_after_the_load_stays(actor: Actor) -> None:
    load(actor, owners(LI))
    one = load(actor, owners((*LI[:6], "北京路 8 号", *LI[7:])))
    with scope(actor):
        li = Customer.objects.get()
        Customer.objects.filter(pk=li.pk).update(address="手工改的地址")
        journal.record(CustomerChanged(customer_id=li.pk, subject_id=li.pk, changes=("address",)), actor=actor)
    one = undo(actor, one)
    with scope(actor):
        assert Customer.objects.get().address == "手工改的地址"
    assert one.undo_counts["kept_by_reason"] == [{"kind": "customer", "reason": "value", "number": 1}]


def test_a_car_that_a_later_load_knows_stays_with_its_owner(actor: Actor) -> None:
    one = load(actor, owners(LI, WANG))
    load(actor, visits(ORDER))
    one = undo(actor, one)
    with scope(actor):
        assert [v.vin for v in Vehicle.objects.all()] == [VIN]
        assert [c.name for c in Customer.objects.all()] == ["李敏"]


def test_loads_taken_back_in_turn_leave_nothing(actor: Actor) -> None:
    before = snapshot(actor)
    first = load(actor, owners(LI, WANG))
    second = load(actor, visits(ORDER))
    undo(actor, second)
    undo(actor, first)
    assert snapshot(actor) == before


def test_planned_calls_nobody_made_are_cancelled_and_go(actor: Actor) -> None:
    before = snapshot(actor)
    one = load(actor, owners(LI))
    with scope(actor):
        Task.objects.create(
            organisation_id=actor.organisation_id, category="due", kind="maintenance", title="保养提醒",
            customer=Customer.objects.get(), due_at=times.now(),
        )  # fmt: skip
    one = undo(actor, one)
    assert snapshot(actor) == before
    assert one.undo_counts["tasks_cancelled"] == 1
    with scope(actor):
        assert Entry.objects.get(type=TaskCancelled.name).data["title"] == "保养提醒"


def test_a_delay_that_was_told_by_mail_does_not_keep_it(actor: Actor) -> None:
    one, now = load(actor, owners(LI)), times.now()
    with scope(actor):
        here = {"organisation_id": actor.organisation_id}
        task = Task.objects.create(
            customer=Customer.objects.get(), category="due", kind="inspection/month", title="年检", due_at=now, **here
        )
        clock = Clock.objects.create(task=task, started_at=now, due_at=now, **here)
        escalation = Escalation.objects.create(clock=clock, rung=1, at=now, **here)
        boss = Staff.objects.create(name="方总", **here)
        letter = Message.objects.create(
            kind="alarm", key="alarm:1", staff=boss, address="a@example.com",
            subject="逾期", reference="<1@example.com>", expires_at=now, **here,
        )  # fmt: skip
        Told.objects.create(escalation=escalation, message=letter, **here)
    undo(actor, one)
    with scope(actor):
        connection.check_constraints()
        assert not Task.objects.exists() and not Told.objects.exists()
        assert Message.objects.exists()  # that it was written stays


def test_a_customer_somebody_was_called_about_stays(actor: Actor) -> None:
    one = load(actor, owners(LI))
    with scope(actor):
        Task.objects.create(
            organisation_id=actor.organisation_id, category="due", kind="maintenance", title="保养提醒",
            customer=Customer.objects.get(), due_at=times.now(), state="done", attempts=1,
        )  # fmt: skip
    assert undo(actor, one).undo_counts["kept"] == 1


def test_another_store_keeps_its_own(actor: Actor) -> None:
    other = store("HF01")
    load(other, owners(LI))
    before = snapshot(other, journal=True)
    undo(actor, load(actor, owners(LI)))
    assert snapshot(other, journal=True) == before


def test_staff_who_got_work_since_stay(actor: Actor) -> None:
    one = load(actor, owners(LI))
    with scope(actor):
        Customer.objects.create(
            organisation_id=actor.organisation_id, name="新客户", advisor=Staff.objects.get(name="周婷")
        )
    undo(actor, one)
    with scope(actor):
        assert Staff.objects.filter(name="周婷").exists()


def test_what_a_sheet_said_of_rows_it_did_not_change_is_forgotten(actor: Actor) -> None:
    load(actor, owners((*LI[:6], "", *LI[7:])))
    with scope(actor):
        Customer.objects.update(address="手工填的")
    before = snapshot(actor)
    undo(actor, load(actor, owners(LI)))  # its address stays a difference, and is remembered as said
    assert snapshot(actor) == before


def test_an_identity_that_was_filled_in_goes_again(actor: Actor) -> None:
    load(actor, owners(LI))
    heads = ("客户名称", "手机", "证件号码")
    one = load(actor, sheet(heads, ("李敏", "13955300001", "110101198001010037")))
    with scope(actor):
        assert Customer.objects.get().identity_hash is not None
    undo(actor, one)
    with scope(actor):
        assert Customer.objects.get().identity_hash is None
        assert Customer.objects.get().identity is None


def test_visits_that_found_their_owner_by_the_load_lose_him_again(actor: Actor) -> None:
    nobody = (*ORDER[:4], "", "", *ORDER[6:])
    load(actor, visits(nobody))
    one_customer = load(actor, sheet(("客户名称", "手机"), ("李敏", "13955300001")))
    assert one_customer.counts["customers_created"] == 1
    before = snapshot(actor)
    one = load(actor, owners(LI))
    with scope(actor):
        assert Visit.objects.get().customer.name == "李敏"
    undo(actor, one)
    assert snapshot(actor) == before


def test_loading_again_after_taking_back_gives_what_the_first_load_gave(actor: Actor) -> None:
    one = load(actor, owners(LI, WANG))
    first = snapshot(actor)
    undo(actor, one)
    load(actor, owners(LI, WANG))
    assert without_numbers(snapshot(actor)) == without_numbers(first)


def without_numbers(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Numbers and moments of rows differ from load to load."""
    passing = re.compile(r'"\w*id": "?\d+"?|vehicle:\d+|"at": "[^"]+"')
    return {table: sorted(passing.sub("", row) for row in rows) for table, rows in found.items()}
