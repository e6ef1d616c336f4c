"""What cars are called in the audit trail, which is read by people who look after none of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from qibu.contracts.vehicles import PartLimited, TransferTakenBack, TransferUndone, VehicleTransferred
from qibu.kernel.actors import Actor
from qibu.network import trail
from qibu.vehicles.models import Transfer, Vehicle

SHOWN = 3  # signs at the end of a plate or VIN


def masked(plate: str, vin: str | None) -> str:
    """皖BZK773 → 皖B**773, LVVDB11B8MD001323 → **323: enough to tell two cars of a day apart."""
    if plate:
        return f"{plate[:2]}**{plate[-SHOWN:]}"
    return f"**{vin[-SHOWN:]}" if vin else ""


def names(actor: Actor, ids: list[int]) -> Mapping[int, str]:
    found = Vehicle.objects.filter(pk__in=ids).values_list("pk", "series", "plate", "vin")
    return {pk: f"{series} {masked(plate, vin)}".strip() for pk, series, plate, vin in found}


trail.name("vehicle", names)
trail.spell("how", dict(Transfer.Reason.choices))
trail.say(VehicleTransferred, gettext_lazy("把车辆 {vehicle} 过户，{how}，{on}"))
trail.say(PartLimited, gettext_lazy("改了 {customer} 在车辆 {vehicle} 的期限"))
trail.say(TransferTakenBack, gettext_lazy("撤销过户，{customer} 和车辆 {vehicle} 的关系回到原样"))
trail.say(TransferUndone, gettext_lazy("撤销了车辆 {vehicle} {on} 的过户"))
