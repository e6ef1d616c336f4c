"""The chance of an open lead, from what became of the closed ones; counts follow each end, and are taken back when a
lead is taken up again (C4)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from qibu.contracts.leads import LeadJudged, ScoringAllowed, ScoringRefused
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.jobs import once_each
from qibu.leads import selectors
from qibu.leads.errors import Closed
from qibu.leads.models import Lead, ScoringRefusal
from qibu.leads.rules import Chance, chance, counted
from qibu.leads.rules.chances import Key
from qibu.leads.selectors import scoring as reads
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability

RESCORE = "leads.rescore"

# Rows are taken in one order, so that two ends at the same moment don't wait in a ring.
ADD = """
INSERT INTO leads_tally AS t (organisation_id, field, value, won, lost)
SELECT %s, f, v, %s, %s FROM unnest(%s::text[], %s::text[]) AS k(f, v) ORDER BY f, v
ON CONFLICT (organisation_id, field, value) DO UPDATE SET won = t.won + EXCLUDED.won, lost = t.lost + EXCLUDED.lost
"""
TAKE = """
WITH held AS (
  SELECT t.id FROM leads_tally t JOIN unnest(%s::text[], %s::text[]) AS k(f, v) ON (t.field, t.value) = (k.f, k.v)
   WHERE t.organisation_id = %s ORDER BY t.field, t.value FOR UPDATE OF t)
UPDATE leads_tally t SET won = t.won - %s, lost = t.lost - %s FROM held WHERE t.id = held.id
"""


def judge(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: the chance of a held, open lead, unless somebody said one or the customer refuses."""
    if not lead.living or lead.probability_by_hand:
        return
    found = reckon(actor, lead)
    lead.probability = round(found.probability, 4) if found else None
    Lead.objects.filter(pk=lead.pk).update(probability=lead.probability)


def reckon(actor: Actor, lead: Lead) -> Chance | None:
    """What the counts say, and what raised and lowered it; None where the customer doesn't want it."""
    if reads.refused(lead.customer_id):
        return None
    seen = reads.seen_of(lead)
    return chance(seen, reads.own_counts(seen), reads.counts_around(seen))


def set_chance(*, actor: Actor, lead_id: int, probability: float) -> Lead:
    """By hand: it stays until it is released."""
    actor.require(Capability.SALES_WORK)
    lead = _open(actor, lead_id)
    lead.probability, lead.probability_by_hand = min(max(probability, 0.0), 1.0), True
    Lead.objects.filter(pk=lead.pk).update(probability=lead.probability, probability_by_hand=True)
    journal.record(LeadJudged(**lead.about(), percent=round(lead.probability * 100), by_hand=True), actor=actor)
    return lead


def release(*, actor: Actor, lead_id: int) -> Lead:
    actor.require(Capability.SALES_WORK)
    lead = _open(actor, lead_id)
    lead.probability_by_hand = False
    Lead.objects.filter(pk=lead.pk).update(probability_by_hand=False)
    judge(actor, lead)
    percent = None if lead.probability is None else round(lead.probability * 100)
    journal.record(LeadJudged(**lead.about(), percent=percent, by_hand=False), actor=actor)
    return lead


def _open(actor: Actor, lead_id: int) -> Lead:
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    return lead


# Ends -------------------------------------------------------------------------------------------
def count(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: a held lead was won or lost; which counts that added to is kept with it. Who doesn't
    want to be judged isn't counted either, nor who never could have bought."""
    if lead.state not in {Lead.State.WON, Lead.State.LOST} or lead.counted or reads.refused(lead.customer_id):
        return
    keys = counted(reads.seen_of(lead), _passed(actor, lead))
    _add(actor, keys, won=lead.state == Lead.State.WON)
    lead.counted = [lead.state, *map(list, keys)]
    Lead.objects.filter(pk=lead.pk).update(counted=lead.counted)
    _ask_again(actor)


def discount(actor: Actor, lead: Lead) -> None:
    """For acts that have asked: a held lead is taken up again, and the counts are as if it had not ended."""
    if not lead.counted:
        return
    state, *keys = lead.counted
    fields, values = zip(*keys, strict=True)
    won = int(state == Lead.State.WON)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [list(fields), list(values), actor.organisation_id, won, 1 - won])
    lead.counted = []
    Lead.objects.filter(pk=lead.pk).update(counted=[])
    _ask_again(actor)


def _ask_again(actor: Actor) -> None:
    """The open leads are judged by the new counts, soon: asked for once this is committed, since asking waits for
    everybody who asks. Were it lost, the next end or the next morning asks again."""
    transaction.on_commit(lambda: once_each(RESCORE, [actor.organisation_id]))


def _passed(actor: Actor, lead: Lead) -> list[str]:
    codes = [row.code for row in selectors.stages_for(actor, lead.brand, lead.series)]
    return codes[: codes.index(lead.stage) + 1] if lead.stage in codes else [lead.stage]


def _add(actor: Actor, keys: Sequence[Key], *, won: bool) -> None:
    fields, values = zip(*keys, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [actor.organisation_id, int(won), int(not won), list(fields), list(values)])


def rescore(actor: Actor) -> int:
    """All open leads of the store by the counts as they are now; gives how many changed."""
    rows = Lead.objects.filter(state=Lead.State.OPEN, probability_by_hand=False).select_for_update(of=("self",))
    leads = list(rows.order_by("pk"))
    changed = reads.judged(leads)
    Lead.objects.bulk_update(changed, ["probability"], batch_size=500)
    return len(changed)


# A customer's refusal ---------------------------------------------------------------------------
def refuse(*, actor: Actor, lead_id: int) -> Lead:
    """The customer doesn't want to be judged by a machine (PIPL art. 24): none of their leads is, from now on."""
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    _refusal, made = ScoringRefusal.objects.get_or_create(
        customer_id=lead.customer_id, organisation_id=actor.organisation_id,
        defaults={"at": times.now(), "by_id": actor.staff_id},
    )  # fmt: skip
    if made:
        theirs = Lead.objects.filter(customer_id=lead.customer_id, state=Lead.State.OPEN, probability_by_hand=False)
        theirs.update(probability=None)
        journal.record(ScoringRefused(**lead.about()), actor=actor)
    lead.refresh_from_db(fields=["probability"])
    return lead


def allow(*, actor: Actor, lead_id: int) -> Lead:
    actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(actor, lead_id, lock=True)
    gone, _details = ScoringRefusal.objects.filter(customer_id=lead.customer_id).delete()
    if gone:
        for one in Lead.objects.filter(customer_id=lead.customer_id, state=Lead.State.OPEN).select_for_update():
            judge(actor, one)
        journal.record(ScoringAllowed(**lead.about()), actor=actor)
    lead.refresh_from_db(fields=["probability"])
    return lead
