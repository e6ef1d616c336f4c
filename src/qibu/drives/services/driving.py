"""The drive itself: the licence is looked at, the agreement signed, the car leaves and comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from qibu.contracts.drives import AgreementSigned, DriveBegun, DriveDone, LicenceSeen
from qibu.drives import selectors
from qibu.drives.errors import (
    AlreadySigned,
    CarOut,
    CarUnusable,
    NotSigned,
    Unlicensed,
    WrongMileage,
    WrongState,
)
from qibu.drives.models import DemoCar, Drive, Licence, Signature
from qibu.drives.rules import LicenceFault, licence_fault, read_strokes, svg
from qibu.drives.services import reminders
from qibu.drives.wording import filled
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.leads.services import following, stages
from qibu.network.rules import Capability

State = Drive.State
FARTHEST = 300  # km: more than any way round a store


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What stands in the licence that was shown. Its number isn't asked for."""

    driver: str
    licence_class: str
    issued_on: date | None = None
    expires_on: date | None = None


def see_licence(*, actor: Actor, drive_id: int, shown: Shown) -> Licence:
    """Refused where it doesn't allow this car on the day of the drive."""
    actor.require(Capability.SALES_WORK)
    drive = _held(actor, drive_id, State.BOOKED)
    day = times.day_of(drive.starts_at)
    fault = _fault(drive.car, shown.licence_class, shown.issued_on, shown.expires_on, day)
    if fault is not None:
        raise Unlicensed(fault)
    values = {
        "driver": shown.driver.strip(), "licence_class": shown.licence_class, "issued_on": shown.issued_on,
        "expires_on": shown.expires_on, "seen_at": times.now(), "seen_by_id": actor.staff_id,
    }  # fmt: skip
    licence, _new = Licence.objects.update_or_create(
        organisation_id=actor.organisation_id, drive=drive, defaults=values
    )
    journal.record(LicenceSeen(**drive.about(), licence_class=licence.licence_class), actor=actor)
    return licence


def sign(*, actor: Actor, drive_id: int, strokes: str = "", on_paper: bool = False) -> Signature:
    """The words as they stand now are kept with the signature; what is signed stays signed."""
    actor.require(Capability.SALES_WORK)
    drive = _held(actor, drive_id, State.BOOKED)
    if Signature.objects.filter(drive=drive).exists():
        raise AlreadySigned
    picture = None if on_paper else svg(read_strokes(strokes))
    text = selectors.agreement(actor).row
    title, body = text.words
    signature = Signature.objects.create(
        organisation_id=actor.organisation_id, drive=drive, way=Signature.Way.PAPER if on_paper else
        Signature.Way.SCREEN, number=text.number, title=title, body=filled(actor, drive, body), picture=picture,
        at=times.now(), witness_id=actor.staff_id,
    )  # fmt: skip
    journal.record(AgreementSigned(**drive.about(), way=signature.way, number=signature.number), actor=actor)
    return signature


def leave(*, actor: Actor, drive_id: int, km: int) -> Drive:
    """The car leaves the yard: not without licence and signature, not when it is out already."""
    actor.require(Capability.SALES_WORK)
    drive = _held(actor, drive_id, State.BOOKED)
    car = selectors.car_or_404(actor, drive.car_id, lock=True)
    _may_leave(drive, car)
    _check_reading(km, car.mileage)
    drive.state, drive.out_at, drive.out_km = State.OUT, times.now(), km
    drive.version += 1
    drive.save(update_fields=["state", "out_at", "out_km", "version"])
    journal.record(DriveBegun(**drive.about(), car=car.called, km=km), actor=actor)
    reminders.drop(actor, drive, done=True)
    return drive


def come_back(*, actor: Actor, drive_id: int, km: int, damage: str = "", to_repair: bool = False) -> Drive:
    """The drive is done: the lead stands at "driven", car and person are free a pause later."""
    actor.require(Capability.SALES_WORK)
    lead = leads.held(Lead.objects.filter(pk=selectors.drive_or_404(actor, drive_id).lead_id))[0]
    drive = _held(actor, drive_id, State.OUT)
    car = selectors.car_or_404(actor, drive.car_id, lock=True)
    _check_reading(km, drive.out_km or 0)
    now = times.now()
    pause = timedelta(minutes=selectors.policy(actor).pause)
    drive.held_until = max(drive.starts_at, min(drive.held_until, now + pause))
    drive.state, drive.back_at, drive.back_km, drive.damage = State.DONE, now, km, damage.strip()
    drive.closed_at, drive.closed_by_id, drive.version = now, actor.staff_id, drive.version + 1
    drive.save()
    car.mileage = km
    if to_repair:
        car.state = DemoCar.State.REPAIR
    car.version += 1
    car.save(update_fields=["mileage", "state", "version"])
    _tell(actor, drive)
    following.answered(actor, lead, now)
    stages.advance(actor, lead, "driven")
    return drive


def _tell(actor: Actor, drive: Drive) -> None:
    took = (drive.back_at - drive.out_at) if drive.back_at and drive.out_at else timedelta(0)
    event = DriveDone(
        **drive.about(), car=drive.car.called, km=drive.km or 0, minutes=round(took / timedelta(minutes=1)),
        damaged=bool(drive.damage),
    )  # fmt: skip
    journal.record(event, actor=actor)


def _held(actor: Actor, drive_id: int, state: str) -> Drive:
    drive = selectors.drive_or_404(actor, drive_id, lock=True)
    if drive.state != state:
        raise WrongState(drive.state)
    return drive


def _fault(
    car: DemoCar, licence_class: str, issued_on: date | None, expires_on: date | None, on: date
) -> LicenceFault | None:
    return licence_fault(licence_class, issued_on=issued_on, expires_on=expires_on, on=on, manual=car.manual)


def _may_leave(drive: Drive, car: DemoCar) -> None:
    licence = Licence.objects.filter(drive=drive).first()
    if licence is None:
        raise Unlicensed(None)
    # The drive may have been moved since, to another day or a car with manual gears.
    if fault := _fault(car, licence.licence_class, licence.issued_on, licence.expires_on, times.today()):
        raise Unlicensed(fault)
    if not Signature.objects.filter(drive=drive).exists():
        raise NotSigned
    if car.state != DemoCar.State.AVAILABLE:
        raise CarUnusable(car.called, car.state)
    if not car.insured_on(times.today()):
        raise CarUnusable(car.called, "uninsured", car.insured_until)
    other = Drive.objects.filter(car=car, state=State.OUT).select_related("consultant").first()
    if other is not None:
        raise CarOut(other.consultant.name)


def _check_reading(km: int, known: int) -> None:
    if km < known:
        raise WrongMileage(known)
    if km > known + FARTHEST:
        raise WrongMileage(known, known + FARTHEST)
