"""Tasks, files, leads: who holds them in another order waits in a ring with somebody."""

from __future__ import annotations

import pytest

from qibu.kernel.actors import Actor
from qibu.kernel.tests.races import held
from qibu.leads.models import Lead, LeadKey
from qibu.leads.services import calls, joining, receiving
from qibu.leads.tests.world import IN_ORDER, caller, received

pytestmark = pytest.mark.django_db


def test_who_comes_again(seller: Actor, lead: Lead) -> None:
    with held(IN_ORDER) as tables:
        receiving.receive(actor=seller, received=received())
    assert tables == IN_ORDER


def test_who_is_sent_again_by_a_portal(seller: Actor, lead: Lead) -> None:
    LeadKey.objects.create(organisation_id=lead.organisation_id, lead=lead, source="portal", text="B-1")
    with held(IN_ORDER) as tables:
        receiving.receive(actor=seller, received=received(keys=(("portal", "B-1"),), again=True))
    assert tables == IN_ORDER


def test_two_leads_that_become_one(seller: Actor, lead: Lead) -> None:
    other = receiving.receive(actor=seller, received=received(caller("方雅雯", "13855530002"))).lead
    Lead.objects.filter(pk=other.pk).update(customer=lead.customer)
    with held(IN_ORDER) as tables:
        joining.join(actor=seller, lead_id=lead.pk, other_id=other.pk)
    assert tables == IN_ORDER


def test_who_wants_no_calls(seller: Actor, lead: Lead) -> None:
    with held(IN_ORDER) as tables:
        calls.leave_in_peace(seller, [lead.customer_id])
    assert tables == IN_ORDER
