"""What falls due when a car goes over: the new owner's cycles are reckoned at once, for the planner."""

from __future__ import annotations

from qibu.care.services import dues
from qibu.care.services.locking import one_at_a_time
from qibu.kernel.actors import Actor
from qibu.vehicles import transfer_parts
from qibu.vehicles.models import Transfer


def _one_planner(actor: Actor, vehicle_id: int) -> None:
    one_at_a_time(actor)


def _reckon(actor: Actor, one: Transfer) -> None:
    dues.refresh(actor=actor, vehicle_ids=[one.vehicle_id])


def _reckon_car(actor: Actor, vehicle_id: int, customer_id: int) -> None:
    dues.refresh(actor=actor, vehicle_ids=[vehicle_id])


transfer_parts.lock("care.planner", _one_planner)
transfer_parts.whenever_left("care.dues", _reckon_car)
transfer_parts.special("care.dues", done=_reckon, undone=_reckon)
