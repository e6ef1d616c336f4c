"""A store that sells, with leads that agreed to be written to, pieces and a sequence, for the tests of this app."""

from __future__ import annotations

from typing import Any

from qibu.customers.models import Consent
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, receiving
from qibu.leads.tests.world import caller, person, received, store
from qibu.network.services import actors
from qibu.nurturing.models import Run, Sending
from qibu.nurturing.rules import Step
from qibu.nurturing.services import library, runs, sending
from qibu.nurturing.services.sending import Wish
from qibu.tasks.models import WorkCalendar

__all__ = [
    "again",
    "agreed",
    "lead_of",
    "open_every_day",
    "person",
    "piece",
    "run_of",
    "sent",
    "sequence",
    "step",
    "store",
    "system_of",
]  # fmt: skip
OPEN = [["08:30", "18:00"]]


def open_every_day(actor: Actor) -> None:
    hours = {str(day): OPEN for day in range(1, 8)}
    WorkCalendar.objects.create(organisation_id=actor.organisation_id, hours=hours)


def system_of(actor: Actor) -> Actor:
    return actors.system(actor.organisation_id)


def lead_of(
    seller: Actor, phone: str = "13855530001", name: str = "方雅雯", *, agrees: bool = True, **wish: Any
) -> Lead:
    facts = {"wish": {"brand": "星辰", "series": "追光", **wish}}
    found = receiving.receive(actor=seller, received=received(caller(name, phone), **facts)).lead
    if found.consultant_id != seller.staff_id:
        allocating.move(seller, found, seller.staff_id, Reason.GIVEN)
    if agrees:
        agreed(found)
    return again(found)


def again(lead: Lead) -> Lead:
    found: Lead = Lead.objects.select_related("customer", "next_task").get(pk=lead.pk)
    return found


def agreed(lead: Lead, state: str = "given", channel: str = "wechat") -> None:
    Consent.objects.create(
        organisation_id=lead.organisation_id, customer_id=lead.customer_id, purpose="marketing", channel=channel,
        state=state, evidence="聊天里回复同意",
    )  # fmt: skip


def piece(actor: Actor, code: str = "compare", **facts: Any) -> str:
    values = {
        "title": f"一篇 {code}", "kind": "comparison", "summary": "", "body": "# 空间\n- 后排\n\n一段话", "image": None,
        "cars": [], "interests": [], "valid_from": None, "valid_until": None, "active": True, **facts,
    }  # fmt: skip
    library.add_piece(actor=system_of(actor), code=code, values=values)
    return code


def step(day: int, code: str, channel: str = "wechat", words: str = "") -> Step:
    return Step(day=day, piece=code, channel=channel, words=words)


def sequence(actor: Actor, *steps: Step, code: str = "slow", **facts: Any) -> str:
    values = {
        "name": f"序列 {code}", "audience": "open", "after_days": 0, "grades": [], "stages": [], "sources": [],
        "interests": [], "cars": [], "steps": [one.written() for one in steps], "active": True, **facts,
    }  # fmt: skip
    library.add_sequence(actor=system_of(actor), code=code, values=values)
    return code


def sent(actor: Actor, lead: Lead, code: str = "compare") -> Sending:
    made = sending.prepare(actor=actor, lead_id=lead.pk, wish=Wish(piece=code, channel="wechat"))
    return sending.mark_sent(actor=actor, sending_id=made.pk)


def run_of(actor: Actor, lead: Lead, code: str = "slow") -> Run:
    return runs.begin(actor=actor, lead_id=lead.pk, sequence=code)
