"""What customers allow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qibu.customers import selectors
from qibu.customers.models import Consent, Customer
from qibu.customers.rules import Stated, newest, permits
from qibu.customers.services import consents, holds
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def said(state: str, hours: int, channel: str = "sms", number: int = 0) -> Stated:
    return Stated("marketing", channel, state, NOON + timedelta(hours=hours), number)


def test_the_newest_statement_counts_whatever_the_order_of_rows() -> None:
    rows = [said("given", 0), said("withdrawn", 2), said("given", 1)]
    for turned in (rows, rows[::-1]):
        assert newest(turned, "marketing", "sms") == rows[1]


def test_a_statement_for_any_channel_counts_for_each() -> None:
    rows = [said("given", 0, "sms"), said("refused", 1, "any")]
    assert newest(rows, "marketing", "sms") == newest(rows, "marketing", "phone") == rows[1]
    again = [*rows, said("given", 2, "sms")]
    assert newest(again, "marketing", "sms") == again[2]
    assert newest(again, "marketing", "phone") == rows[1]


def test_of_two_at_the_same_moment_the_later_row_counts() -> None:
    rows = [said("given", 0, number=2), said("refused", 0, number=1)]
    assert newest(rows, "marketing", "sms") == rows[0]


def test_silence_permits_service_and_nothing_more() -> None:
    assert permits("service", None)
    assert permits("survey", None)
    assert not permits("marketing", None)
    assert not permits("sharing", None)
    assert not permits("service", said("withdrawn", 0))


def may(customer_id: int, purpose: str, channel: str) -> bool:
    return bool(selectors.may_approach([customer_id], purpose=purpose, channel=channel))


def test_a_withdrawal_holds_at_once(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国").pk
    with scope(advisor) as actor:
        one = {"actor": actor, "customer_id": wang, "purpose": "marketing", "channel": "sms"}
        assert not may(wang, "marketing", "sms")
        consents.record(**one, state="given", evidence="交车时签署")
        assert may(wang, "marketing", "sms")
        assert not may(wang, "marketing", "phone")
        consents.record(**one, state="withdrawn")
        assert not may(wang, "marketing", "sms")
        assert Consent.objects.count() == 2
        states = Entry.objects.filter(type="customers.ConsentRecorded").order_by("id").values_list("data__state")
        assert [state for (state,) in states] == ["given", "withdrawn"]


def test_the_filter_of_the_list_counts_the_same_statement(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国").pk
    with scope(advisor) as actor:
        one = {"actor": actor, "customer_id": wang, "purpose": "marketing"}
        consents.record(**one, channel="sms", state="given", evidence="交车时签署")
        assert selectors.newest_statements("marketing").get().state == "given"
        consents.record(**one, channel="any", state="refused")
        assert selectors.newest_statements("marketing").get().state == "refused"


def test_a_yes_needs_evidence(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国").pk
    with scope(advisor) as actor, pytest.raises(consents.MissingEvidence):
        consents.record(actor=actor, customer_id=wang, purpose="marketing", channel="sms", state="given")


def test_a_hold_stops_marketing_or_everything_until_it_is_lifted(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国").pk
    with scope(advisor) as actor:
        consents.record(
            actor=actor, customer_id=wang, purpose="marketing", channel="any", state="given", evidence="签字"
        )
        small = holds.place(actor=actor, customer_id=wang, reach="marketing", reason="投诉处理中")
        assert may(wang, "service", "phone")
        assert not may(wang, "marketing", "phone")
        large = holds.place(actor=actor, customer_id=wang, reach="everything", reason="店总亲自联系")
        assert selectors.live_holds([wang])[wang] == large
        assert not may(wang, "service", "phone")
        for hold in (small, large):
            holds.lift(actor=actor, customer_id=wang, hold_id=hold.pk)
            holds.lift(actor=actor, customer_id=wang, hold_id=hold.pk)
        assert selectors.live_holds([wang]) == {}
        assert may(wang, "marketing", "phone")
        assert Entry.objects.filter(type="customers.HoldLifted").count() == 2


def test_the_table_shows_purposes_by_channels(store: Store, advisor: Actor) -> None:
    wang = store.register("王建国").pk
    with scope(advisor) as actor:
        consents.record(actor=actor, customer_id=wang, purpose="service", channel="any", state="refused")
        table = dict(selectors.consent_table(Customer.objects.get(pk=wang)))
        assert [square.permitted for square in table["服务提醒"]] == [False, False, False]
        assert [square.words for square in table["营销活动"]] == ["", "", ""]


def test_a_contract_is_told_from_a_yes_and_from_nothing(store: Store, advisor: Actor) -> None:
    owner, potential = store.register("王建国"), store.register("李敏", stage="potential")
    with scope(advisor) as actor:
        asked = {"actor": actor, "customer_id": potential.pk, "channel": "any", "state": "given", "evidence": "签字"}
        consents.record(**asked, purpose="service", basis="contract")
        consents.record(**asked, purpose="marketing")
        told = {name: squares[0] for name, squares in selectors.consent_table(potential)}
        assert [told[name].by_contract for name in ("服务提醒", "满意度回访", "营销活动")] == [True, False, False]
        assert told["营销活动"].permitted
        assert [squares[0].by_contract for _name, squares in selectors.consent_table(owner)] == [
            True, True, False, False,
        ]  # fmt: skip
