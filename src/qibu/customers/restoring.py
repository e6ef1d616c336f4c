"""After a restore: who was erased since the backup is erased again, as the ledger outside the database says."""

from __future__ import annotations

from collections.abc import Mapping

from qibu.customers.services import erasures
from qibu.kernel import erasures as ledger
from qibu.kernel import keys, restored
from qibu.kernel.actors import Actor
from qibu.kernel.restored import Moments


def erase_again(actor: Actor, moments: Moments) -> Mapping[str, int]:
    """What was erased before the backup is so in it; those alone that come later, or were in the making then."""
    lines = ledger.read(erasures.place(), ledger.key_of(keys.ring().lookup))
    mine = [line for line in lines if line.organisation == actor.organisation_id]
    return {"erased": erasures.again(actor=actor, lines=mine)}


restored.settle("customers.erased", erase_again)
