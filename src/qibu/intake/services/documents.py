"""Documents in ADF and in JSON, to what a door brings."""

from __future__ import annotations

from collections.abc import Iterable

from qibu.intake import adf
from qibu.intake.adf import Found
from qibu.intake.rules import adf as meaning
from qibu.intake.rules import moment
from qibu.intake.selectors import source_for
from qibu.intake.services import arriving
from qibu.intake.services.arriving import Brought, Outcome
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads.rules import Door

PORTAL = "vertical"  # of who sends ADF and says no more of itself


def take_adf(
    *, actor: Actor, content: bytes, charset: str = "", sender: str, door: Door = Door.ADF, source: str = PORTAL
) -> list[Outcome]:
    """Every prospect of a document, each for itself, in the order in which they stand. Raises `adf.Unreadable`."""
    return take_found(
        actor=actor, found=adf.read(content, charset), sender=sender, door=door, source=source
    )


def take_found(
    *, actor: Actor, found: Iterable[Found], sender: str, door: Door, source: str
) -> list[Outcome]:
    return [arriving.take(actor=actor, brought=_brought(actor, one, sender, door, source)) for one in found]


def _brought(actor: Actor, found: Found, sender: str, door: Door, source: str) -> Brought:
    prospect, now = found.prospect, times.now()
    provider = meaning.provider_of(prospect)
    known = source_for(actor, provider)
    return Brought(
        door=door, source=known or source, draft=meaning.draft_of(prospect, times.today().year), raw=found.raw,
        at=moment(prospect.requested, zone=times.ZONE, now=now) or now, keys=meaning.keys_of(prospect),
        again=prospect.status == "resend", campaign="" if known else provider[:60], sender=provider or sender,
    )  # fmt: skip
