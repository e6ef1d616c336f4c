"""After a restore: links of pieces that are with customers are closed, since some were closed, or refused, after the
backup. What still waits to be sent goes out under an address of its own, as before."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.kernel import restored
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments
from qibu.nurturing.models import Sending


def close_links(actor: Actor, moments: Moments) -> Mapping[str, int]:
    sent = Sending.objects.filter(
        organisation_id=actor.organisation_id, state=Sending.State.SENT, revoked_at__isnull=True,
        expires_at__gt=moments.restored_at,
    )  # fmt: skip
    return {"links": sent.update(revoked_at=moments.restored_at)}


restored.settle("nurturing.links", close_links)
