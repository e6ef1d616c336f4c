"""More is taken off than somebody may: they ask, with their reason; whoever may agrees or not. Both stay on record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy

from qibu.contracts.quotes import DiscountAsked, DiscountDecided
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import CAPABILITIES, Capability
from qibu.network.selectors import able
from qibu.quotes import selectors
from qibu.quotes.errors import MayNotAgree, NobodyAgrees, WithinLimit
from qibu.quotes.models import Quote, Variant
from qibu.quotes.rules import authority, pricing
from qibu.quotes.services.drafts import end_task
from qibu.quotes.services.holding import held
from qibu.tasks.following import Following, register
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

State = Quote.State
APPROVAL, DECIDED = "quotes.approval", "quotes.decided"
ANSWER_WITHIN, SEND_WITHIN = timedelta(hours=1), timedelta(hours=4)  # of the store's opening hours
AGREEING = tuple(role.value for role, granted in CAPABILITIES.items() if Capability.SALES_APPROVE in granted)
Offers = list[tuple[Decimal, Decimal]]


def offers_of(variants: list[Variant]) -> Offers:
    """What each variant costs before, and what the store lets go of it: discount and gifts."""
    return [(one.price, pricing.given_away(one.read_parts)) for one in variants]


def own_to_give(actor: Actor, variants: list[Variant]) -> bool:
    """Whether whoever acts may offer this without asking."""
    return authority.within(actor.roles, selectors.quote_rules(actor).read_limits, offers_of(variants))


def most_of(actor: Actor, variants: list[Variant]) -> Decimal:
    """The largest discount that is one's own to give on the cheapest of these."""
    limits = selectors.quote_rules(actor).read_limits
    return min((authority.most(actor.roles, limits, one.price) for one in variants), default=Decimal(0))


def ask(*, actor: Actor, quote_id: int, why: str) -> Quote:
    """Raises `WithinLimit`, `NobodyAgrees`, `NotNow`."""
    actor.require(Capability.SALES_WORK)
    quote = held(actor, quote_id, *Quote.OPEN_TO_CHANGE)
    variants = selectors.variants_of([quote])[quote.pk]
    if own_to_give(actor, variants):
        raise WithinLimit
    approver = _approver(actor, offers_of(variants))
    if approver is None:
        raise NobodyAgrees
    quote.state, quote.asked_at, quote.asked_by_id = State.WAITING, times.now(), actor.staff_id
    quote.asked_why, quote.decided_at, quote.decided_by, quote.decided_why = why, None, None, ""
    _plan_approval(actor, quote, approver)
    quote.save()
    given = max(given for _price, given in offers_of(variants))
    journal.record(DiscountAsked(**quote.about(), discount=given, reason=why), actor=actor)
    return quote


def _approver(actor: Actor, offers: Offers) -> Staff | None:
    """The superior of who asks where their limit is wide enough, else whoever may agree to the least."""
    limits = selectors.quote_rules(actor).read_limits
    people = able().filter(roles__overlap=list(AGREEING)).exclude(pk=actor.staff_id or 0).order_by("sort_key", "pk")
    fitting = [one for one in people if authority.within(one.roles, limits, offers)]
    superior = Staff.objects.filter(pk=actor.staff_id or 0).values_list("superior_id", flat=True).first()
    price = max(price for price, _given in offers)
    return min(
        fitting, key=lambda one: (one.pk != superior, authority.most(one.roles, limits, price)), default=None
    )


def _plan_approval(actor: Actor, quote: Quote, approver: Staff | None) -> None:
    due = calendar_of(actor.organisation_id).add_working_time(times.now(), ANSWER_WITHIN)
    work = Work(
        kind=APPROVAL, title=gettext_lazy("审批优惠"), due_at=due, category=Task.Category.OTHER,
        detail=f"{quote.number} {quote.asked_why}"[:300], customer_id=quote.lead.customer_id,
        assignee_id=approver.pk if approver else None, desk=Task.Desk.SALES, facts={"quote": quote.pk},
    )  # fmt: skip
    quote.task = tasks.create_work(actor=actor, work=work)


def refusal(actor: Actor, quote: Quote, variants: list[Variant]) -> authority.Refusal | None:
    """Why somebody may not agree to a quotation that waits; None: they may."""
    return authority.may_agree(
        capable=actor.may(Capability.SALES_APPROVE), own=quote.asked_by_id == actor.staff_id, roles=actor.roles,
        limits=selectors.quote_rules(actor).read_limits, offers=offers_of(variants),
    )  # fmt: skip


def decide(*, actor: Actor, quote_id: int, agreed: bool, why: str = "") -> Quote:
    """To refuse takes no limit, but nobody decides on their own. Raises `MayNotAgree`, `NotNow`."""
    actor.require(Capability.SALES_APPROVE)
    quote = held(actor, quote_id, State.WAITING)
    variants = selectors.variants_of([quote])[quote.pk]
    why_not = refusal(actor, quote, variants)
    if why_not and (agreed or why_not != authority.Refusal.LIMIT):
        raise MayNotAgree(why_not)
    end_task(actor, quote, done=True)
    quote.state = State.APPROVED if agreed else State.REFUSED
    quote.decided_at, quote.decided_by_id, quote.decided_why = times.now(), actor.staff_id, why
    _tell_the_asker(actor, quote, agreed)
    quote.save()
    given = max(given for _price, given in offers_of(variants))
    journal.record(DiscountDecided(**quote.about(), agreed=agreed, discount=given, reason=why), actor=actor)
    return quote


def _tell_the_asker(actor: Actor, quote: Quote, agreed: bool) -> None:
    """Whoever asked finds on their workbench what came of it, and what is to be done with it."""
    asker = able().filter(pk=quote.asked_by_id or 0).first()
    due = calendar_of(actor.organisation_id).add_working_time(times.now(), SEND_WITHIN)
    title = gettext_lazy("优惠批准了，把报价发给客户") if agreed else gettext_lazy("优惠没有批准，重新报价")
    work = Work(
        kind=DECIDED, title=title, due_at=due, category=Task.Category.OTHER,
        detail=f"{quote.number} {quote.decided_why}".strip()[:300], customer_id=quote.lead.customer_id,
        assignee_id=asker.pk if asker else None, desk=Task.Desk.SALES, facts={"quote": quote.pk},
    )  # fmt: skip
    quote.task = tasks.create_work(actor=actor, work=work)


# When the task ends by its own page -------------------------------------------------------------
def _ended(actor: Actor, ended: list[Task]) -> None:
    """A task that is closed decides nothing: what still waits for agreement goes on waiting, with a new one."""
    quotes = Quote.objects.filter(task__in=ended).select_related("lead").order_by("pk")
    for quote in quotes.select_for_update(of=("self",)):
        former = next(task for task in ended if task.pk == quote.task_id)
        quote.task = None
        if quote.state == State.WAITING and former.kind == APPROVAL:
            _plan_approval(actor, quote, Staff.objects.filter(pk=former.assignee_id or 0).first())
        Quote.objects.filter(pk=quote.pk).update(task=quote.task)


def _back(actor: Actor, again: list[Task]) -> None:
    """Taken up again: it is what is to be done, where nothing else is."""
    for task in again:
        Quote.objects.filter(pk=task.facts.get("quote", 0), task=None).update(task=task)


register("quotes.", Following(_ended, _back))
