"""After a restore: a feedback link that a newer one had replaced since the backup would open again, so all are over."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.drives.models import FeedbackLink
from qibu.kernel import restored
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments


def close_links(actor: Actor, moments: Moments) -> Mapping[str, int]:
    living = FeedbackLink.objects.filter(
        organisation_id=actor.organisation_id, expires_at__gt=moments.restored_at
    )
    return {"links": living.update(expires_at=moments.restored_at)}


restored.settle("drives.links", close_links)
