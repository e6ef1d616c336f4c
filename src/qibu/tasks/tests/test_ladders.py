from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.meanwhile import Disputed
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff
from qibu.network.services import actors
from qibu.tasks.models import Rung
from qibu.tasks.rules import Fault, faults
from qibu.tasks.selectors import ladders as reads
from qibu.tasks.selectors.calendars import ladders_of
from qibu.tasks.services import ladders
from qibu.tasks.services.errors import NotAllowedNow, NotYours
from qibu.tasks.tests import world

BOSS, LEAD = ["store_manager"], ["service_manager"]
NOTHING: tuple[None, list[str]] = (None, [])


@pytest.mark.parametrize(
    ("rungs", "expected"),
    [
        ([(0, LEAD), (60, BOSS), NOTHING], {}),
        ([(0, LEAD), NOTHING, NOTHING], {}),
        ([NOTHING, NOTHING, NOTHING], {1: Fault.FIRST_MISSING}),
        ([NOTHING, (60, BOSS), NOTHING], {1: Fault.FIRST_MISSING, 2: Fault.GAP}),
        ([(0, LEAD), NOTHING, (120, BOSS)], {3: Fault.GAP}),
        ([(0, []), NOTHING, NOTHING], {1: Fault.NOBODY}),
        ([(None, LEAD), NOTHING, NOTHING], {1: Fault.TIME_MISSING}),
        ([(30, LEAD), (89, BOSS), NOTHING], {2: Fault.TOO_CLOSE}),
        ([(60, LEAD), (0, BOSS), NOTHING], {2: Fault.TOO_CLOSE}),
    ],
)
def test_a_ladder_says_what_is_wrong_with_it(rungs: list[Any], expected: dict[int, Fault]) -> None:
    assert faults(rungs) == expected


@given(st.lists(st.tuples(st.none() | st.integers(0, 300), st.sampled_from([[], BOSS])), min_size=3, max_size=3))
def test_a_ladder_without_faults_begins_has_no_gap_and_keeps_its_hour(rungs: list[Any]) -> None:
    if faults(rungs):
        return
    kept = [rung for rung in rungs if rung != (None, [])]
    assert kept and rungs[: len(kept)] == kept
    assert all(after is not None and roles for after, roles in kept)
    assert all(later[0] - sooner[0] >= 60 for sooner, later in pairwise(kept))


@pytest.fixture
def boss(db: None) -> Actor:
    return world.person(world.store(), "方总", "store_manager")


def test_an_own_ladder_counts_until_it_is_inherited_again(boss: Actor) -> None:
    with scope(boss):
        shipped = reads.ladder(boss.organisation_id, "promise")
        assert (shipped.source, shipped.own) == (None, False)
        ladders.set_ladder(actor=boss, key="promise", rungs={"1": [30, LEAD], "2": [120, BOSS]})
        own = reads.ladder(boss.organisation_id, "promise")
        assert own.own and own.overrides and own.stored() == {"1": [30, LEAD], "2": [120, BOSS], "3": []}
        assert [step.roles for step in ladders_of(boss.organisation_id)["promise"]] == [set(LEAD), set(BOSS)]
        assert ladders.inherit_again(actor=boss, key="promise")
        assert not ladders.inherit_again(actor=boss, key="promise")
        assert reads.ladder(boss.organisation_id, "promise").stored() == shipped.stored()
        said = list(Entry.objects.filter(type="tasks.LadderChanged").order_by("pk").values_list("data", flat=True))
        assert [one["changes"] for one in said] == [["rung1"], ["inherited"]]  # the second rung is as shipped


def test_what_stands_already_is_saved_without_a_trace(boss: Actor) -> None:
    with scope(boss):
        for _again in range(2):
            ladders.set_ladder(actor=boss, key="promise", rungs={"1": [30, LEAD], "2": [120, BOSS]})
        assert Entry.objects.filter(type="tasks.LadderChanged").count() == 1


def test_a_store_inherits_what_its_region_said(boss: Actor) -> None:
    above = Organisation.objects.create(code="R1", name="华东大区")
    Organisation.objects.filter(pk=boss.organisation_id).update(parent=above)
    with scope(actors.system(above.pk)):
        Rung.objects.create(organisation_id=above.pk, ladder="follow_up", order=1, after_minutes=60, roles=BOSS)
    with scope(boss):
        found = reads.ladder(boss.organisation_id, "follow_up")
        assert (found.source, found.own, found.follows) == (above.pk, False, False)
        assert reads.ladder(boss.organisation_id, "other").follows


def test_two_who_change_the_same_rung_are_told(boss: Actor) -> None:
    with scope(boss):
        seen = reads.ladder(boss.organisation_id, "promise").stored()
        ladders.set_ladder(actor=boss, key="promise", rungs={**seen, "1": [15, LEAD]}, seen=seen)
        with pytest.raises(Disputed) as disputed:
            ladders.set_ladder(actor=boss, key="promise", rungs={**seen, "1": [45, LEAD]}, seen=seen)
        assert disputed.value.theirs == {"1": [15, LEAD]}
        ladders.set_ladder(actor=boss, key="promise", rungs={**seen, "2": [240, BOSS]}, seen=seen)
        assert reads.ladder(boss.organisation_id, "promise").stored() == {"1": [15, LEAD], "2": [240, BOSS], "3": []}


def test_what_two_changed_must_fit_together(boss: Actor) -> None:
    """Each alone keeps the hour between two rungs; together they don't."""
    with scope(boss):
        seen = reads.ladder(boss.organisation_id, "promise").stored()
        ladders.set_ladder(actor=boss, key="promise", rungs={**seen, "1": [60, LEAD]}, seen=seen)
        with pytest.raises(NotAllowedNow):
            ladders.set_ladder(actor=boss, key="promise", rungs={**seen, "2": [90, BOSS]}, seen=seen)
        assert reads.ladder(boss.organisation_id, "promise").stored()["2"] == [120, BOSS]


def test_only_who_manages_the_store_changes_it_and_only_known_kinds_and_managers(boss: Actor) -> None:
    advisor = world.person(boss.organisation_id, "周婷")
    with scope(advisor), pytest.raises(PermissionRefused):
        ladders.set_ladder(actor=advisor, key="promise", rungs={"1": [0, BOSS]})
    with scope(boss):
        with pytest.raises(NotYours):
            ladders.set_ladder(actor=boss, key="nothing", rungs={"1": [0, BOSS]})
        with pytest.raises(NotAllowedNow):
            ladders.set_ladder(actor=boss, key="promise", rungs={"1": [0, ["technician"]]})


def test_a_ladder_is_kept_on_its_page(boss: Actor) -> None:
    client = Client()
    with scope(boss):
        client.force_login(Staff.objects.get(pk=boss.staff_id).user)
    page = client.get("/settings/ladders/").content.decode()
    assert "系统自带" in page and "9.5 个营业小时后" in page and "方总" in page and "今天没有人" in page
    assert 'value="2"' in client.get("/settings/ladders/promise/").content.decode()
    refused = client.post("/settings/ladders/promise/", {"after_1": "1", "after_2": "1.5", "roles_2": "store_manager"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "第一次要填好" in page and "要比前一次至少晚一小时" in page and 'value="1.5"' in page
    wrong = client.post("/settings/ladders/promise/", {"after_1": "bald", "roles_1": "store_manager", "after_2": "4"})
    assert wrong.status_code == 422 and "请选告诉哪个岗位" in wrong.content.decode()
    sent = {"after_1": "0.5", "roles_1": ["service_manager", "sales_manager"]}
    assert client.post("/settings/ladders/promise/", sent).status_code == 302
    assert "本店自定" in client.get("/settings/ladders/").content.decode()
    with scope(boss):
        assert reads.ladder(boss.organisation_id, "promise").stored()["1"] == [30, ["sales_manager", "service_manager"]]
    client.post("/settings/ladders/promise/inheritance/")
    assert "本店自定" not in client.get("/settings/ladders/").content.decode()


def test_the_second_of_two_pages_says_what_the_first_saved(boss: Actor) -> None:
    client = Client()
    with scope(boss):
        client.force_login(Staff.objects.get(pk=boss.staff_id).user)
    form = client.get("/settings/ladders/promise/").context["form"]
    seen = form["seen"].value()
    client.post("/settings/ladders/promise/", {"seen": seen, "after_1": "0.25", "roles_1": LEAD})
    page = client.post("/settings/ladders/promise/", {"seen": seen, "after_1": "0.5", "roles_1": LEAD})
    assert page.status_code == 422
    assert "刚被别人改成「0.25 个营业小时，售后经理」" in page.content.decode()
    again = page.context["form"]["seen"].value()
    sent = client.post("/settings/ladders/promise/", {"seen": again, "after_1": "0.5", "roles_1": LEAD})
    assert sent.status_code == 302
