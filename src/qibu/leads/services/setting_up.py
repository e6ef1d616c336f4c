"""What an organisation wants otherwise in its sales: stages, reasons of loss, the pace by grade (A7, C4, C9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qibu.contracts.leads import LossReasonChanged, PaceChanged, StagesChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.leads.errors import Misnamed, StageInUse, UnknownReason
from qibu.leads.models import GradePace, Lead, LossReason, Stage
from qibu.leads.rules import Grade, Need
from qibu.leads.selectors import content as reads
from qibu.leads.selectors import loss_reasons
from qibu.leads.selectors.pace import sourced
from qibu.network.inheritance import hold, lineage
from qibu.network.rules import Capability

FIRST, LAST = "new", "ordered"  # what the product itself moves leads to; every line has them


@dataclass(frozen=True)
class Wanted:
    """A stage as somebody wants it; without a code it is a new one."""

    name: str
    code: str = ""
    name_en: str = ""
    needs: tuple[str, ...] = ()
    stale_days: int = 0


# Stages -----------------------------------------------------------------------------------------
def set_stages(
    *, actor: Actor, brand: str, series: str, stages: Sequence[Wanted], instead: Mapping[str, str] | None = None
) -> None:
    """The whole list of a product line here. Leads at a stage that goes are put where `instead` says; without that the
    change is refused (`StageInUse`), so that no lead stands nowhere."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    before = reads.stages_for(actor, brand, series)
    rows = _stage_rows(actor, brand, series, stages, {row.code: row for row in before})
    _rehouse(actor, _standing(actor, brand, series, before), [row.code for row in rows], instead or {})
    _own_stages(actor, brand, series).delete()
    Stage.objects.bulk_create(rows)
    changes = tuple(_differences(before, rows)) or ("own",)
    journal.record(StagesChanged(line=" ".join(filter(None, (brand, series))), changes=changes), actor=actor)


def inherit_stages(*, actor: Actor, brand: str, series: str, instead: Mapping[str, str] | None = None) -> bool:
    """The organisation's own list goes; gives whether there was one."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    own = list(_own_stages(actor, brand, series).order_by("order"))
    if not own:
        return False
    held = _standing(actor, brand, series, own)
    _own_stages(actor, brand, series).delete()
    _rehouse(actor, held, [row.code for row in reads.stages_for(actor, brand, series)], instead or {})
    line = " ".join(filter(None, (brand, series)))
    journal.record(StagesChanged(line=line, changes=("inherited",)), actor=actor)
    return True


def _own_stages(actor: Actor, brand: str, series: str) -> Any:
    return Stage.objects.filter(organisation_id=actor.organisation_id, brand=brand, series=series)


def _stage_rows(
    actor: Actor, brand: str, series: str, stages: Sequence[Wanted], known: Mapping[str, Stage]
) -> list[Stage]:
    names = [one.name.strip() for one in stages]
    if not all(names) or len(set(names)) < len(names) or [one.code for one in stages][:1] != [FIRST]:
        raise Misnamed
    if LAST not in {one.code for one in stages}:
        raise StageInUse([LAST])
    codes = _codes(stages, known)
    return [
        Stage(
            organisation_id=actor.organisation_id, brand=brand, series=series, code=code, order=order, name=name,
            name_en=one.name_en.strip(), needs=[need for need in Need if need in one.needs], stale_days=one.stale_days,
        )
        for order, (one, code, name) in enumerate(zip(stages, codes, names, strict=True), 1)
    ]  # fmt: skip


def _codes(stages: Sequence[Wanted], known: Iterable[str]) -> list[str]:
    """New ones are called own-1, own-2, …"""
    taken = {one.code for one in stages if one.code} | set(known)
    found = []
    for one in stages:
        number = next(n for n in range(1, len(stages) + len(taken) + 2) if f"own-{n}" not in taken)
        code = one.code or f"own-{number}"
        taken.add(code)
        found.append(code)
    return found


def _standing(actor: Actor, brand: str, series: str, stages: Sequence[Stage]) -> list[Lead]:
    """Open leads of the line that stand at these stages, because no narrower list counts for their cars; held."""
    book, listed = reads.StageBook(actor.organisation_id), [row.pk for row in stages]
    rows = Lead.objects.filter(state=Lead.State.OPEN, stage__in=[row.code for row in stages])
    rows = rows.filter(brand__startswith=brand, series__startswith=series)
    cars = set(rows.values_list("brand", "series"))
    ours = {car for car in cars if [row.pk for row in book.of(*car)] == listed}
    held = rows.filter(brand__in={brand for brand, _series in ours}).select_for_update().order_by("pk")
    return [lead for lead in held if (lead.brand, lead.series) in ours]


def _rehouse(actor: Actor, leads: Sequence[Lead], left: Sequence[str], instead: Mapping[str, str]) -> None:
    """Whose stage goes stands where somebody says, else nothing changes."""
    moving = [lead for lead in leads if lead.stage not in left]
    homeless = {lead.stage for lead in moving if instead.get(lead.stage) not in left}
    if homeless:
        raise StageInUse(sorted(homeless))
    for was in sorted({lead.stage for lead in moving}):
        _put(actor, [lead for lead in moving if lead.stage == was], instead[was])


def _put(actor: Actor, leads: Sequence[Lead], stage: str) -> None:
    from qibu.leads.services import stages  # which reads what is set up here

    for lead in leads:
        stages.stand(actor, lead, stage)


def _differences(before: Sequence[Stage], after: Sequence[Stage]) -> list[str]:
    was = {row.code: row for row in before}
    changed = [
        row.code for row in after
        if row.code not in was or any(getattr(row, n) != getattr(was[row.code], n) for n in COMPARED)
    ]  # fmt: skip
    return changed + [f"-{code}" for code in was if code not in {row.code for row in after}]


COMPARED = ("order", "name", "name_en", "needs", "stale_days")


# Reasons ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reason:
    """A reason or (with `parent`) a detail, as somebody wants it."""

    name: str
    parent: str = ""
    code: str = ""
    name_en: str = ""
    ends: str = LossReason.Ends.LOST
    active: bool = True
    seen: Mapping[str, Any] | None = field(default=None)


def set_reason(*, actor: Actor, wanted: Reason) -> LossReason:
    """Adds one, or says here how one that is inherited is called and whether it is offered."""
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    known = {(row.parent, row.code): row for row in loss_reasons(actor, all_of_them=True)}
    was = known.get((wanted.parent, wanted.code)) if wanted.code else None
    _check(wanted, known, was)
    mine = {"name": wanted.name.strip(), "name_en": wanted.name_en.strip(), "active": wanted.active}
    if was is not None:
        mine = merged(seen=wanted.seen, mine=mine, now={name: getattr(was, name) for name in mine})
    ends = was.ends if was else known[("", wanted.parent)].ends if wanted.parent else wanted.ends
    siblings = [row for row in known.values() if row.parent == wanted.parent]
    row, _made = LossReason.objects.update_or_create(
        organisation_id=actor.organisation_id, parent=wanted.parent,
        code=wanted.code or _free({row.code for row in siblings}),
        defaults={**mine, "ends": ends, "order": was.order if was else 1 + max((r.order for r in siblings), default=0)},
    )  # fmt: skip
    changes = tuple(name for name in mine if was is None or mine[name] != getattr(was, name)) or ("own",)
    journal.record(LossReasonChanged(reason=row.name, changes=changes), actor=actor)
    return row


def _check(wanted: Reason, known: Mapping[tuple[str, str], LossReason], was: LossReason | None) -> None:
    if (wanted.code and was is None) or (wanted.parent and ("", wanted.parent) not in known):
        raise UnknownReason
    same = [row for row in known.values() if row.parent == wanted.parent and row.name == wanted.name.strip()]
    if not wanted.name.strip() or any(row is not was for row in same):
        raise Misnamed


def _free(taken: set[str]) -> str:
    return next(code for code in (f"own-{number}" for number in range(1, len(taken) + 2)) if code not in taken)


def inherit_reason(*, actor: Actor, parent: str, code: str) -> bool:
    """What is said here of an inherited reason goes; one that only exists here stays, since leads name it."""
    actor.require(Capability.SALES_MANAGE)
    above = [*lineage(actor.organisation_id)[1:], None]
    rows = LossReason.objects.filter(parent=parent, code=code)
    if not any(row.organisation_id in above for row in rows):
        return False
    gone, _details = rows.filter(organisation_id=actor.organisation_id).delete()
    if gone:
        journal.record(LossReasonChanged(reason=code, changes=("inherited",)), actor=actor)
    return bool(gone)


# Pace -------------------------------------------------------------------------------------------
def set_pace(
    *, actor: Actor, grade: str, within_days: int, every_hours: int, seen: Mapping[str, Any] | None = None
) -> None:
    actor.require(Capability.SALES_MANAGE)
    hold(actor)
    pace, _source = sourced(lineage(actor.organisation_id))[Grade(grade)]
    now = {"within_days": pace.within_days, "every_hours": int(pace.every.total_seconds() // 3600)}
    wanted = merged(seen=seen, mine={"within_days": within_days, "every_hours": every_hours}, now=now)
    if wanted == now:
        return
    GradePace.objects.update_or_create(
        organisation_id=actor.organisation_id, grade=Grade(grade).value, defaults=wanted
    )
    changes = tuple(name for name in now if now[name] != wanted[name])
    journal.record(PaceChanged(grade=grade, changes=changes), actor=actor)


def inherit_pace(*, actor: Actor, grade: str) -> bool:
    actor.require(Capability.SALES_MANAGE)
    gone, _details = GradePace.objects.filter(organisation_id=actor.organisation_id, grade=grade).delete()
    if gone:
        journal.record(PaceChanged(grade=grade, changes=("inherited",)), actor=actor)
    return bool(gone)
