"""A drive is booked, moved, called off, or nobody comes."""

from __future__ import annotations

from qibu.contracts.drives import DriveBooked, DriveCancelled, DriveMissed, DriveMoved
from qibu.drives import selectors
from qibu.drives.errors import ChangedMeanwhile, LeadClosed, NotYet, ReasonMissing, WrongState
from qibu.drives.models import Drive, Signature
from qibu.drives.services import planning, reminders
from qibu.drives.services.planning import Plan
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability

State = Drive.State


def book(*, actor: Actor, lead_id: int, plan: Plan) -> Drive:
    """The lead stays at its stage: an appointment is no drive."""
    actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise LeadClosed
    refuse_unclaimed(actor, lead)
    place = planning.hold(actor, plan)
    drive = Drive(
        organisation_id=actor.organisation_id, lead=lead, car=place.car, consultant=place.consultant,
        route_id=plan.route_id, starts_at=plan.starts_at, ends_at=plan.ends_at, held_until=place.held_until,
        note=plan.note, booked_by_id=actor.staff_id,
    )  # fmt: skip
    planning.keep(drive, place.car)
    event = DriveBooked(
        **drive.about(), car=drive.car.called, starts_at=drive.starts_at, staff_name=place.consultant.name
    )
    journal.record(event, actor=actor)
    reminders.plan(actor, drive)
    return drive


def move(*, actor: Actor, drive_id: int, version: int, plan: Plan) -> Drive:
    """Another time, car, person or way; `version` is the one of the opened form."""
    actor.require(Capability.SALES_WORK)
    drive = _booked(actor, drive_id)
    if drive.version != version:
        raise ChangedMeanwhile(drive.version)
    was, place = drive.starts_at, planning.hold(actor, plan, besides=drive.pk)
    moved = (was, drive.car_id, drive.consultant_id) != (plan.starts_at, plan.car_id, plan.consultant_id)
    drive.car, drive.consultant, drive.route_id = place.car, place.consultant, plan.route_id
    drive.starts_at, drive.ends_at, drive.held_until = plan.starts_at, plan.ends_at, place.held_until
    drive.note, drive.version = plan.note, drive.version + 1
    planning.keep(drive, place.car)
    event = DriveMoved(
        **drive.about(), car=drive.car.called, was_at=was, starts_at=drive.starts_at, staff_name=place.consultant.name
    )
    journal.record(event, actor=actor)
    if moved:
        Signature.objects.filter(drive=drive).delete()  # it was about another car or time: signed anew
        reminders.drop(actor, drive)
        reminders.plan(actor, drive)
    return drive


def cancel(*, actor: Actor, drive_id: int, reason: str) -> Drive:
    """The place is free for others at once."""
    actor.require(Capability.SALES_WORK)
    drive = _booked(actor, drive_id)
    if not reason.strip():
        raise ReasonMissing
    drive.reason = reason.strip()
    _close(actor, drive, State.CANCELLED)
    event = DriveCancelled(
        **drive.about(), car=drive.car.called, starts_at=drive.starts_at, reason=drive.reason
    )
    journal.record(event, actor=actor)
    reminders.drop(actor, drive)
    return drive


def miss(*, actor: Actor, drive_id: int) -> Drive:
    """The customer didn't come: somebody asks them why, within the day."""
    actor.require(Capability.SALES_WORK)
    drive = _booked(actor, drive_id)
    if drive.starts_at > times.now():
        raise NotYet
    _close(actor, drive, State.MISSED)
    journal.record(DriveMissed(**drive.about(), car=drive.car.called, starts_at=drive.starts_at), actor=actor)
    reminders.drop(actor, drive)
    reminders.ask_why(actor, drive)
    return drive


def _booked(actor: Actor, drive_id: int) -> Drive:
    drive = selectors.drive_or_404(actor, drive_id, lock=True)
    if drive.state != State.BOOKED:
        raise WrongState(drive.state)
    return drive


def _close(actor: Actor, drive: Drive, state: str) -> None:
    drive.state, drive.closed_at, drive.closed_by_id = state, times.now(), actor.staff_id
    drive.version += 1
    drive.save(update_fields=["state", "reason", "closed_at", "closed_by", "version"])
