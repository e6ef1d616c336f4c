from __future__ import annotations

from qibu.contracts.customers import NoteWritten
from qibu.customers.services.locking import lock, touch
from qibu.kernel import journal
from qibu.kernel.actors import Actor


def write(*, actor: Actor, customer_id: int, text: str) -> None:
    """A note lives on the time line alone."""
    customer = lock(actor, customer_id)
    touch(customer.pk)
    journal.record(NoteWritten(customer_id=customer.pk, text=text.strip()), actor=actor)
