"""After a restore: links that were revoked since the backup would open again, so all of them are closed. Whoever sees
to a quotation makes its customer a new one."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.kernel import restored
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments
from qibu.quotes.models import QuoteLink


def close_links(actor: Actor, moments: Moments) -> Mapping[str, int]:
    living = QuoteLink.objects.filter(
        organisation_id=actor.organisation_id, revoked_at__isnull=True, expires_at__gt=moments.restored_at
    )
    return {"links": living.update(revoked_at=moments.restored_at)}


restored.settle("quotes.links", close_links)
