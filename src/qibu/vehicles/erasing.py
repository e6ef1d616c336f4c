"""Cars of a customer who is erased: their parts in them end, and nobody is named beside the car any more.

The car itself, its cover and its mileage stay: they belong to it, and to whoever owns it next.
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.vehicles import transfer_parts
from qibu.vehicles.models import Ownership, Transfer, Vehicle
from qibu.vehicles.services import finding, ownerships


def _hold(actor: Actor, whom: Whom) -> None:
    cars = Ownership.objects.filter(customer_id__in=whom.ids, until__isnull=True).values("vehicle")
    list(Vehicle.objects.filter(pk__in=cars).order_by("pk").select_for_update().values_list("pk", flat=True))


def _leave_cars(actor: Actor, whom: Whom) -> None:
    living = Ownership.objects.filter(customer_id__in=whom.ids, until__isnull=True).select_related("vehicle")
    parts = list(living.order_by("vehicle_id", "pk"))
    for part in parts:
        ownerships.end(actor, part.vehicle, part, max(times.today(), part.since or times.today()))
    finding.refresh(actor, sorted({part.vehicle_id for part in parts}))
    for car, customer in sorted({(part.vehicle_id, part.customer_id) for part in parts}):
        for _key, act in sorted(transfer_parts.PARTS.left.items()):
            act(actor, car, customer)


def _parts(whom: Whom) -> int:
    return Ownership.objects.filter(customer_id__in=whom.ids).values("vehicle").distinct().count()


def _hand_overs(whom: Whom) -> int:
    return Transfer.objects.filter(Q(former_id__in=whom.ids) | Q(owner_id__in=whom.ids)).count()


erase_parts.lock("vehicles.cars", _hold)
erase_parts.special("vehicles.parts", _leave_cars)
# What apps kept for taking a change of owner back tells of work for them; it can't be taken back any more.
erase_parts.blank(Transfer, "former", {"kept": {}})
erase_parts.blank(Transfer, "owner", {"kept": {}})
erase_parts.keeps(gettext_lazy("车辆的资料和保单，不再写是谁的"), _parts)
erase_parts.keeps(gettext_lazy("过户记录，不写是谁"), _hand_overs)
