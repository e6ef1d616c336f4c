"""Which leads a sequence takes on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from qibu.customers.models import Consent
from qibu.customers.selectors import may_approach
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.nurturing.models import Run, Sequence
from qibu.nurturing.selectors.content import series_of

LONG_AGO = timedelta(days=365)  # whoever was lost before then has bought elsewhere by now
RETRY_WINDOW = timedelta(days=30)
SOLD = ("ordered",)  # stages behind which nobody is won over any more
MARKETING = Consent.Purpose.MARKETING


@dataclass(frozen=True)
class Entering:
    """Of the leads that fit, by why they don't enter; `leads` do."""

    fitting: int
    refused: int  # no yes for any of its channels
    busy: int  # go through a sequence already
    leads: tuple[int, ...]

    @property
    def number(self) -> int:
        return len(self.leads)


def entering(actor: Actor, sequence: Sequence, on: date) -> Entering:
    """Three questions to the database, however many leads there are, and one for each channel."""
    rows = list(_fitting(actor, sequence, on).order_by("pk").values_list("pk", "customer_id"))
    customers = {customer_id for _pk, customer_id in rows}
    permitted = set[int]()
    for channel in sequence.channels:
        permitted |= may_approach(customers, purpose=MARKETING, channel=channel)
    going = Run.objects.filter(ended_at__isnull=True, lead__customer_id__in=customers)
    busy = set(going.values_list("lead__customer_id", flat=True))
    free = {customer: pk for pk, customer in reversed(rows) if customer in permitted and customer not in busy}
    asked = [customer for _pk, customer in rows if customer in permitted]
    return Entering(
        fitting=len(rows), refused=len(rows) - len(asked), busy=sum(customer in busy for customer in asked),
        leads=tuple(sorted(free.values())),
    )  # fmt: skip


def _fitting(actor: Actor, sequence: Sequence, on: date) -> QuerySet[Lead]:
    """By the sequence's conditions; whoever went through it once doesn't again."""
    rows = Lead.objects.filter(customer__erased_at__isnull=True, merged_into__isnull=True).filter(
        _when(sequence, on)
    )
    asked = (("grade", sequence.grades), ("stage", sequence.stages), ("source", sequence.sources),
             ("interest", sequence.interests))  # fmt: skip
    for name, values in asked:
        if values:
            rows = rows.filter(**{f"{name}__in": values})
    if sequence.cars:
        serieses = series_of(actor, sequence.cars)
        rows = rows.filter(Q(model_code__in=sequence.cars) | Q(model_code="", series__in=serieses))
    found: QuerySet[Lead] = rows.exclude(
        Exists(Run.objects.filter(lead=OuterRef("pk"), sequence=sequence.code))
    )
    return found


def _when(sequence: Sequence, on: date) -> Q:
    Audience = Sequence.Audience
    before = times.start_of(on - timedelta(days=sequence.after_days) + timedelta(days=1))
    if sequence.audience == Audience.OPEN:
        return Q(state=Lead.State.OPEN, received_at__lt=before) & ~Q(stage__in=SOLD)
    followed = Lead.objects.filter(customer=OuterRef("customer"), state=Lead.State.OPEN)
    lost = Q(~Exists(followed), state=Lead.State.LOST)
    if sequence.audience == Audience.LOST:
        return lost & Q(closed_at__lt=before, closed_at__gte=times.start_of(on - LONG_AGO))
    last = on - timedelta(days=sequence.after_days)
    return lost & Q(retry_on__lte=last, retry_on__gt=last - RETRY_WINDOW)
