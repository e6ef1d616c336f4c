"""What of the customers of somebody who leaves goes to colleagues (A6), and how a hand-over is told of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.contracts.customers import AdvisorChanged
from qibu.customers.models import Customer
from qibu.customers.selectors import matching, phones_of, visible
from qibu.customers.trail import names
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network import handover
from qibu.network.handover import Held, Known, Offered, Part, Tell, register_part
from qibu.network.models import HandOver
from qibu.network.rules import Capability

OFFERED = 60  # on a page

# One entry a customer, in one statement: it reads as `AdvisorChanged` does.
TOLD = """
INSERT INTO kernel_entry (organisation_id, type, at, actor_id, customer_id, timeline, data)
SELECT i.organisation_id, %(type)s, %(at)s, %(actor)s, i.row_id, true, jsonb_build_object(
           'role', %(role)s::text, 'staff_id', n.id, 'staff_name', n.name, 'was', w.name, 'note', %(note)s::text)
  FROM network_handoveritem i
  JOIN network_handover h ON h.organisation_id = i.organisation_id AND h.id = i.hand_over_id
  JOIN network_staff n ON n.organisation_id = i.organisation_id
       AND n.id = CASE WHEN %(back)s THEN h.giver_id ELSE i.taker_id END
  JOIN network_staff w ON w.organisation_id = i.organisation_id
       AND w.id = CASE WHEN %(back)s THEN i.taker_id ELSE h.giver_id END
 WHERE i.organisation_id = %(org)s AND i.hand_over_id = %(record)s AND i.part = %(part)s AND i.back = %(back)s
 ORDER BY i.row_id
"""


def _held(role: str) -> Held:
    def held(staff_id: int) -> QuerySet[Customer]:
        rows: QuerySet[Customer] = Customer.objects.filter(**{f"{role}_id": staff_id}, merged_into__isnull=True)
        return rows

    return held


def _tell(role: str) -> Tell:
    def tell(actor: Actor, record: HandOver, back: bool) -> None:
        params: dict[str, str | int | datetime | None] = {
            "org": actor.organisation_id, "type": AdvisorChanged.name, "at": times.now(), "actor": actor.staff_id,
            "role": role, "note": "" if back else record.note, "record": record.pk, "part": f"customers.{role}",
            "back": back,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(TOLD, params)
        journal.announce(actor.organisation_id)

    return tell


def _part(role: str, label: object, load: object) -> Part:
    also = {"updated_at": Now(), "version": F("version") + 1}
    return Part(f"customers.{role}", label, _held(role), role, customer="pk", also=also, tell=_tell(role), load=load)


def named(actor: Actor, ids: Iterable[int]) -> Mapping[int, str]:
    """In full for those who may see the customer, else as the trail calls them."""
    wanted = list(ids)
    known = dict(names(actor, wanted))
    if actor.may(Capability.CUSTOMERS_VIEW):
        known |= dict(visible(actor).filter(pk__in=wanted).values_list("pk", "name"))
    return known


def seen(actor: Actor, ids: Iterable[int]) -> Mapping[int, Known]:
    """Those whom the actor sees, with the number to call, masked."""
    if not actor.may(Capability.CUSTOMERS_VIEW):
        return {}
    return _known(visible(actor).filter(pk__in=list(ids)))


def offered(actor: Actor, staff_id: int, text: str, but: Collection[int], page: int) -> Offered:
    """Customers of a person, for giving them away one by one: by name, plate, number; none to who may not see them."""
    theirs = visible(actor).filter(Q(advisor_id=staff_id) | Q(seller_id=staff_id)).exclude(pk__in=but)
    if text:
        theirs = theirs.filter(Q(name__icontains=text) | Q(pk__in=matching(text)))
    total = theirs.count()
    page = max(1, min(page, -(-total // OFFERED)))
    rows = theirs.order_by("sort_key", "pk")[(page - 1) * OFFERED : page * OFFERED]
    return Offered(list(_known(rows).values()), total, page, OFFERED)


def _known(rows: QuerySet[Customer]) -> dict[int, Known]:
    found = dict(rows.values_list("pk", "name"))
    phones = phones_of(found)
    return {pk: Known(pk, name, phones[pk].masked if pk in phones else "") for pk, name in found.items()}


def _address(pk: int) -> str:
    return reverse("customers:detail", args=[pk])


register_part(_part("advisor", _("服务的客户"), _("服务 {n} 位")))
register_part(_part("seller", _("销售的客户"), _("销售 {n} 位")))
handover.register_customers(handover.Customers(named, _address, seen, offered))
