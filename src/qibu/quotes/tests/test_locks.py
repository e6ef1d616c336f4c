"""Whoever ends a quotation's task on the workbench and whoever changes the quotation don't wait for each other."""

from __future__ import annotations

from contextlib import ExitStack
from decimal import Decimal

import pytest

from qibu.kernel.scoping import scope
from qibu.kernel.tests.races import meanwhile, until_somebody_waits
from qibu.quotes.models import Quote
from qibu.quotes.services import approvals, drafts
from qibu.quotes.tests.world import lead_of, manager_of, offer, person, stocked, store, written
from qibu.tasks.models import Task


@pytest.mark.django_db(transaction=True)
def test_the_task_is_held_before_its_quotation() -> None:
    seller = person(store(), "李思远", "sales_consultant")
    with scope(seller):
        stocked(seller)
        manager_of(seller)
        quote = written(seller, lead_of(seller), offer(discount=Decimal(5000)))
        approvals.ask(actor=seller, quote_id=quote.pk, why="对手报了这个价")

    def taking_back() -> None:
        with scope(seller):
            drafts.take_back(actor=seller, quote_id=quote.pk)

    with ExitStack() as done, scope(seller):
        Task.objects.select_for_update().get(kind="quotes.approval")  # as whoever writes down its result
        done.enter_context(meanwhile(taking_back))
        until_somebody_waits()
        assert Quote.objects.select_for_update(nowait=True).get(pk=quote.pk).state == "waiting"
    with scope(seller):
        assert Quote.objects.get(pk=quote.pk).state == "draft"
