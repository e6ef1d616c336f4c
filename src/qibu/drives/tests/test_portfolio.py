"""Booked drives go over with the rest of somebody's work, as far as their taker is free."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qibu.drives.models import Drive
from qibu.drives.services import bookings
from qibu.drives.tests.world import at, car, lead_of, plan, team
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import handover
from qibu.network.models import HandOver
from qibu.network.services import handovers
from qibu.network.services.handovers import Plan
from qibu.tasks.tests.world import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Iterator[tuple[Actor, Actor, Actor]]:
    """Who hands over, whose drives they are, and who takes them."""
    found = team()
    with scope(found[0]):
        yield person(found[0].organisation_id, "周敏", "store_manager"), found[1], found[2]


def book(boss: Actor, who: Actor, plate: str, number: int, days: int) -> Drive:
    lead = lead_of(who, f"1385553000{number}", f"客人{number}")
    what = car(boss, plate)
    return bookings.book(actor=who, lead_id=lead.pk, plan=plan(what, who, at(days=days)))


def handed(boss: Actor, giver: Actor, taker: Actor) -> HandOver:
    return handovers.hand_over(
        actor=boss, giver_id=giver.staff_id or 0, plan=Plan({taker.staff_id or 0: 1}), reason="离职"
    )


def whose(*drives: Drive) -> list[int]:
    return [Drive.objects.get(pk=one.pk).consultant_id for one in drives]


def test_a_drive_that_its_taker_cannot_go_along_on_stays_and_it_is_said_why(
    people: tuple[Actor, Actor, Actor],
) -> None:
    boss, giver, taker = people
    free, clash = book(boss, giver, "皖B1QB01", 1, 3), book(boss, giver, "皖B1QB02", 2, 4)
    own = book(boss, taker, "皖B1QB03", 3, 4)
    record = handed(boss, giver, taker)
    assert whose(free, clash, own) == [taker.staff_id, giver.staff_id, taker.staff_id]
    assert (record.moved["drives.booked"], record.stayed["drives.booked"]) == (1, 1)
    assert "改约" in str(handover.why_stayed(record.stayed)[0])
    assert handover.why_stayed({"tasks.open": 1}) == []


def test_taken_back_as_far_as_the_giver_is_still_free(people: tuple[Actor, Actor, Actor]) -> None:
    boss, giver, taker = people
    one, two = book(boss, giver, "皖B1QB01", 1, 3), book(boss, giver, "皖B1QB02", 2, 4)
    record = handed(boss, giver, taker)
    assert whose(one, two) == [taker.staff_id, taker.staff_id]
    book(boss, giver, "皖B1QB03", 3, 4)
    handovers.undo(actor=boss, hand_over_id=record.pk)
    assert whose(one, two) == [giver.staff_id, taker.staff_id]


def test_what_is_over_or_called_off_keeps_its_person(people: tuple[Actor, Actor, Actor]) -> None:
    boss, giver, taker = people
    off = book(boss, giver, "皖B1QB01", 1, 3)
    bookings.cancel(actor=giver, drive_id=off.pk, reason="下大雨")
    assert "drives.booked" not in handed(boss, giver, taker).moved
    assert whose(off) == [giver.staff_id]
