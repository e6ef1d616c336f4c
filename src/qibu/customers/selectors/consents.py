"""What customers agreed to, and what stands against approaching them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from qibu.customers.models import Consent, Customer, Hold
from qibu.customers.rules import Stated, by_contract, newest, permits

Channel, Purpose = Consent.Channel, Consent.Purpose
HAVE_CONTRACT = {Customer.Stage.OWNER, Customer.Stage.LOST}
SHOWN_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.WECHAT)


@dataclass(frozen=True)
class Permission:
    """One square of the table of consents."""

    purpose: str
    channel: str
    stated: Stated | None
    permitted: bool
    by_contract: bool

    @property
    def words(self) -> str:
        return str(Consent.State(self.stated.state).label) if self.stated else ""


def _statements(customer_ids: Iterable[int]) -> dict[int, list[Stated]]:
    found: dict[int, list[Stated]] = defaultdict(list)
    rows = Consent.objects.filter(customer_id__in=list(customer_ids)).order_by(
        "customer_id", "purpose", "channel", "-at", "-id"
    )
    for row in rows.distinct("customer_id", "purpose", "channel").values("customer_id", *Stated._fields):
        found[row.pop("customer_id")].append(Stated(**row))
    return found


def consent_table(customer: Customer) -> list[tuple[str, list[Permission]]]:
    """Purposes down, channels across, each with the statement that counts."""
    rows = _statements([customer.pk])[customer.pk]
    has_contract = customer.stage in HAVE_CONTRACT
    return [
        (str(purpose.label), [_permission(rows, purpose, channel, has_contract) for channel in SHOWN_CHANNELS])
        for purpose in Purpose
    ]


def _permission(rows: list[Stated], purpose: str, channel: str, has_contract: bool) -> Permission:
    stated = newest(rows, purpose, channel)
    by = by_contract(purpose, stated, has_contract=has_contract)
    return Permission(purpose, channel, stated, permits(purpose, stated), by)


def live_holds(customer_ids: Iterable[int]) -> dict[int, Hold]:
    """The furthest-reaching live hold of each customer."""
    rows = Hold.objects.filter(customer_id__in=list(customer_ids), lifted_at__isnull=True)
    found: dict[int, Hold] = {}
    for hold in rows.order_by("placed_at"):
        if hold.customer_id not in found or hold.reach == Hold.Reach.EVERYTHING:
            found[hold.customer_id] = hold
    return found


def holds_of(customer_id: int) -> QuerySet[Hold]:
    rows: QuerySet[Hold] = Hold.objects.filter(customer_id=customer_id)
    return rows.select_related("by", "lifted_by").order_by("-placed_at")


def may_approach(customer_ids: Iterable[int], *, purpose: str, channel: str) -> set[int]:
    """Those of the customers who may be approached now, for this purpose by this channel; asked at the moment of
    planning and again at the moment of sending."""
    wanted = list(customer_ids)
    stated, holds = _statements(wanted), live_holds(wanted)
    return {
        customer_id
        for customer_id in wanted
        if permits(purpose, newest(stated[customer_id], purpose, channel))
        and not _held(holds.get(customer_id), purpose)
    }


def _held(hold: Hold | None, purpose: str) -> bool:
    if hold is None:
        return False
    return hold.reach == Hold.Reach.EVERYTHING or purpose in {Purpose.MARKETING, Purpose.SHARING}


def newest_statements(purpose: str) -> QuerySet[Consent]:
    """The statements that count for a purpose: those that no newer one of the same channel, or of any, replaces."""
    same_or_any = Q(channel=OuterRef("channel")) | Q(channel=Channel.ANY)
    newer = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
    later = Consent.objects.filter(same_or_any, newer, customer_id=OuterRef("customer_id"), purpose=purpose)
    return Consent.objects.filter(~Exists(later), purpose=purpose)


def statements_of(customer_id: int) -> QuerySet[Consent]:
    """All that the customer ever said, the newest first."""
    return Consent.objects.filter(customer_id=customer_id).select_related("by").order_by("-at", "-id")
