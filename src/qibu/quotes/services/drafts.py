"""A quotation is written, changed until it is sent, and written anew as a further version."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Max

from qibu.contracts.quotes import QuoteWritten
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.errors import Closed
from qibu.leads.models import Lead
from qibu.leads.services.claimed import refuse_unclaimed
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.errors import BadOffer, ChangedMeanwhile
from qibu.quotes.models import Appraisal, Quote, Variant
from qibu.quotes.services.book import Book, Header, Offer, Reckoned, stored_terms
from qibu.quotes.services.holding import held
from qibu.tasks.services import tasks

MOST_VARIANTS = 4  # side by side on one sheet
State = Quote.State


def write(
    *, actor: Actor, lead_id: int, header: Header, offers: Sequence[Offer], replaces_id: int | None = None
) -> Quote:
    """The next version for a lead. Raises `BadOffer`, `leads.errors.Closed`, `Unclaimed`."""
    actor.require(Capability.SALES_WORK)
    lead = leads.lead_or_404(actor, lead_id, lock=True)
    if not lead.living:
        raise Closed
    refuse_unclaimed(actor, lead)
    appraisal = selectors.appraisal_of(lead.pk, header.appraisal_id)
    reckoned = _reckoned(actor, header, offers, appraisal)
    last = Quote.objects.filter(lead=lead).aggregate(last=Max("version"))["last"] or 0
    replaced = Quote.objects.filter(lead=lead, pk=replaces_id).first() if replaces_id else None
    quote = Quote(organisation_id=actor.organisation_id, lead=lead, version=last + 1, by_id=actor.staff_id)
    quote.replaces = replaced
    _put(quote, header, appraisal)
    quote.save(force_insert=True)
    _keep_variants(quote, reckoned)
    journal.record(QuoteWritten(**quote.about()), actor=actor)
    return quote


def change(*, actor: Actor, quote_id: int, edits: int, header: Header, offers: Sequence[Offer]) -> Quote:
    """Until it is sent. Raises `BadOffer`, `NotNow`, `ChangedMeanwhile`."""
    actor.require(Capability.SALES_WORK)
    quote = held(actor, quote_id, *Quote.OPEN_TO_CHANGE)
    if quote.edits != edits:
        raise ChangedMeanwhile(quote.edits)
    appraisal = selectors.appraisal_of(quote.lead_id, header.appraisal_id)
    reckoned = _reckoned(actor, header, offers, appraisal)
    _put(quote, header, appraisal)
    quote.state, quote.edits, quote.updated_at = State.DRAFT, quote.edits + 1, times.now()
    quote.save()
    _keep_variants(quote, reckoned)
    journal.record(QuoteWritten(**quote.about(), changes=("offer",)), actor=actor)
    return quote


def take_back(*, actor: Actor, quote_id: int) -> Quote:
    """What waits for agreement, or has it, is a draft again: whoever changes it asks anew."""
    actor.require(Capability.SALES_WORK)
    quote = held(actor, quote_id, State.WAITING, State.APPROVED)
    end_task(actor, quote, done=False)
    Quote.objects.filter(pk=quote.pk).update(state=State.DRAFT, edits=F("edits") + 1, updated_at=times.now())
    journal.record(QuoteWritten(**quote.about(), changes=("draft",)), actor=actor)
    quote.refresh_from_db(fields=["state", "edits"])
    return quote


def end_task(actor: Actor, quote: Quote, *, done: bool) -> None:
    """For acts that have asked: what was to be done about a held quotation is settled."""
    if quote.task_id is None:
        return
    number, quote.task_id = quote.task_id, None
    Quote.objects.filter(pk=quote.pk).update(task=None)
    tasks.settle(actor=actor, task_ids=[number], done=done, note=quote.number)


def _reckoned(
    actor: Actor, header: Header, offers: Sequence[Offer], appraisal: Appraisal | None
) -> list[Reckoned]:
    if not 1 <= len(offers) <= MOST_VARIANTS:
        raise BadOffer(0, "number")
    book = Book(actor)
    return [book.reckon(number, offer, header, appraisal) for number, offer in enumerate(offers)]


def _put(quote: Quote, header: Header, appraisal: Appraisal | None) -> None:
    quote.bought_on, quote.valid_until, quote.company = header.bought_on, header.valid_until, header.company
    quote.remark, quote.appraisal = header.remark, appraisal


def _keep_variants(quote: Quote, reckoned: Sequence[Reckoned]) -> None:
    Variant.objects.filter(quote=quote).delete()
    Variant.objects.bulk_create(_variant(quote, order, one) for order, one in enumerate(reckoned, 1))


def _variant(quote: Quote, order: int, one: Reckoned) -> Variant:
    return Variant(
        organisation_id=quote.organisation_id, quote=quote, order=order, name=one.offer.name, car_code=one.car.code,
        brand=one.car.brand, series=one.car.series, car=str(one.car), energy=one.car.energy, colour=one.offer.colour,
        price=one.price, discount=one.offer.discount, wishes=one.offer.wishes(),
        parts=[part.stored() for part in one.parts], total=one.total,
        plan_code=one.plan.code if one.plan else "", plan_name=one.plan.name if one.plan else "",
        loan=stored_terms(one.terms),
    )  # fmt: skip


def first_offer(book: Book, lead: Lead) -> Offer | None:
    """What the editor begins with: the car the lead wants, with what usually comes along; None without cars on sale."""
    cars = [car for car in book.cars.values() if car.on_sale]
    wanted = [car for car in cars if car.code == lead.model_code]
    wanted += [car for car in cars if lead.series and car.series == lead.series] + cars
    if not wanted:
        return None
    car = wanted[0]
    return Offer(car_code=car.code, colour=lead.colour, extras=book.usual_extras(car.brand, car.series))
