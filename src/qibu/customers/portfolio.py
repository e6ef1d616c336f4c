"""What of the customers of somebody who leaves goes to colleagues (A6), and how a hand-over is told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.contracts.customers import AdvisorChanged
from qibu.customers.models import Customer
from qibu.customers.selectors import visible
from qibu.customers.trail import names
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.network import handover
from qibu.network.handover import Held, Offered, Part, Tell, register_part
from qibu.network.models import HandOver
from qibu.network.rules import Capability

OFFERED = 60

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


def _part(role: str, label: object) -> Part:
    also = {"updated_at": Now(), "version": F("version") + 1}
    return Part(f"customers.{role}", label, _held(role), role, customer="pk", also=also, tell=_tell(role))


def named(actor: Actor, ids: Iterable[int]) -> Mapping[int, str]:
    """In full for those who may see the customer, else as the trail calls them."""
    wanted = list(ids)
    known = dict(names(actor, wanted))
    if actor.may(Capability.CUSTOMERS_VIEW):
        known |= dict(visible(actor).filter(pk__in=wanted).values_list("pk", "name"))
    return known


def offered(actor: Actor, staff_id: int, text: str) -> list[Offered]:
    """Customers of a person by name, for giving them away one by one; nothing to who may not see customers."""
    if not actor.may(Capability.CUSTOMERS_VIEW_ALL):
        return []
    theirs = visible(actor).filter(Q(advisor_id=staff_id) | Q(seller_id=staff_id))
    if text:
        theirs = theirs.filter(name__icontains=text)
    return [Offered(one.pk, one.name, one.city) for one in theirs.order_by("sort_key", "pk")[:OFFERED]]


def _address(pk: int) -> str:
    return reverse("customers:detail", args=[pk])


register_part(_part("advisor", _("服务的客户")))
register_part(_part("seller", _("销售的客户")))
handover.register_customers(handover.Customers(named, _address, offered))
