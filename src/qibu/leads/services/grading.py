"""The grade follows what is known of a lead, until somebody says otherwise by hand (C4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max, QuerySet

from qibu.contracts.leads import LeadGraded
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import evidence, selectors
from qibu.leads.errors import Closed
from qibu.leads.models import Lead, StageChange
from qibu.leads.rules import Behaviour, Grade, Graded, Pace, graded
from qibu.leads.services import judging
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability

DEEDS = {"visited": "visited", "driven": "driven", "quoted": "quoted"}  # stages that tell what somebody did


def behaviour_of(lead: Lead) -> Behaviour:
    rows = StageChange.objects.filter(lead=lead, stage__in=DEEDS).values_list("stage").annotate(last=Max("at"))
    done: dict[str, datetime] = {DEEDS[stage]: last for stage, last in rows}
    read = evidence.traces_of([lead.pk]).get(lead.pk)
    return Behaviour(**done, heard=lead.heard_at or lead.answered_at, read=read)


def reckon(lead: Lead, pace: Mapping[Grade, Pace]) -> Graded:
    """What the grade would be by itself, and why."""
    return graded(lead.buys_by, behaviour_of(lead), times.now(), times.today(), pace)


def regrade(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: a held, open lead gets the grade that its facts give."""
    if lead.grade_by_hand or not lead.living:
        return
    _write(actor, lead, reckon(lead, selectors.pace_of(actor)).grade, by_hand=False)


def regrade_all(actor: Actor) -> int:
    """Leads whose silence or whose day of purchase changes their grade; gives how many. Their facts are read once."""
    leads = list(_graded_by_facts().select_for_update(of=("self",)).order_by("pk"))
    done: dict[int, dict[str, datetime]] = {}
    rows = StageChange.objects.filter(lead__in=_graded_by_facts(), stage__in=DEEDS)
    for lead_id, stage, last in rows.values_list("lead_id", "stage").annotate(last=Max("at")):
        done.setdefault(lead_id, {})[DEEDS[stage]] = last
    now, today, pace = times.now(), times.today(), selectors.pace_of(actor)
    read, changed = evidence.traces_of([lead.pk for lead in leads]), 0
    for lead in leads:
        heard = lead.heard_at or lead.answered_at
        behaviour = Behaviour(**done.get(lead.pk, {}), heard=heard, read=read.get(lead.pk))
        found = graded(lead.buys_by, behaviour, now, today, pace)
        if found.grade != lead.grade:
            _write(actor, lead, found.grade, by_hand=False)
            changed += 1
    return changed


def _graded_by_facts() -> QuerySet[Lead]:
    rows: QuerySet[Lead] = Lead.objects.filter(state=Lead.State.OPEN, grade_by_hand=False)
    return rows


def set_grade(*, actor: Actor, lead_id: int, grade: str) -> Lead:
    """By hand: it stays until it is released."""
    actor.require(Capability.SALES_WORK)
    lead = _open(actor, lead_id)
    _write(actor, lead, Grade(grade), by_hand=True)
    judging.look(actor, lead)
    return lead


def release(*, actor: Actor, lead_id: int) -> Lead:
    actor.require(Capability.SALES_WORK)
    lead = _open(actor, lead_id)
    _write(actor, lead, reckon(lead, selectors.pace_of(actor)).grade, by_hand=False)
    judging.look(actor, lead)
    return lead


def _open(actor: Actor, lead_id: int) -> Lead:
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    return lead


def _write(actor: Actor, lead: Lead, grade: Grade, *, by_hand: bool) -> None:
    was = lead.grade
    if (was, lead.grade_by_hand) == (grade, by_hand):
        return
    lead.grade, lead.grade_by_hand = grade, by_hand
    Lead.objects.filter(pk=lead.pk).update(grade=grade, grade_by_hand=by_hand)
    journal.record(LeadGraded(**lead.about(), was=was, grade=grade, by_hand=by_hand), actor=actor)
