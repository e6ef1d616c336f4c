"""The words of the agreement with its places filled: who, which car, when, which way."""

from __future__ import annotations

from qibu.drives.models import Drive, Licence
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.models import Organisation
from qibu.ui import formats

PLACES = ("store", "driver", "car", "plate", "day", "time", "route")
UNSAID = "________"


def filled(actor: Actor, drive: Drive, body: str) -> str:
    """Each place is put in once; what somebody's name looks like is never read as a place again."""
    values = _values(actor, drive)
    pieces = body.split("{")
    found = [pieces[0]]
    for piece in pieces[1:]:
        name, brace, rest = piece.partition("}")
        found.append(f"{values[name] or UNSAID}{rest}" if brace and name in values else "{" + piece)
    return "".join(found)


def unknown_places(body: str) -> list[str]:
    """Names in braces that aren't places: a slip of the pen that a customer would read."""
    named = [piece.partition("}") for piece in body.split("{")[1:]]
    return list(dict.fromkeys(name for name, brace, _rest in named if brace and name not in PLACES))


def _values(actor: Actor, drive: Drive) -> dict[str, str]:
    licence = Licence.objects.filter(drive=drive).first()
    driver = (licence.driver if licence else "") or str(drive.lead.customer)
    return {
        "store": str(Organisation.objects.get(pk=actor.organisation_id)), "driver": driver,
        "car": f"{drive.car.brand} {drive.car.full}".strip(), "plate": drive.car.plate,
        "day": formats.day(times.day_of(drive.starts_at)), "time": formats.moment(drive.starts_at, "time"),
        "route": str(drive.route or ""),
    }  # fmt: skip
