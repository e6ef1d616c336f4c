"""What pages of the network show."""

from __future__ import annotations

from qibu.contracts.network import SignedIn
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry


def last_sign_ins(actor: Actor, number: int = 10) -> list[Entry]:
    """The person's own, newest first."""
    mine = Entry.objects.filter(type=SignedIn.name, actor_id=actor.staff_id)
    return list(mine.order_by("-at", "-id")[:number])
