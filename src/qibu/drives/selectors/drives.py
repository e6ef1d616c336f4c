"""Which drives somebody sees: those of leads that they see, and those that they go along on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404

from qibu.drives.models import DemoCar, Drive, Feedback, FeedbackLink, Licence, Signature
from qibu.drives.models.drive import HOLDING
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.network.models import Absence
from qibu.network.rules import Capability
from qibu.network.selectors import able

State = Drive.State


def visible(actor: Actor) -> QuerySet[Drive]:
    """Of who was erased nothing is shown."""
    if not actor.may(Capability.SALES_VIEW):
        return Drive.objects.none()
    rows: QuerySet[Drive] = Drive.objects.filter(lead__customer__erased_at__isnull=True)
    if actor.may(Capability.SALES_VIEW_ALL):
        return rows
    return rows.filter(
        Q(lead__consultant_id=actor.staff_id or 0)
        | Q(lead__consultant__isnull=True, lead__state=Lead.State.OPEN)
        | Q(consultant_id=actor.staff_id or 0)
    )


def told(rows: QuerySet[Drive]) -> QuerySet[Drive]:
    """With what a line about a drive says."""
    return rows.select_related("lead__customer", "car", "consultant", "route")


def drive_or_404(actor: Actor, drive_id: int, *, lock: bool = False) -> Drive:
    """Hidden and missing drives look the same."""
    rows = visible(actor).filter(pk=drive_id)
    rows = rows.select_for_update(of=("self",)).select_related("lead", "car") if lock else told(rows)
    found: Drive | None = rows.first()
    if found is None:
        raise Http404
    return found


def rivals(*, car_id: int, consultant_id: int, starts_at: datetime, held_until: datetime) -> QuerySet[Drive]:
    """What stands in the way of a drive, whoever may see it: the store's cars and people are there once."""
    rows: QuerySet[Drive] = Drive.objects.filter(
        Q(car_id=car_id) | Q(consultant_id=consultant_id),
        state__in=HOLDING, starts_at__lt=held_until, held_until__gt=starts_at,
    )  # fmt: skip
    return rows.select_related("car", "consultant").order_by("starts_at", "pk")


def of_lead(actor: Actor, lead_id: int) -> QuerySet[Drive]:
    return told(visible(actor).filter(lead_id=lead_id)).order_by("-starts_at", "-pk")


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Drive]:
    return told(visible(actor).filter(lead__customer_id=customer_id)).order_by("-starts_at", "-pk")


def of_today(actor: Actor, staff_id: int | None) -> QuerySet[Drive]:
    """What a person does today, and what of the days before is still open."""
    tomorrow = times.start_of(times.today() + timedelta(days=1))
    mine = visible(actor).filter(consultant_id=staff_id or 0, starts_at__lt=tomorrow)
    today = Q(starts_at__gte=times.start_of(times.today()))
    return told(mine.filter(Q(state__in=[State.BOOKED, State.OUT]) | today)).order_by("starts_at", "pk")


def unsettled(rows: QuerySet[Drive]) -> QuerySet[Drive]:
    """Booked, and whoever should come along has left or is away on that day, or the car can't be driven: a person has
    to think of something."""
    there = able().filter(pk=OuterRef("consultant_id"))
    away = Absence.objects.filter(
        staff_id=OuterRef("consultant_id"), ended_at__isnull=True, first_day__lte=OuterRef("on"),
        last_day__gte=OuterRef("on"),
    )  # fmt: skip
    coming = rows.filter(state=State.BOOKED, starts_at__gt=times.now())
    coming = coming.annotate(on=TruncDate("starts_at", tzinfo=times.ZONE))
    return coming.filter(~Exists(there) | Exists(away) | ~Q(car__state=DemoCar.State.AVAILABLE))


@dataclass(frozen=True)
class Facts:
    """What has been done for a drive, beside itself."""

    licence: Licence | None
    signature: Signature | None
    feedback: Feedback | None
    link: FeedbackLink | None


def facts_of(drive: Drive) -> Facts:
    return Facts(
        Licence.objects.filter(drive=drive).select_related("seen_by").first(),
        Signature.objects.filter(drive=drive).defer("picture", "body").select_related("witness").first(),
        Feedback.objects.filter(drive=drive).first(), FeedbackLink.objects.filter(drive=drive).first(),
    )  # fmt: skip
