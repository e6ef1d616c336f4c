"""The turn in the show-room: a queue in which who is busy keeps their place."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qibu.showroom.rules import Purpose, Stand, may_lead, next_in_turn, queue, takes_a_turn


def stand(number: int, **facts: object) -> Stand:
    return Stand(staff_id=number, name=f"顾问{number}", number=number, **facts)  # type: ignore[arg-type]


def test_the_first_who_is_free_is_next_and_who_is_busy_keeps_their_place() -> None:
    stands = [stand(3), stand(1, visitors=1), stand(2, busy=True), stand(4, full=True)]
    assert [one.staff_id for one in queue(stands)] == [1, 2, 3, 4]
    assert next_in_turn(stands) == stands[0]
    assert next_in_turn([replace(stands[1], visitors=0), stands[0]]) == replace(stands[1], visitors=0)


def test_who_is_not_there_is_not_in_the_queue() -> None:
    assert queue([stand(1, here=False)]) == []
    assert next_in_turn([stand(1, here=False), stand(2, busy=True), stand(3, out=True)]) is None


def test_only_who_may_buy_becomes_a_lead_and_costs_a_turn() -> None:
    leading = {purpose for purpose in Purpose if may_lead(purpose)}
    assert leading == {Purpose.LOOK, Purpose.DRIVE, Purpose.NEGOTIATE}
    assert leading == {purpose for purpose in Purpose if takes_a_turn(purpose)}


@given(st.integers(1, 6), st.integers(0, 60))
def test_a_steady_team_receives_within_one_of_each_other(people: int, visitors: int) -> None:
    places, got = {pk: pk for pk in range(1, people + 1)}, dict.fromkeys(range(1, people + 1), 0)
    for step in range(visitors):
        found = next_in_turn(replace(stand(pk), number=number) for pk, number in places.items())
        assert found is not None
        got[found.staff_id] += 1
        places[found.staff_id] = people + step + 1
        assert max(got.values()) - min(got.values()) <= 1
