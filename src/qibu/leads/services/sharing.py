"""How leads are shared out here: the numbers, the rules, groups, who gets how much, who is on duty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.http import Http404

from qibu.contracts.leads import (
    AllocationRuleChanged,
    DutyChanged,
    LeadPolicyChanged,
    SellerGroupChanged,
    SellerShareChanged,
)
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.leads import selectors
from qibu.leads.errors import NotThis
from qibu.leads.models import AllocationRule, Duty, GroupMember, LeadPolicy, SellerGroup, SellerShare
from qibu.leads.rules import Part, Target, sound
from qibu.network.inheritance import hold
from qibu.network.models import Staff
from qibu.network.rules import Capability

FACTS = (
    "name", "active", "sources", "kinds", "brand", "series", "model", "cities", "languages", "weekdays", "since",
    "until", "target", "people", "group",
)  # fmt: skip
Values = Mapping[str, Any]


# The numbers --------------------------------------------------------------------------------------
def set_policy(*, actor: Actor, values: Values, seen: Values | None = None) -> None:
    """`values`: what is said here; a number left out (None) is inherited. `seen` stood in the form; raises `Disputed`,
    or `NotThis` for a number out of its bounds."""
    row = _policy(actor)
    wanted = merged(seen=seen, mine=dict(values), now={name: row.values.get(name) for name in values})
    for name, value in wanted.items():
        if value is not None and not sound(name, value):
            raise NotThis(name)
    changes = tuple(sorted(name for name, value in wanted.items() if value != row.values.get(name)))
    kept = {**row.values, **wanted}
    row.values = {name: value for name, value in kept.items() if value is not None}
    if changes:
        row.save()
        journal.record(LeadPolicyChanged(changes=changes), actor=actor)


def inherit_policy_again(*, actor: Actor) -> None:
    """All numbers count as those above say."""
    row = _policy(actor)
    if row.values:
        row.values = {}
        row.save()
        journal.record(LeadPolicyChanged(changes=("inherited",)), actor=actor)


def _policy(actor: Actor) -> LeadPolicy:
    _hold(actor)
    own = LeadPolicy.objects.filter(organisation_id=actor.organisation_id).first()
    return own or LeadPolicy(organisation_id=actor.organisation_id)


def _hold(actor: Actor) -> None:
    actor.require(Capability.SALES_MANAGE)
    hold(actor)


# Rules --------------------------------------------------------------------------------------------
def save_rule(*, actor: Actor, facts: Values, rule_id: int | None = None) -> AllocationRule:
    """A new rule, last in the list, or other facts of one. Where the list is inherited it becomes one's own first, so
    that the rules above stay in it."""
    _hold(actor)
    row = _rule(actor, rule_id) if rule_id else _last(actor)
    was = {name: getattr(row, name) for name in FACTS}
    for name in FACTS:
        setattr(row, name, facts.get(name, was[name]))
    _check(actor, row)
    changes = tuple(name for name in FACTS if getattr(row, name) != was[name])
    if changes or row.pk is None:
        row.save()
        _say_rule(actor, row.name, *changes)
    return row


def remove_rule(*, actor: Actor, rule_id: int) -> None:
    _hold(actor)
    row = _rule(actor, rule_id)
    row.delete()
    _say_rule(actor, row.name, "removed")


def move_rule(*, actor: Actor, rule_id: int, up: bool) -> None:
    """Past its neighbour; who stands first is asked first."""
    _hold(actor)
    row = _rule(actor, rule_id)
    rows = list(selectors.rules_of(actor).rows)
    at = next(place for place, one in enumerate(rows) if one.pk == row.pk)
    to = max(0, at - 1) if up else min(len(rows) - 1, at + 1)
    if to != at:
        rows.insert(to, rows.pop(at))
        for order, one in enumerate(rows, 1):
            one.order = order
        AllocationRule.objects.bulk_update(rows, ["order"])
        _say_rule(actor, row.name, "order")


def inherit_rules_again(*, actor: Actor) -> None:
    _hold(actor)
    gone, _details = AllocationRule.objects.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        _say_rule(actor, "", "inherited")


def _rule(actor: Actor, rule_id: int) -> AllocationRule:
    """A rule of one's own list; one that is inherited becomes one's own with the whole list."""
    known = next((row for row in selectors.rules_of(actor).rows if row.pk == rule_id), None)
    if known is None:
        raise Http404
    return _own_list(actor)[known.name]


def _last(actor: Actor) -> AllocationRule:
    rows = _own_list(actor)
    last = max((row.order for row in rows.values()), default=0)
    return AllocationRule(organisation_id=actor.organisation_id, order=last + 1)


def _own_list(actor: Actor) -> dict[str, AllocationRule]:
    found = selectors.rules_of(actor)
    if not found.own:
        copies = [_copy(row, actor.organisation_id) for row in found.rows]
        return {row.name: row for row in AllocationRule.objects.bulk_create(copies)}
    return {row.name: row for row in found.rows}


def _copy(row: AllocationRule, organisation_id: int) -> AllocationRule:
    facts = {name: getattr(row, name) for name in FACTS if name != "people"}
    return AllocationRule(organisation_id=organisation_id, order=row.order, **facts)  # people are those of above


def _check(actor: Actor, row: AllocationRule) -> None:
    names = AllocationRule.objects.filter(organisation_id=actor.organisation_id, name=row.name).exclude(pk=row.pk or 0)
    if not row.name.strip() or names.exists():
        raise NotThis("name")
    if (row.since is None) != (row.until is None) or (row.since is not None and row.since == row.until):
        raise NotThis("until")
    row.people = _sellers(row.people) if row.target == Target.PEOPLE else []
    row.group = row.group.strip() if row.target == Target.GROUP else ""
    if row.target == Target.PEOPLE and not row.people:
        raise NotThis("people")
    if row.target == Target.GROUP and not row.group:
        raise NotThis("group")


def _sellers(numbers: Iterable[int]) -> list[int]:
    """Those of them who sell here."""
    return list(selectors.sellers().filter(pk__in=list(numbers)).order_by("pk").values_list("pk", flat=True))


# Groups, shares, duty -----------------------------------------------------------------------------
def set_group(*, actor: Actor, name: str, people: Collection[int], group_id: int | None = None) -> SellerGroup:
    _hold(actor)
    name = name.strip()
    if not name or SellerGroup.objects.filter(name=name).exclude(pk=group_id or 0).exists():
        raise NotThis("name")
    group = _group(group_id) if group_id else SellerGroup(organisation_id=actor.organisation_id)
    was, group.name = group.name, name
    group.save()
    if was and was != name:
        AllocationRule.objects.filter(organisation_id=actor.organisation_id, group=was).update(group=name)
    GroupMember.objects.filter(group=group).delete()
    GroupMember.objects.bulk_create(
        GroupMember(organisation_id=actor.organisation_id, group=group, staff_id=pk) for pk in _sellers(people)
    )
    journal.record(SellerGroupChanged(group=name, changes=("changed",)), actor=actor)
    return group


def remove_group(*, actor: Actor, group_id: int) -> None:
    """Rules that name it pass it by."""
    _hold(actor)
    group = _group(group_id)
    group.delete()
    journal.record(SellerGroupChanged(group=group.name, changes=("removed",)), actor=actor)


def _group(group_id: int) -> SellerGroup:
    found: SellerGroup | None = SellerGroup.objects.filter(pk=group_id).first()
    if found is None:
        raise Http404
    return found


def set_share(*, actor: Actor, staff_id: int, weight: int, room: int | None) -> None:
    """How much of what comes somebody is to have; a weight of 0: nothing by the turn."""
    actor.require(Capability.SALES_ASSIGN)
    person = selectors.sellers().filter(pk=staff_id).first()
    if person is None:
        raise Http404
    if not 0 <= weight <= 9:
        raise NotThis("weight")
    if room is not None and not sound("room", room):
        raise NotThis("room")
    SellerShare.objects.update_or_create(
        organisation_id=actor.organisation_id, staff_id=staff_id, defaults={"weight": weight, "room": room}
    )
    journal.record(SellerShareChanged(staff_name=person.name, weight=weight, room=room), actor=actor)


def set_duties(*, actor: Actor, parts: Mapping[tuple[int, date], Part]) -> int:
    """排班: who is there on which part of which day; a whole day is what is usual and is not kept. Gives how many
    changed."""
    actor.require(Capability.SALES_ASSIGN)
    people = set(_sellers({staff for staff, _day in parts}))
    days = {day for _staff, day in parts}
    rows = Duty.objects.filter(staff_id__in=people, day__in=days).select_for_update()
    before = {(row.staff_id, row.day): Part(row.part) for row in rows.order_by("pk")}
    changed = {
        key: part for key, part in parts.items() if key[0] in people and before.get(key, Part.DAY) != part
    }  # fmt: skip
    if not changed:
        return 0
    _write_duties(actor, changed)
    names = dict(Staff.objects.filter(pk__in={staff for staff, _day in changed}).values_list("pk", "name"))
    said = sorted(f"{names[staff]} {day.isoformat()}" for staff, day in changed)
    journal.record(DutyChanged(days=tuple(said)), actor=actor)
    return len(changed)


def _write_duties(actor: Actor, changed: Mapping[tuple[int, date], Part]) -> None:
    for part in Part:
        keys = [key for key, one in changed.items() if one == part]
        rows = [Duty(organisation_id=actor.organisation_id, staff_id=staff, day=day, part=part) for staff, day in keys]
        if part == Part.DAY:
            gone = Duty.objects.filter(day__in={day for _staff, day in keys})
            Duty.objects.filter(pk__in=[row.pk for row in gone if (row.staff_id, row.day) in set(keys)]).delete()
        else:
            Duty.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["organisation", "day", "staff"], update_fields=["part"]
            )


def _say_rule(actor: Actor, name: str, *changes: str) -> None:
    journal.record(AllocationRuleChanged(rule=name, changes=changes), actor=actor)
