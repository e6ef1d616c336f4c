"""The numbers by which an organisation deals with leads, each from the nearest that says it, and its rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qibu.kernel.actors import Actor
from qibu.leads.models import AllocationRule, GroupMember, LeadPolicy
from qibu.leads.rules import Policy, SharingRule, Target, policy_of
from qibu.network.inheritance import Layer, Saying, layered, lineage


def sayings(line: Sequence[int]) -> dict[str, tuple[Saying, ...]]:
    """Number by number, all that is said along a line, nearest first."""
    rows = {row.organisation_id: row.values for row in LeadPolicy.objects.all()}
    return layered(Layer(number, rows[number]) for number in line if number in rows)


def policy(actor: Actor) -> Policy:
    return policy_along(lineage(actor.organisation_id))


def policy_along(line: Sequence[int]) -> Policy:
    return policy_of({name: said[0].value for name, said in sayings(line).items()})


@dataclass(frozen=True)
class RuleList:
    """The rules that count, in their order. `source`: whose they are; None where nobody has any."""

    rows: tuple[AllocationRule, ...] = ()
    source: int | None = None
    own: bool = False


def rules_of(actor: Actor) -> RuleList:
    return rules_along(lineage(actor.organisation_id))


def rules_along(line: Sequence[int]) -> RuleList:
    rows = list(AllocationRule.objects.order_by("order", "pk"))
    for step, organisation in enumerate(line):
        theirs = tuple(row for row in rows if row.organisation_id == organisation)
        if theirs:
            return RuleList(theirs, organisation, own=step == 0)
    return RuleList()


def read(row: AllocationRule) -> SharingRule:
    return SharingRule(
        name=row.name, sources=row.sources, kinds=row.kinds, brand=row.brand, series=row.series, model=row.model,
        cities=row.cities, languages=row.languages, weekdays=row.weekdays, since=row.since, until=row.until,
        target=Target(row.target), people=frozenset(row.people), group=row.group,
    )  # fmt: skip


def living_rules(actor: Actor) -> list[SharingRule]:
    return [read(row) for row in rules_of(actor).rows if row.active]


def groups() -> dict[str, list[int]]:
    """Name → who belongs to it."""
    found: dict[str, list[int]] = {}
    for name, staff_id in GroupMember.objects.order_by("pk").values_list("group__name", "staff_id"):
        found.setdefault(name, []).append(staff_id)
    return found
