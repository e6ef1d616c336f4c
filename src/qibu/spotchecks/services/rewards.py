"""Rewards and penalties: the rule proposes, a manager decides, the ledger keeps."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404

from qibu.contracts.spotchecks import RewardCorrected, RewardDecided, RewardsProposed
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability
from qibu.spotchecks import rules, selectors
from qibu.spotchecks.errors import AboutOneself, Closed, ReasonMissing, SetOffAlready, StillOpen
from qibu.spotchecks.models import Check, LedgerEntry, Proposal
from qibu.spotchecks.rules import Stakes


def propose(*, actor: Actor, draw_id: int) -> list[Proposal]:
    """Once all of the month have been asked; what stands already stays as it was decided. Gives the new ones."""
    actor.require(Capability.SALES_MANAGE)
    draw = selectors.draw_or_404(actor, draw_id, lock=True)
    if waiting := Check.objects.filter(draw=draw, state=Check.State.OPEN).count():
        raise StillOpen(waiting)
    rule = selectors.rule(actor)
    stakes = Stakes(rule.reward_from, rule.reward, rule.penalty_below, rule.penalty, max(1, draw.each))
    known = set(Proposal.objects.filter(draw=draw).values_list("staff_id", flat=True))
    made = Proposal.objects.bulk_create(
        Proposal(
            organisation_id=actor.organisation_id, draw=draw, staff_id=one.staff_id, amount=amount,
            average=one.average, checks=one.checks,
        )
        for one in selectors.scores(actor, draw)
        if one.staff_id not in known and one.average is not None
        and (amount := rules.follows(one.average, one.checks, stakes))
    )  # fmt: skip
    journal.record(RewardsProposed(subject_id=draw.pk, month=f"{draw.month:%Y-%m}", proposals=len(made)), actor=actor)
    return made


def decide(*, actor: Actor, proposal_id: int, agreed: bool, note: str = "") -> Proposal:
    """Nobody decides about themselves; a refusal says why."""
    actor.require(Capability.SALES_APPROVE)
    rows = Proposal.objects.filter(pk=proposal_id).select_related("draw", "staff")
    proposal: Proposal | None = rows.select_for_update(of=("self",)).first()
    if proposal is None:
        raise Http404
    if proposal.staff_id == actor.staff_id:
        raise AboutOneself
    if proposal.state != Proposal.State.OPEN:
        raise Closed
    if not agreed and not note.strip():
        raise ReasonMissing
    proposal.state = Proposal.State.AGREED if agreed else Proposal.State.REFUSED
    proposal.note, proposal.decided_at, proposal.decided_by_id = note.strip(), times.now(), actor.staff_id
    proposal.save()
    if agreed:
        _enter(actor, proposal)
    event = RewardDecided(
        subject_id=proposal.pk, staff_name=proposal.staff.name, month=f"{proposal.draw.month:%Y-%m}",
        amount=str(proposal.amount), agreed=agreed,
    )  # fmt: skip
    journal.record(event, actor=actor)
    return proposal


def _enter(actor: Actor, proposal: Proposal) -> None:
    """Why is in the numbers of the proposal; each reader has them in their own language (`words.why`)."""
    LedgerEntry.objects.create(
        organisation_id=actor.organisation_id, staff_id=proposal.staff_id, month=proposal.draw.month,
        amount=proposal.amount, proposal=proposal, at=times.now(), by_id=actor.staff_id,
    )  # fmt: skip


def set_off(*, actor: Actor, entry_id: int, reason: str) -> LedgerEntry:
    """A mistake is not taken away but set off by the same amount the other way round."""
    actor.require(Capability.SALES_APPROVE)
    entry = selectors.entry_or_404(actor, entry_id)
    if entry.staff_id == actor.staff_id:
        raise AboutOneself
    if not reason.strip():
        raise ReasonMissing
    if entry.sets_off_id or LedgerEntry.objects.filter(sets_off=entry).exists():
        raise SetOffAlready
    amount: Decimal = -entry.amount
    against = LedgerEntry.objects.create(
        organisation_id=actor.organisation_id, staff_id=entry.staff_id, month=entry.month, amount=amount,
        reason=reason.strip()[:200], sets_off=entry, at=times.now(), by_id=actor.staff_id,
    )  # fmt: skip
    event = RewardCorrected(
        subject_id=against.pk, staff_name=entry.staff.name, month=f"{entry.month:%Y-%m}", amount=str(amount),
        reason=against.reason,
    )  # fmt: skip
    journal.record(event, actor=actor)
    return against
