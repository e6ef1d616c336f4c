"""How many are drawn, what follows, and what is asked: an organisation's own word, or that of those above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qibu.contracts.spotchecks import SampleRuleChanged, StandardChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.inheritance import hold
from qibu.network.rules import Capability
from qibu.spotchecks import selectors
from qibu.spotchecks.errors import ChangedMeanwhile, WordedMeanwhile
from qibu.spotchecks.models import Question, SampleRule

FIELDS = ("share", "number", "each", "stages", "days", "reward_from", "reward", "penalty_below", "penalty")


def change_rule(*, actor: Actor, version: int, facts: Mapping[str, Any]) -> SampleRule:
    """It counts for draws from now on."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    known = selectors.rule(actor)
    if known.version != version:
        raise ChangedMeanwhile(known.version)
    values = {name: facts.get(name, getattr(known, name)) for name in FIELDS}
    changes = tuple(name for name in FIELDS if getattr(known, name) != values[name])
    if not changes:
        return known
    row, _new = SampleRule.objects.update_or_create(
        organisation_id=actor.organisation_id, defaults={**values, "version": version + 1}
    )
    journal.record(SampleRuleChanged(changes=changes), actor=actor)
    return row


def inherit_rule_again(*, actor: Actor) -> None:
    actor.require(Capability.SALES_MANAGE)
    gone, _each = SampleRule.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(SampleRuleChanged(changes=FIELDS), actor=actor)


def word_standard(
    *, actor: Actor, questions: Sequence[Mapping[str, Any]], seen: str | None = None
) -> list[Question]:
    """The whole list, in its order; answers that were given keep the questions they were given to. `seen` is how the
    list stood when the form was opened; raises `WordedMeanwhile`."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    stands = selectors.standard_mark(actor)
    if seen is not None and seen != stands:
        raise WordedMeanwhile(stands)
    Question.objects.filter(organisation_id=actor.organisation_id).delete()
    rows = [
        Question(organisation_id=actor.organisation_id, order=order, **one)
        for order, one in enumerate(questions, start=1)
    ]
    made = Question.objects.bulk_create(rows)
    journal.record(StandardChanged(questions=len(made)), actor=actor)
    return made


def inherit_standard_again(*, actor: Actor) -> None:
    actor.require(Capability.SALES_MANAGE)
    gone, _each = Question.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(StandardChanged(questions=len(selectors.standard(actor))), actor=actor)
