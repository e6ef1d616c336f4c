"""What a lead has of all that a stage may ask for."""

from __future__ import annotations

from collections.abc import Iterable

from qibu.customers.models import ContactPoint
from qibu.kernel.actors import Actor
from qibu.leads import evidence
from qibu.leads.models import Lead
from qibu.leads.rules import HAPPENED, Need, lacking, on_the_way
from qibu.leads.selectors.content import stages_for


def lacks(actor: Actor, lead: Lead, stage: str) -> list[Need]:
    """What has to be known or done before the lead may stand at a stage."""
    stages = [(row.code, row.needs) for row in stages_for(actor, lead.brand, lead.series)]
    needs = on_the_way(stages, lead.stage, stage)
    return lacking(needs, has(lead, needs)) if needs else []


def has(lead: Lead, needs: Iterable[Need]) -> dict[Need, bool]:
    wanted = set(needs)
    found = {
        Need.CAR: bool(lead.series or lead.model), Need.COLOUR: bool(lead.colour),
        Need.BUYS_BY: lead.buys_by is not None, Need.BUDGET: lead.budget is not None,
        Need.PAYMENT: bool(lead.payment),
    }  # fmt: skip
    if Need.PHONE in wanted:
        found[Need.PHONE] = reachable(lead.customer_id)
    return found | evidence.of(lead, wanted & set(HAPPENED))


def reachable(customer_id: int) -> bool:
    """There is a number that is worth calling."""
    rows = ContactPoint.objects.filter(customer_id=customer_id, kind=ContactPoint.Kind.PHONE, unusable=False)
    return bool(rows.exists())
