"""Which cars there are for what is said of a product line."""

from __future__ import annotations

from time import monotonic

from qibu.care.rules import ProductLine
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import tried_in
from qibu.network.inheritance import heirs
from qibu.network.services import actors
from qibu.vehicles.models import Vehicle

PATIENCE = 2.0  # seconds; a network in which nothing was found so far is taken to have one


def any_car(actor: Actor, line: ProductLine) -> bool:
    """Whether a car here or in an organisation below belongs to it; of those below nothing else is told."""
    if _here(line):
        return True
    until = monotonic() + PATIENCE
    for number in heirs(actor.organisation_id):
        with tried_in(actors.system(number)):
            found = _here(line)
        if found or monotonic() > until:
            return True
    return False


def _here(line: ProductLine) -> bool:
    rows = Vehicle.objects.filter(brand__startswith=line.brand, series__startswith=line.series)
    return bool((rows.filter(energy=line.energy) if line.energy else rows).exists())
