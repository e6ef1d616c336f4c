"""Who is away, from when to when, and who stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from qibu.contracts.network import AbsenceChanged, AbsenceEnded, AbsenceRecorded
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Absence, Staff
from qibu.network.rules import Capability


@dataclass(frozen=True)
class Days:
    """From a day to a day, both included."""

    first: date
    last: date


def record(*, actor: Actor, staff_id: int, days: Days, kind: str, stand_in_id: int | None) -> Absence:
    """One's own days may be recorded by oneself, those of others by who shares out the work."""
    if staff_id != actor.staff_id:
        actor.require(Capability.TASKS_ASSIGN)
    people = _people(staff_id, stand_in_id)
    _check(people, staff_id, stand_in_id, days)
    absence: Absence = Absence.objects.create(
        organisation_id=actor.organisation_id, staff_id=staff_id, first_day=days.first, last_day=days.last, kind=kind,
        stand_in_id=stand_in_id, by_id=actor.staff_id,
    )  # fmt: skip
    journal.record(AbsenceRecorded(**_told(absence, people)), actor=actor)
    return absence


def change(*, actor: Actor, absence_id: int, days: Days, kind: str, stand_in_id: int | None) -> Absence:
    """Other days, another reason, another stand-in; what is over stays as it was."""
    found = _locked(actor, absence_id)
    if found.ended_at is not None or found.last_day < times.today():
        raise ValidationError(_("这次缺勤已经结束，不能再改。"))
    people = _people(found.staff_id, stand_in_id)
    _check(people, found.staff_id, stand_in_id, days, but=found.pk)
    wanted = {"first_day": days.first, "last_day": days.last, "kind": kind, "stand_in_id": stand_in_id}
    if wanted != {name: getattr(found, name) for name in wanted}:
        Absence.objects.filter(pk=found.pk).update(**wanted)
        found = Absence.objects.select_related("staff").get(pk=found.pk)
        journal.record(AbsenceChanged(**_told(found, people)), actor=actor)
    return found


def end(*, actor: Actor, absence_id: int) -> Absence:
    """Taken back, or back earlier; one that has ended is ended."""
    found = _locked(actor, absence_id)
    if found.ended_at is None:
        found.ended_at = times.now()
        found.save(update_fields=["ended_at"])
        journal.record(AbsenceEnded(subject_id=found.pk, staff_name=found.staff.name), actor=actor)
    return found


def _locked(actor: Actor, absence_id: int) -> Absence:
    found: Absence | None = (
        Absence.objects.select_for_update(of=("self",)).select_related("staff").filter(pk=absence_id).first()
    )
    if found is None:
        raise Http404
    if found.staff_id != actor.staff_id:
        actor.require(Capability.TASKS_ASSIGN)
    return found


def _people(staff_id: int, stand_in_id: int | None) -> dict[int, Staff]:
    wanted = sorted({staff_id} | ({stand_in_id} if stand_in_id else set()))
    return {one.pk: one for one in Staff.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}


def _told(absence: Absence, people: dict[int, Staff]) -> dict[str, Any]:
    stand_in = absence.stand_in_id
    return {
        "subject_id": absence.pk, "staff_name": people[absence.staff_id].name, "kind": absence.kind,
        "first_day": absence.first_day, "last_day": absence.last_day,
        "stand_in": people[stand_in].name if stand_in else _("公共池"),
    }  # fmt: skip


def _check(
    people: dict[int, Staff], staff_id: int, stand_in_id: int | None, days: Days, but: int | None = None
) -> None:
    if staff_id not in people or (stand_in_id and stand_in_id not in people):
        raise Http404
    if stand_in_id == staff_id:
        raise ValidationError({"stand_in": _("请选另一位同事代班。")})
    if any(not one.active for one in people.values()):
        raise ValidationError({"stand_in": _("已离职的人不能请假，也不能代班。")})
    if days.last < days.first:
        raise ValidationError({"last_day": _("最后一天在第一天之前，请核对。")})
    if days.last < times.today():
        raise ValidationError({"last_day": _("这几天已经过去了。")})
    living = Absence.objects.filter(ended_at__isnull=True, staff_id=staff_id).exclude(pk=but or 0)
    if living.filter(first_day__lte=days.last, last_day__gte=days.first).exists():
        raise ValidationError({"first_day": _("{name} 这几天里已经登记过缺勤。").format(name=people[staff_id].name)})
