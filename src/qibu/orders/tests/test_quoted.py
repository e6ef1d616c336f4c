from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.errors import StillBound
from qibu.leads.models import Lead
from qibu.leads.rules import Need
from qibu.leads.selectors import has
from qibu.leads.services import ending
from qibu.leads.services.ending import Loss
from qibu.orders import quoted
from qibu.orders.services import orders
from qibu.quotes.services import appraisals, sending
from qibu.quotes.tests.world import lead_of, looked, offer, person, stocked, store, variants, written
from qibu.tasks.services import results

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Iterator[Actor]:
    actor = person(store(), "李思远", "sales_consultant")
    with scope(actor):
        stocked(actor)
        yield actor


@pytest.fixture
def lead(seller: Actor) -> Lead:
    return lead_of(seller)


def test_a_contract_takes_car_price_and_what_comes_along_from_its_quotation(seller: Actor, lead: Lead) -> None:
    used = appraisals.appraise(actor=seller, lead_id=lead.pk, looked=looked())
    asked = offer(discount=Decimal(2000), extras=("mats-x",), trade_in=True)
    quote = written(seller, lead, asked, appraisal_id=used.pk)
    found = quoted.facts(quote)
    (variant,) = variants(quote)
    charged = found["price"] - found["discount"] + found["extras"]
    assert (found["model_code"], found["price"], found["discount"]) == ("zg", Decimal(159_800), Decimal(2000))
    assert "脚垫" in found["extras_note"]
    assert "42000" in found["remark"].replace(",", "")
    assert charged - Decimal(42_000) == variant.total  # nothing of the sum is lost on the way


def test_what_was_promised_for_nothing_stands_in_the_contract(seller: Actor, lead: Lead) -> None:
    found = quoted.facts(written(seller, lead, offer(gifts=("mats-x",))))
    assert "赠送：" in found["remark"] and "脚垫" in found["remark"] and "脚垫" not in found["extras_note"]


def test_only_a_quotation_of_the_lead_is_taken_up(seller: Actor, lead: Lead) -> None:
    quote = written(seller, lead)
    assert quoted.chosen(seller, lead.pk, quote.number) == quote
    assert quoted.chosen(seller, lead.pk + 1, quote.number) is None
    assert quoted.chosen(seller, lead.pk, "Q0-0") is None


def test_what_was_quoted_and_ordered_is_known_to_the_stages(seller: Actor, lead: Lead) -> None:
    assert has(lead, [Need.QUOTE, Need.ORDER])[Need.QUOTE] is False
    sending.send(actor=seller, quote_id=written(seller, lead).pk)
    draft(seller, lead)
    known = has(lead, [Need.QUOTE, Need.ORDER, Need.DRIVE, Need.VISIT])
    assert (known[Need.QUOTE], known[Need.ORDER], known[Need.DRIVE], known[Need.VISIT]) == (True, False, False, False)


def draft(seller: Actor, lead: Lead) -> None:
    orders.draw_up(
        actor=seller, lead_id=lead.pk, model_code="zg", price=Decimal(159_800), deposit=Decimal(5000),
        deposit_kind="earnest", expected_on=times.today(),
    )  # fmt: skip


def test_a_lead_with_a_contract_is_not_given_up(seller: Actor, lead: Lead) -> None:
    draft(seller, lead)
    with pytest.raises(StillBound):
        ending.lose(actor=seller, lead_id=lead.pk, loss=Loss(reason="price"))
    task = Lead.objects.get(pk=lead.pk).next_task_id or 0
    results.record(actor=seller, task_ids=[task], outcome="do_not_call", note="别再打了")
    assert Lead.objects.get(pk=lead.pk).state == Lead.State.OPEN
