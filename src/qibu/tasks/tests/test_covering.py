"""When somebody is away, nothing of their work is lost and nothing stays with the wrong person."""

from __future__ import annotations

from datetime import date, timedelta
from datetime import time as clock
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Absence, Organisation, Staff, User
from qibu.network.rules import Role
from qibu.network.services import actors
from qibu.network.services.absences import Days
from qibu.tasks.models import Task
from qibu.tasks.rules import Away, Stretch, share_out, stand_in_for, stretches
from qibu.tasks.services import covering, tasks
from qibu.tasks.services.covering import Covered

TODAY = date(2026, 11, 25)
PEOPLE = st.integers(1, 6)


# Rules ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stand_ins", "who", "does_it"),
    [
        ({1: 2}, 1, 2),
        ({1: None}, 1, None),
        ({1: 2, 2: 3}, 1, 3),
        ({1: 2, 2: None}, 1, None),
        ({1: 2, 2: 1}, 1, None),  # for each other
        ({1: 2, 2: 3, 3: 2}, 1, None),
    ],
)
def test_the_first_of_the_chain_who_is_there_stands_in(
    stand_ins: dict[int, int | None], who: int, does_it: int | None
) -> None:
    away = {person: Away(person, TODAY, stand_in) for person, stand_in in stand_ins.items()}
    assert stand_in_for(who, away) == does_it


@given(st.dictionaries(PEOPLE, st.none() | PEOPLE, min_size=1))
def test_nobody_who_is_away_ever_stands_in(stand_ins: dict[int, int | None]) -> None:
    away = {person: Away(person, TODAY, stand_in) for person, stand_in in stand_ins.items()}
    for person in away:
        assert stand_in_for(person, away) not in away


@given(st.lists(st.integers(1, 9), max_size=40), st.dictionaries(PEOPLE, st.integers(0, 30), min_size=1))
def test_work_is_shared_out_whole_and_fairly(sizes: list[int], loads: dict[int, int]) -> None:
    found = share_out(list(enumerate(sizes)), loads)
    assert found.keys() == set(range(len(sizes))) and set(found.values()) <= loads.keys()
    after = dict(loads)
    for key, person in found.items():
        after[person] += sizes[key]
    busy = [after[person] for person in set(found.values())]
    # Nobody who got something has more than the least busy one by more than one bundle.
    assert not busy or max(busy) - min(after.values()) <= max(sizes)


# Services ---------------------------------------------------------------------------------------
@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    monkeypatch.setattr(times, "now", lambda: times.at_time(TODAY, clock(10)))
    return TODAY


@pytest.fixture
def store(db: None) -> Organisation:
    return Organisation.objects.create(code="S", name="弋江店")


def hire(store: Organisation, name: str, role: Role = Role.SERVICE_ADVISOR) -> Actor:
    with scope(actors.system(store)):
        user = User.objects.create(username=name)
        return actors.of_staff(Staff.objects.create(organisation=store, name=name, user=user, roles=[role.value]))


@pytest.fixture
def team(store: Organisation, today: date) -> dict[str, Actor]:
    return {"店长": hire(store, "店长", Role.STORE_MANAGER), **{name: hire(store, name) for name in ("甲", "乙", "丙")}}


def give(team: dict[str, Actor], whom: str, title: str, days: int) -> None:
    due = times.at_time(TODAY + timedelta(days), clock(18))
    manager = team["店长"]
    with scope(manager):
        tasks.create_todo(actor=manager, title=title, due_at=due, assignee_id=team[whom].staff_id)


def away(
    team: dict[str, Actor], who: str, stand_in: str | None, days: int = 1, *, by: str = "店长", after: int = 0
) -> Covered:
    first = TODAY + timedelta(after)
    with scope(team[by]) as actor:
        return covering.go_away(
            actor=actor, staff_id=team[who].staff_id or 0, days=Days(first, first + timedelta(days - 1)), kind="sick",
            stand_in_id=team[stand_in].staff_id if stand_in else None,
        )  # fmt: skip


def change(
    team: dict[str, Actor], who: str, stand_in: str | None, first: int, last: int, *, by: str = "店长"
) -> Covered:
    """The days of somebody's absence are others, counted from today."""
    with scope(team[by]) as actor:
        found = Absence.objects.get(staff_id=team[who].staff_id)
        return covering.change(
            actor=actor, absence_id=found.pk, days=Days(TODAY + timedelta(first), TODAY + timedelta(last)),
            kind="sick", stand_in_id=team[stand_in].staff_id if stand_in else None,
        )  # fmt: skip


def lies(team: dict[str, Actor]) -> dict[str, str]:
    """Task → who has it, and whose it is where somebody stands in."""
    with scope(team["店长"]):
        rows = Task.objects.select_related("assignee", "covered_for")
        return {
            task.title: (task.assignee.name if task.assignee else "池")
            + (f"代{task.covered_for.name}" if task.covered_for else "")
            for task in rows
        }


def settle(team: dict[str, Actor], on: date) -> int:
    with scope(team["店长"]) as actor:
        return covering.settle(actor=actor, on=on)


def test_what_falls_due_goes_to_the_stand_in_and_the_rest_waits(team: dict[str, Actor]) -> None:
    for title, days in (("过期", -1), ("今天", 0), ("后天", 2)):
        give(team, "甲", title, days)
    assert away(team, "甲", "乙").moved == 2
    assert lies(team) == {"过期": "乙代甲", "今天": "乙代甲", "后天": "甲"}
    assert settle(team, TODAY) == 0


def test_the_next_morning_what_is_left_goes_back(team: dict[str, Actor]) -> None:
    give(team, "甲", "今天", 0)
    away(team, "甲", "乙")
    assert settle(team, TODAY + timedelta(1)) == 1
    assert lies(team) == {"今天": "甲"}


def test_a_stand_in_who_falls_ill_as_well_passes_it_on(team: dict[str, Actor]) -> None:
    give(team, "甲", "今天", 0)
    away(team, "甲", "乙")
    away(team, "乙", "丙")
    assert lies(team) == {"今天": "丙代甲"}
    away(team, "丙", None)
    assert lies(team) == {"今天": "池代甲"}


def test_who_is_back_early_gets_it_back(team: dict[str, Actor]) -> None:
    give(team, "甲", "今天", 0)
    away(team, "甲", "乙", days=3)
    with scope(team["甲"]) as actor:
        absence = Absence.objects.get()
        assert covering.come_back(actor=actor, absence_id=absence.pk).back == 1
        assert covering.come_back(actor=actor, absence_id=absence.pk).back == 0
    assert lies(team) == {"今天": "甲"}


def test_what_a_manager_gives_to_somebody_else_stays_there(team: dict[str, Actor]) -> None:
    give(team, "甲", "今天", 0)
    away(team, "甲", "乙")
    with scope(team["店长"]) as actor:
        tasks.assign(actor=actor, task_id=Task.objects.get().pk, staff_id=team["丙"].staff_id)
    settle(team, TODAY + timedelta(1))
    assert lies(team) == {"今天": "丙"}


def test_ones_own_days_are_ones_own_to_record_those_of_others_a_managers(team: dict[str, Actor]) -> None:
    assert away(team, "甲", "乙", by="甲").moved == 0
    with pytest.raises(PermissionRefused):
        away(team, "丙", "乙", by="甲")


def test_days_that_overlap_are_over_or_run_backwards_are_refused(team: dict[str, Actor]) -> None:
    away(team, "甲", "乙", days=3)
    with pytest.raises(ValidationError, match="已经登记过"):
        away(team, "甲", "丙")
    with pytest.raises(ValidationError, match="在第一天之前"):
        away(team, "乙", "丙", days=0)
    with pytest.raises(ValidationError, match="另一位"):
        away(team, "乙", "乙")


def test_only_what_went_from_this_person_is_counted(team: dict[str, Actor]) -> None:
    for whom, title in (("甲", "一"), ("甲", "二"), ("乙", "三")):
        give(team, whom, title, 0)
    assert away(team, "甲", "丙").moved == 2
    assert away(team, "乙", None).moved == 1


def test_a_planned_absence_moves_nothing_yet_and_says_who_will_do_it_when(team: dict[str, Actor]) -> None:
    give(team, "甲", "后天", 2)
    away(team, "乙", None, days=1, after=3)
    found = away(team, "甲", "乙", days=4, after=1)
    day = [TODAY + timedelta(n) for n in range(6)]
    assert found.moved == 0 and lies(team) == {"后天": "甲"}
    assert found.stretches == [
        Stretch(day[1], day[2], team["乙"].staff_id), Stretch(day[3], day[3], None),
        Stretch(day[4], day[4], team["乙"].staff_id),
    ]  # fmt: skip


def test_another_stand_in_takes_over_what_the_former_one_has(team: dict[str, Actor]) -> None:
    give(team, "甲", "今天", 0)
    away(team, "甲", "乙", days=2)
    assert change(team, "甲", "丙", 0, 1).moved == 1
    assert lies(team) == {"今天": "丙代甲"}
    change(team, "甲", None, 0, 1)
    assert lies(team) == {"今天": "池代甲"}


def test_of_a_shorter_absence_what_is_due_later_goes_back_at_once(team: dict[str, Actor]) -> None:
    for title, days in (("今天", 0), ("三天后", 3)):
        give(team, "甲", title, days)
    assert away(team, "甲", "乙", days=9).moved == 2
    found = change(team, "甲", "乙", 0, 1)
    assert (found.moved, found.back) == (0, 1) and lies(team) == {"今天": "乙代甲", "三天后": "甲"}
    change(team, "甲", "乙", 2, 3)  # put off: everything is back until then
    assert lies(team) == {"今天": "甲", "三天后": "甲"}
    with scope(team["店长"]):
        assert Entry.objects.filter(type="network.AbsenceChanged").count() == 2


def test_what_is_over_is_not_changed_and_of_others_only_by_who_may(team: dict[str, Actor]) -> None:
    away(team, "甲", "乙", days=3)
    with pytest.raises(PermissionRefused):
        change(team, "甲", "乙", 0, 1, by="丙")
    change(team, "甲", "乙", 0, 1, by="甲")
    with scope(team["甲"]) as actor:
        covering.come_back(actor=actor, absence_id=Absence.objects.get().pk)
    with pytest.raises(ValidationError, match="已经结束"):
        change(team, "甲", "乙", 0, 1)


AWAY = st.tuples(PEOPLE, st.integers(0, 9), st.integers(0, 5), st.none() | PEOPLE)


@given(st.lists(AWAY, max_size=8), st.none() | PEOPLE)
def test_stretches_say_for_each_day_what_the_rule_of_that_day_says(
    others: list[tuple[int, int, int, int | None]], stand_in: int | None
) -> None:
    day = [TODAY + timedelta(n) for n in range(20)]
    known = [Away(who, day[first + more], other, day[first]) for who, first, more, other in others if who != 1]
    whose = Away(1, day[9], stand_in if stand_in != 1 else None, day[2])
    found = stretches(whose, known)
    told = {d: one.who for one in found for d in day if one.first <= d <= one.last}
    assert told == {
        d: stand_in_for(1, {one.staff_id: one for one in [*known, whose] if one.first <= d <= one.last})
        for d in day[2:10]
    }
    assert all(one.who != next_one.who for one, next_one in pairwise(found))


# The page ---------------------------------------------------------------------------------------
@pytest.fixture
def boss(team: dict[str, Actor]) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="店长"))
    return client


def told(client: Client, address: str, **sent: Any) -> str:
    """The toast after a form was taken; the page that asks or refuses otherwise."""
    answer = client.post(address, {"kind": "leave", "stand_in": "", **sent}, follow=True)
    return " ".join(str(one) for one in answer.context["messages"]) or answer.content.decode()


def form(team: dict[str, Actor], who: str, stand_in: str | None, first: int = 0, last: int = 0) -> dict[str, Any]:
    return {
        "staff": team[who].staff_id, "stand_in": team[stand_in].staff_id if stand_in else "",
        "first_day": str(TODAY + timedelta(first)), "last_day": str(TODAY + timedelta(last)),
    }  # fmt: skip


def test_the_page_says_where_the_work_really_lies(team: dict[str, Actor], boss: Client) -> None:
    give(team, "甲", "今天", 0)
    assert told(boss, "/team/absences/", **form(team, "甲", "乙")) == "已登记。1 件任务转给了 乙。"
    give(team, "丙", "今天", 0)
    assert told(boss, "/team/absences/", **form(team, "丙", None)) == "已登记。1 件任务放进了公共池。"
    planned = form(team, "乙", None, 2, 3)
    assert told(boss, "/team/absences/", **planned) == "已登记。从 11-27 起，到期的任务放进公共池。"
    boss.cookies["qibu_language"] = "en"
    with scope(team["店长"]):
        number = Absence.objects.get(staff_id=team["乙"].staff_id).pk
    answer = told(boss, f"/team/absences/{number}/", **form(team, "乙", None, 3, 4))
    assert answer.startswith("Recorded. From ") and answer.endswith("what falls due goes to the pool.")


def test_a_stand_in_who_is_away_is_said_before_and_after(team: dict[str, Actor], boss: Client) -> None:
    give(team, "甲", "今天", 0)
    away(team, "乙", None)
    assert "乙（今天不在）" in boss.get("/team/absences/").content.decode()
    sent = form(team, "甲", "乙", 0, 1)
    asked = boss.post("/team/absences/", {"kind": "leave", **sent})
    assert asked.context["doubts"] == ["乙 11-25 也不在，那时的任务放进公共池。"] and lies(team) == {"今天": "甲"}
    answer = told(boss, "/team/absences/", **sent, sure=asked.context["sure"])
    assert answer == "已登记。1 件任务放进了公共池。乙 11-25 也不在，那时的任务放进公共池。"
    assert lies(team) == {"今天": "池代甲"}
    assert "乙 代班" not in boss.get("/team/").content.decode()


def test_a_manager_shortens_changes_and_calls_off_what_others_announced(team: dict[str, Actor], boss: Client) -> None:
    long = form(team, "甲", "乙", 0, 200)
    asked = boss.post("/team/absences/", {"kind": "leave", **long})
    assert asked.context["doubts"] == ["一共 201 天，请核对日期。"]
    told(boss, "/team/absences/", **long, sure=asked.context["sure"])
    with scope(team["店长"]):
        found = Absence.objects.get()
    address = f"/team/absences/{found.pk}/"
    assert "乙 代班" in boss.get("/team/").content.decode()
    assert f'href="{address}"' in boss.get("/team/").content.decode()
    assert f'href="{address}"' in boss.get("/team/absences/").content.decode()
    told(boss, address, **form(team, "甲", "丙", 1, 5))
    with scope(team["店长"]):
        changed = Absence.objects.get()
        assert (changed.last_day, changed.stand_in_id) == (TODAY + timedelta(5), team["丙"].staff_id)
    ended = boss.post(f"{address}end/", follow=True)
    assert "已取消 甲 的这次缺勤" in ended.content.decode()
    assert boss.get(address).headers["Location"] == "/team/"


def test_open_work_is_shared_out_by_load_and_the_preview_says_the_same(team: dict[str, Actor]) -> None:
    for number in range(7):
        give(team, "甲", f"活{number}", 0)
    give(team, "乙", "已有", 0)
    takers = [team["乙"].staff_id or 0, team["丙"].staff_id or 0]
    asked = {"giver_id": team["甲"].staff_id, "taker_ids": takers}
    with scope(team["店长"]) as actor:
        seen = covering.preview(actor=actor, **asked)
        assert covering.share(actor=actor, **asked) == seen
    counted = {name: sum(who == name for who in lies(team).values()) for name in ("甲", "乙", "丙")}
    assert counted == {"甲": 0, "乙": 4, "丙": 4}


def test_who_is_away_gets_nothing_unless_they_are_meant(team: dict[str, Actor], boss: Client) -> None:
    for number in range(4):
        give(team, "甲", f"活{number}", 0)
    away(team, "乙", None)
    one, other = team["乙"].staff_id or 0, team["丙"].staff_id or 0
    with scope(team["店长"]) as actor:
        asked = {"actor": actor, "giver_id": team["甲"].staff_id}
        assert covering.preview(**asked, taker_ids=[one, other]) == {other: 4}
        assert covering.preview(**asked, taker_ids=[other], though_away=[one]) == {one: 2, other: 2}
    address = f"/team/shares/?giver={team['甲'].staff_id}"
    form = boss.get(address).context["form"]
    assert [label for _pk, label in form.fields["away"].choices] == ["乙 · 手上 0 件 · 今天不在"]
    assert "丙 · 手上 0 件" in [label for _pk, label in form.fields["takers"].choices]
    refused = boss.post(address, {"takers": [one]})
    assert refused.status_code == 422 and "今天不在" in str(refused.context["form"].errors["takers"])
    assert "请至少选一位同事" in boss.post(address, {}).content.decode()
    tried = boss.post(address, {"takers": [other], "away": [one], "try": "1"}).content.decode()
    assert "乙 2（今天不在）" in " ".join(tried.split())
    boss.post(address, {"takers": [other]})
    assert set(lies(team).values()) == {"丙"}


def test_only_who_shares_out_work_may(team: dict[str, Actor]) -> None:
    with scope(team["甲"]) as actor, pytest.raises(PermissionRefused):
        covering.share(actor=actor, giver_id=actor.staff_id, taker_ids=[team["乙"].staff_id or 0])
