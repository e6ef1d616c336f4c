"""Visits when a merge of two customers is taken back: a car's visits since go back with the car."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.aftersales.models import Visit
from qibu.customers import merge_parts
from qibu.customers.services.ledger import Ledger
from qibu.vehicles.merging import gone_back

# The customer of a visit is who owned the car on its day.
FOLLOW = """
UPDATE aftersales_visit v SET customer_id = %(merged)s FROM vehicles_ownership o
 WHERE v.organisation_id = %(org)s AND v.customer_id = %(survivor)s AND v.vehicle_id = ANY(%(cars)s)
   AND v.id > %(mark)s AND o.organisation_id = %(org)s AND o.vehicle_id = v.vehicle_id
   AND o.customer_id = %(merged)s AND o.role = 'owner'
   AND (o.since IS NULL OR o.since <= v.opened_on) AND (o.until IS NULL OR o.until >= v.opened_on)
"""


def _follow_cars(book: Ledger) -> None:
    book.run(FOLLOW, cars=gone_back(book), mark=book.mark(Visit))


merge_parts.special("aftersales.visits", undone=_follow_cars)
merge_parts.called(Visit, gettext_lazy("工单"))
