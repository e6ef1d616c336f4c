"""The cars beside the customers who are handed over: people know a customer by the plate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from qibu.customers.selectors import visible
from qibu.kernel.actors import Actor
from qibu.network import handover
from qibu.network.rules import Capability
from qibu.ui.templatetags.qibu import plate
from qibu.vehicles.selectors import fleets_of


def cars(actor: Actor, ids: Iterable[int]) -> Mapping[int, str]:
    """The plates of customers whom the actor sees; a car without one by what it is."""
    if not actor.may(Capability.CUSTOMERS_VIEW):
        return {}
    seen = list(visible(actor).filter(pk__in=list(ids)).values_list("pk", flat=True))
    fleets = fleets_of(actor, seen)
    return {
        pk: _("、").join(str(plate(one.plate)) if one.plate else one.series or one.brand for one in fleet)
        for pk, fleet in fleets.items()
    }


handover.register_cars(cars)
