"""Newer sheets speak of policies that are known: what they correct, what they add, and what stays a person's word."""

from __future__ import annotations

from datetime import date

import pytest

from qibu.care.models import Due
from qibu.connect.models import Difference
from qibu.connect.tests.loads import LI, load, owners, snapshot, store, undo
from qibu.kernel import relay
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.vehicles.models import Policy, Vehicle
from qibu.vehicles.services import policies

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return store()


def insured_until(day: str) -> bytes:
    return owners((*LI[:8], day, LI[9]))


def ends(actor: Actor) -> list[str]:
    with scope(actor):
        return [end.isoformat() for end in Policy.objects.order_by("ends_on").values_list("ends_on", flat=True)]


def correct_by_hand(actor: Actor, day: str) -> None:
    with scope(actor):
        one = Policy.objects.get()
        cover = {"kind": "commercial", "ends_on": date.fromisoformat(day), "starts_on": None}
        policies.correct(actor=actor, policy_id=one.pk, insurer="", number="", **cover)  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("2026-03-11", "2026-03-12", ["2026-03-12"]),  # corrected by a day
        ("2026-03-11", "2026-08-30", ["2026-08-30"]),  # the month was wrong
        ("2026-03-11", "2027-03-11", ["2026-03-11", "2027-03-11"]),  # renewed
        ("2026-03-11", "2027-02-20", ["2026-03-11", "2027-02-20"]),  # renewed early
        ("2026-03-11", "2026-03-11", ["2026-03-11"]),
    ],
)
def test_a_newer_sheet_corrects_a_policy_or_adds_the_next_one(
    actor: Actor, first: str, second: str, stands: list[str]
) -> None:
    load(actor, insured_until(first))
    load(actor, insured_until(second))
    assert ends(actor) == stands


def test_the_same_sheet_again_changes_nothing_after_a_correction(actor: Actor) -> None:
    load(actor, insured_until("2026-03-11"))
    load(actor, insured_until("2026-03-12"))
    before = snapshot(actor)
    load(actor, insured_until("2026-03-12"))
    assert snapshot(actor) == before


def test_a_day_entered_by_hand_stays_and_is_listed_once(actor: Actor) -> None:
    load(actor, insured_until("2026-03-11"))
    correct_by_hand(actor, "2026-03-15")
    load(actor, insured_until("2026-03-12"))
    load(actor, insured_until("2026-03-12"))
    assert ends(actor) == ["2026-03-15"]
    with scope(actor):
        assert [(one.table, one.ours, one.theirs) for one in Difference.objects.all()] == [
            ("policy", "2026-03-15", "2026-03-12")
        ]


def test_a_policy_entered_by_hand_is_met_and_not_doubled(actor: Actor) -> None:
    load(actor, insured_until(""))
    with scope(actor):
        car = Vehicle.objects.get()
        cover = {"kind": "unknown", "ends_on": date(2026, 3, 15), "starts_on": None, "insurer": "", "number": ""}
        policies.record(actor=actor, vehicle_id=car.pk, **cover)  # type: ignore[typeddict-item]
    load(actor, insured_until("2026-03-12"))
    assert ends(actor) == ["2026-03-15"]


def test_a_policy_given_its_kind_by_hand_is_still_the_one_of_the_sheet(actor: Actor) -> None:
    load(actor, insured_until("2026-03-11"))
    correct_by_hand(actor, "2026-03-11")  # only its kind
    load(actor, insured_until("2026-03-12"))
    with scope(actor):
        assert [(one.kind, one.ends_on) for one in Policy.objects.all()] == [("commercial", date(2026, 3, 12))]


def test_a_correction_is_taken_back_and_counts_again_when_loaded_again(actor: Actor) -> None:
    load(actor, insured_until("2026-03-11"))
    before = snapshot(actor)
    undo(actor, load(actor, insured_until("2026-03-12")))
    assert snapshot(actor) == before
    load(actor, insured_until("2026-03-12"))
    assert ends(actor) == ["2026-03-12"]


def test_a_correction_changed_since_stays_and_is_listed(actor: Actor) -> None:
    load(actor, insured_until("2026-03-11"))
    one = load(actor, insured_until("2026-03-12"))
    correct_by_hand(actor, "2026-03-20")
    one = undo(actor, one)
    assert ends(actor) == ["2026-03-20"]
    assert {"kind": "policy", "reason": "value", "number": 1} in one.undo_counts["kept_by_reason"]


def test_a_first_load_whose_policy_was_corrected_since_keeps_the_car(actor: Actor) -> None:
    one = load(actor, insured_until("2026-03-11"))
    load(actor, insured_until("2026-03-12"))
    undo(actor, one)
    assert ends(actor) == ["2026-03-12"]


@pytest.mark.django_db(transaction=True)
def test_what_falls_due_follows_the_corrected_day() -> None:
    actor = store()
    for text in ("2027-03-11", "2027-03-20"):
        load(actor, insured_until(text))
        relay.catch_up(actor, patience=5)
        with scope(actor):
            due = Due.objects.filter(trigger="insurance", over=False)
            assert [day.isoformat() for day in due.values_list("due_on", flat=True)] == [text]
