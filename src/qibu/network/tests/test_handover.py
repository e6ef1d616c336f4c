"""A portfolio goes to one person or is shared out, once, on record, and comes back as far as nothing changed since.

The portfolio of these tests are the people who answer to somebody: rows of this app.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import handover, selectors
from qibu.network.models import HandOver, HandOverItem, Organisation, Staff, User
from qibu.network.rules import turns
from qibu.network.services import absences, actors, handovers
from qibu.network.services.handovers import Plan

pytestmark = pytest.mark.django_db
PEOPLE, TITLES = "test.people", "test.titles"


# The rule ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({}, []), ({1: 1}, [1]), ({1: 7}, [1]), ({1: 1, 2: 1}, [1, 2]), ({1: 2, 2: 1}, [1, 2, 1]), ({1: 0, 2: 3}, [2]),
        ({1: 4, 2: 2}, [1, 2, 1]), ({1: 3, 2: 2, 3: 1}, [1, 2, 1, 3, 2, 1]),
    ],
)  # fmt: skip
def test_people_take_turns_by_weight(weights: dict[int, int], expected: list[int]) -> None:
    assert turns(weights) == expected


@given(some.dictionaries(some.integers(1, 6), some.integers(1, 100), min_size=1, max_size=6))
def test_after_every_turn_each_is_near_their_share_and_in_the_end_at_it(weights: dict[int, int]) -> None:
    order, total = turns(weights), sum(weights.values())
    counts = Counter[int]()
    for taken, person in enumerate(order, 1):
        counts[person] += 1
        assert all(abs(counts[one] - taken * weight / total) < 2 for one, weight in weights.items())
    assert all(counts[one] * total == len(order) * weight for one, weight in weights.items())


# The service ------------------------------------------------------------------------------------------
class Store:
    """A manager, somebody with twelve people below, and three who could take them over."""

    def __init__(self) -> None:
        organisation = Organisation.objects.create(code="A", name="A")
        with scope(actors.system(organisation.pk)):
            self.boss, self.giver, *self.takers = (
                Staff.objects.create(organisation=organisation, name=name, roles=["store_manager"])
                for name in ("沈亦舟", "周婷", "何敏", "李强", "赵静")
            )
            self.below = [
                Staff.objects.create(organisation=organisation, name=f"徒弟{n}", superior=self.giver)
                for n in range(12)
            ]
        self.actor = actors.of_staff(self.boss)

    def above(self) -> dict[str, int]:
        found = Counter(Staff.objects.filter(name__startswith="徒弟").values_list("superior__name", flat=True))
        return dict(sorted(found.items()))

    def hand(self, weights: dict[int, int], **plan: Any) -> HandOver:
        wanted = Plan(weights, **plan)
        return handovers.hand_over(
            actor=self.actor, giver_id=self.giver.pk, plan=wanted, reason="调岗", note="都很好学"
        )


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    part = handover.Part(PEOPLE, "下属", lambda pk: Staff.objects.filter(superior_id=pk), "superior", customer="pk")
    monkeypatch.setattr(handover, "PARTS", {part.key: part})
    found = Store()
    with scope(found.actor):
        yield found


def test_everything_goes_to_one_person_in_one_step_and_is_on_record(store: Store) -> None:
    record = store.hand({store.takers[0].pk: 1})
    assert store.above() == {"何敏": 12}
    assert (record.taker, record.moved, record.by_id) == (store.takers[0], {PEOPLE: 12}, store.boss.pk)
    assert record.shares == {str(store.takers[0].pk): {PEOPLE: 12}}
    entry = Entry.objects.get(type="network.PortfolioHandedOver")
    assert (entry.data["giver"], entry.data["taker"], entry.data["reason"]) == ("周婷", "何敏", "调岗")


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((1, 1), {"何敏": 6, "李强": 6}), ((2, 1), {"何敏": 8, "李强": 4}),
        ((1, 1, 1), {"何敏": 4, "李强": 4, "赵静": 4}), ((9, 2, 1), {"何敏": 9, "李强": 2, "赵静": 1}),
    ],
)  # fmt: skip
def test_it_is_shared_out_by_weight_as_it_was_shown(
    store: Store, weights: tuple[int, ...], expected: dict[str, int]
) -> None:
    given = {taker.pk: weight for taker, weight in zip(store.takers, weights, strict=False)}
    tried = handovers.preview(actor=store.actor, giver_id=store.giver.pk, plan=Plan(given)).shares
    assert store.above() == {"周婷": 12} and not HandOver.objects.exists()
    record = store.hand(given)
    assert store.above() == dict(sorted(expected.items())) and record.shares == tried and record.taker is None


def test_who_was_picked_goes_where_they_were_picked_and_the_rest_is_shared(store: Store) -> None:
    first, second, third = store.takers
    picks = {store.below[0].pk: third.pk, store.below[1].pk: third.pk}
    store.hand({first.pk: 1, second.pk: 1}, picks=picks)
    assert store.above() == {"何敏": 5, "李强": 5, "赵静": 2}


def test_only_the_picked_go_and_the_rest_stays(store: Store) -> None:
    store.hand({}, picks={store.below[0].pk: store.takers[0].pk}, picked_only=True)
    assert store.above() == {"何敏": 1, "周婷": 11}
    assert HandOverItem.objects.count() == 1


def test_a_customer_goes_to_one_person_with_all_that_is_theirs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = handover.Part(TITLES, "名头", handover.PARTS[PEOPLE].held, "superior", customer="pk")
    monkeypatch.setattr(handover, "PARTS", {**handover.PARTS, TITLES: titles})
    store.hand({taker.pk: 1 for taker in store.takers})
    rows = list(HandOverItem.objects.values_list("whom", "taker_id"))
    assert len(rows) == 24 and len(set(rows)) == 12


def test_one_part_alone_goes_when_it_alone_is_chosen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    none = handover.Part(TITLES, "名头", lambda pk: Staff.objects.filter(pk=pk, superior=pk), "superior", "pk")
    monkeypatch.setattr(handover, "PARTS", {**handover.PARTS, TITLES: none})
    with pytest.raises(ValidationError, match="没有要交接"), scope(store.actor):
        store.hand({store.takers[0].pk: 1}, parts=frozenset({TITLES}))
    assert store.above() == {"周婷": 12}


def test_what_is_unchanged_goes_back_and_the_rest_is_listed(store: Store) -> None:
    record = store.hand({store.takers[0].pk: 1, store.takers[1].pk: 1})
    changed = Staff.objects.filter(superior=store.takers[0]).earliest("pk")
    Staff.objects.filter(pk=changed.pk).update(superior=store.takers[2])
    handovers.undo(actor=store.actor, hand_over_id=record.pk)
    assert store.above() == {"周婷": 11, "赵静": 1}
    record.refresh_from_db()
    assert record.undone_at is not None and record.undone_by_id == store.boss.pk
    assert list(HandOverItem.objects.filter(back=False).values_list("row_id", flat=True)) == [changed.pk]
    told = Entry.objects.get(type="network.HandOverUndone").data
    assert (told["back"], told["kept"]) == (11, 1)
    handovers.undo(actor=store.actor, hand_over_id=record.pk)  # a second click does nothing
    assert Entry.objects.filter(type="network.HandOverUndone").count() == 1


def test_of_two_hand_overs_undone_each_gives_back_its_own(store: Store) -> None:
    first = store.hand({store.takers[0].pk: 1})
    second = handovers.hand_over(
        actor=store.actor, giver_id=store.takers[0].pk, plan=Plan({store.takers[1].pk: 1}), reason="再调"
    )
    handovers.undo(actor=store.actor, hand_over_id=first.pk)
    assert store.above() == {"李强": 12}  # all has gone on since
    handovers.undo(actor=store.actor, hand_over_id=second.pk)
    assert store.above() == {"何敏": 12}


def test_who_left_gets_nothing_back(store: Store) -> None:
    record = store.hand({store.takers[0].pk: 1})
    Staff.objects.filter(pk=store.giver.pk).update(left_on="2026-11-01")
    with pytest.raises(ValidationError, match="已离职"):
        handovers.undo(actor=store.actor, hand_over_id=record.pk)


def test_a_record_of_an_older_version_without_a_list_stays(store: Store) -> None:
    record = HandOver.objects.create(
        organisation_id=store.actor.organisation_id, giver=store.giver, taker=store.takers[0], moved={PEOPLE: 3}
    )
    with pytest.raises(ValidationError, match="没有留下明细"):
        handovers.undo(actor=store.actor, hand_over_id=record.pk)


@pytest.mark.parametrize("trouble", ["nothing", "left", "oneself", "nobody"])
def test_a_hand_over_that_makes_no_sense_is_refused(store: Store, trouble: str) -> None:
    taker = store.giver if trouble == "oneself" else store.takers[0]
    if trouble == "nothing":
        Staff.objects.update(superior=None)
    if trouble == "left":
        Staff.objects.filter(pk=taker.pk).update(left_on="2026-01-01")
    with pytest.raises(ValidationError), scope(store.actor):
        store.hand({} if trouble == "nobody" else {taker.pk: 1})
    assert not HandOver.objects.exists() and not HandOverItem.objects.exists()


def test_only_who_manages_staff_hands_over(store: Store) -> None:
    plan, record = Plan({store.takers[0].pk: 1}), store.hand({store.takers[0].pk: 1})
    Staff.objects.filter(pk=store.boss.pk).update(roles=["service_advisor"])
    advisor = actors.of_staff(Staff.objects.get(pk=store.boss.pk))
    acts: list[Callable[[], object]] = [
        lambda: handovers.preview(actor=advisor, giver_id=store.giver.pk, plan=plan),
        lambda: handovers.undo(actor=advisor, hand_over_id=record.pk),
        lambda: selectors.hand_overs(advisor),
    ]
    for act in acts:
        with pytest.raises(PermissionRefused):
            act()


def test_a_part_of_a_portfolio_is_registered_once() -> None:
    handover.register_part(handover.Part("test.twice", "x", lambda pk: Staff.objects.none(), "superior"))
    try:
        held = eval("lambda pk: None", {"__name__": "elsewhere"})  # noqa: S307 - another module's
        with pytest.raises(ValueError, match="twice"):
            handover.register_part(handover.Part("test.twice", "x", held, "superior"))
    finally:
        del handover.PARTS["test.twice"]


# The pages --------------------------------------------------------------------------------------------
@pytest.fixture
def page(store: Store) -> Client:
    user = User.objects.create(username="shen")
    Staff.objects.filter(pk=store.boss.pk).update(user=user)
    client = Client()
    client.force_login(user)
    return client


def test_the_page_shows_what_would_go_where_and_then_does_it(store: Store, page: Client) -> None:
    address = f"/settings/handovers/new/?giver={store.giver.pk}"
    assert [(each.label, each.number) for each in page.get(address).context["holdings"]] == [("下属", 12)]
    first, second = store.takers[:2]
    sent = {
        "takers": [first.pk, second.pk], "way": "shares", "parts": [PEOPLE], "reason": "调岗", "note": "好好带",
        f"share_{first.pk}": "3", f"share_{second.pk}": "1",
    }  # fmt: skip
    tried = page.post(address, {**sent, "try": "1"})
    assert tried.context["tried"]["lines"] == [("何敏", [9]), ("李强", [3])]
    assert store.above() == {"周婷": 12}
    done = page.post(address, {**sent, "sure": "1", "shown": tried.context["shown"]})
    record = HandOver.objects.get()
    assert done.headers["Location"] == f"/settings/handovers/{record.pk}/"
    assert store.above() == {"何敏": 9, "李强": 3}
    shown = page.get(f"/settings/handovers/{record.pk}/").content.decode()
    assert "好好带" in shown and "调岗" in shown and shown.count("data-row=") == 12
    paper = page.get(f"/settings/handovers/{record.pk}/print/").content.decode()
    for words in ("交给 何敏", "交给 李强", "接手人 何敏 签字", "接手人 李强 签字", "交出人 周婷 签字"):
        assert words in paper
    assert "已撤销" not in paper
    assert "2 位同事" in page.get("/settings/handovers/").content.decode()
    told = Client()
    told.force_login(_signs_in(second))
    assert "周婷 的交给你了：下属 3" in " ".join(told.get("/").content.decode().split())
    assert told.get(f"/taken-over/{record.pk}/").content.decode().count("data-row=") == 3
    page.post(f"/settings/handovers/{record.pk}/undo/")
    assert store.above() == {"周婷": 12}
    assert "交给你了" not in told.get("/").content.decode()
    assert told.get(f"/taken-over/{record.pk}/").status_code == 404
    assert "撤销了这次交接" in page.get(f"/settings/handovers/{record.pk}/").content.decode()
    paper = page.get(f"/settings/handovers/{record.pk}/print/").content.decode()
    assert "已撤销" in paper and "沈亦舟 在" in paper


def _signs_in(person: Staff) -> User:
    user: User = User.objects.create(username=f"u{person.pk}")
    Staff.objects.filter(pk=person.pk).update(user=user)
    return user


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"takers": []}, "请至少选一位同事"), ({"parts": []}, "请至少选一样"), ({"way": "shares"}, "填一个比例"),
        ({"way": "picked"}, "还没有选客户"), ({"reason": ""}, "请填写这一项"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(store: Store, page: Client, changed: dict[str, Any], words: str) -> None:
    sent = {"takers": [store.takers[0].pk], "way": "even", "parts": [PEOPLE], "reason": "调岗", **changed}
    answer = page.post(f"/settings/handovers/new/?giver={store.giver.pk}", {**sent, "sure": "1"})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not HandOver.objects.exists()


def _sent(**changed: Any) -> dict[str, Any]:
    return {"takers": [], "way": "even", "parts": [PEOPLE], "reason": "调岗", **changed}


def test_whoever_a_customer_is_picked_for_takes_over_without_being_ticked(store: Store, page: Client) -> None:
    address, (first, second, _third) = f"/settings/handovers/new/?giver={store.giver.pk}", store.takers
    picks = {f"pick_{store.below[0].pk}": first.pk, f"pick_{store.below[1].pk}": second.pk}
    shown = page.post(address, _sent(way="picked", takers=[first.pk], **picks))
    assert shown.context["sentence"] == "12 位客户里交出 2 位，10 位留在周婷名下。"
    tried = shown.context["tried"]
    assert tried["lines"] == [("何敏", [1]), ("李强", [1])] and tried["stayed"] == [10]
    done = page.post(address, _sent(way="picked", sure="1", **picks), follow=True).content.decode()
    assert store.above() == {"何敏": 1, "周婷": 10, "李强": 1}
    assert done.count("12 位客户里交出 2 位，10 位留在周婷名下。") >= 2 and "留在周婷名下" in done
    record = HandOver.objects.get()
    assert (record.customers_moved, record.customers_stayed, record.stayed) == (2, 10, {PEOPLE: 10})


def test_the_ticked_share_what_nobody_is_picked_for(store: Store, page: Client) -> None:
    address, (first, second, _third) = f"/settings/handovers/new/?giver={store.giver.pk}", store.takers
    pick = {f"pick_{store.below[0].pk}": second.pk}
    refused = page.post(address, _sent(sure="1", **pick))
    assert refused.status_code == 422 and "没有逐位指定的" in refused.content.decode()
    page.post(address, _sent(takers=[first.pk], sure="1", **pick))
    assert store.above() == {"何敏": 11, "李强": 1}


def test_a_pick_that_comes_to_nothing_is_refused_with_the_name(store: Store, page: Client) -> None:
    address, taker = f"/settings/handovers/new/?giver={store.giver.pk}", store.takers[0].pk
    Staff.objects.filter(pk=store.below[0].pk).update(superior=store.boss)
    gone = page.post(address, _sent(takers=[taker], sure="1", **{f"pick_{store.below[0].pk}": taker}))
    assert gone.status_code == 422 and "不在这次要交接的内容里" in gone.content.decode()
    nobody = page.post(address, _sent(takers=[taker], sure="1", **{f"pick_{store.below[1].pk}": store.giver.pk}))
    assert nobody.status_code == 422 and "选的人不能接手" in nobody.content.decode()
    assert not HandOver.objects.exists()


def test_what_was_shown_is_what_is_done(store: Store, page: Client) -> None:
    address, (first, second, _third) = f"/settings/handovers/new/?giver={store.giver.pk}", store.takers
    first_shown = page.post(address, _sent(takers=[first.pk]))
    assert first_shown.status_code == 200 and first_shown.context["tried"]["lines"] == [("何敏", [12])]
    changed = _sent(takers=[second.pk], sure="1", shown=first_shown.context["shown"])
    again = page.post(address, changed)
    assert again.context["tried"]["lines"] == [("李强", [12])] and store.above() == {"周婷": 12}
    page.post(address, {**changed, "shown": again.context["shown"]})
    assert store.above() == {"李强": 12}


def test_who_takes_over_and_is_away_is_named_before_it_is_done(store: Store, page: Client) -> None:
    (first, second, third), today = store.takers, times.today()
    days = absences.Days(today, today + timedelta(2))
    for person, stand_in in ((first, second.pk), (second, None), (third, None)):
        absences.record(actor=store.actor, staff_id=person.pk, days=days, kind="leave", stand_in_id=stand_in)
    address = f"/settings/handovers/new/?giver={store.giver.pk}"
    tried = page.post(address, {**_sent(takers=[first.pk, second.pk]), "try": "1"})
    told = tried.context["absent"]
    assert [one[:2] for one in told] == ["何敏", "李强"] and "赵静" not in "".join(told)
    assert told[0].endswith("李强代班") and told[1].endswith("没有代班人")
    assert "接手的人有的不在" in tried.content.decode()


def test_looking_asks_for_no_reason_and_choosing_customers_for_nothing(store: Store, page: Client) -> None:
    address, taker = f"/settings/handovers/new/?giver={store.giver.pk}", store.takers[0].pk
    tried = page.post(address, {**_sent(takers=[taker], reason=""), "try": "1"})
    assert tried.status_code == 200 and "tried" in tried.context
    for button in ({"find": "1", "q": "徒弟"}, {"page": "2"}, {"give": "1"}):
        found = page.post(address, {**_sent(reason="", parts=[]), **button})
        assert found.status_code == 200 and "还有" not in found.content.decode() and "tried" not in found.context
    given = page.post(address, {"give": "1", "give_to": taker, "chosen": [one.pk for one in store.below[:3]]})
    assert given.context["form"].picks == dict.fromkeys([one.pk for one in store.below[:3]], taker)
    assert given.context["given"] == [("何敏", 3)]
    assert "请先勾选客户" in page.post(address, {"give": "1", "give_to": taker}).context["form"].unsaid


def test_takers_say_what_they_have_and_when_they_are_not_there(store: Store, page: Client) -> None:
    part = handover.PARTS[PEOPLE]
    handover.PARTS[PEOPLE] = replace(part, load="下属 {n} 位")
    first, second, third = store.takers
    Staff.objects.filter(pk__in=[one.pk for one in store.below[:4]]).update(superior=second)
    Staff.objects.filter(pk=first.pk).update(roles=["finance"])
    today = times.today()
    for person, begins in ((second, 0), (third, 2)):
        days = absences.Days(today + timedelta(begins), today + timedelta(begins))
        absences.record(actor=store.actor, staff_id=person.pk, days=days, kind="leave", stand_in_id=None)
    shown = page.get(f"/settings/handovers/new/?giver={store.giver.pk}")
    takers = {one["name"]: one for one in shown.context["takers"]}
    assert takers["李强"]["load"] == "下属 4 位" and takers["李强"]["away"] == "今天不在"
    assert takers["赵静"]["load"] == "" and takers["赵静"]["away"].endswith("不在")
    assert [takers[name]["serves"] for name in ("李强", "何敏")] == [True, False]
    names = list(takers)
    assert names.index("李强") < names.index("何敏") and not takers["何敏"]["serves"]


def test_a_new_hand_over_begins_with_whose_it_is(store: Store, page: Client) -> None:
    handover.PARTS[PEOPLE] = replace(handover.PARTS[PEOPLE], load="下属 {n} 位")
    assert 'href="/settings/handovers/new/"' in page.get("/settings/handovers/").content.decode()
    found = page.get("/settings/handovers/new/")
    assert [(one["person"].name, one["load"]) for one in found.context["people"]] == [("周婷", "下属 12 位")]
    assert f'href="?giver={store.giver.pk}"' in found.content.decode()
    Staff.objects.update(superior=None)
    assert "没有可以交接的" in page.get("/settings/handovers/new/").content.decode()
