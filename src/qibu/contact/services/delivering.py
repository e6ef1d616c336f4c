"""Delivery: what is due goes out, one connection for many letters."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from django.db import connection

from qibu.contact.channels import Letter, Problem, Refused, Session, Uncertain
from qibu.contact.channels.registry import CHANNELS
from qibu.contact.models import Message
from qibu.contact.selectors import accounts
from qibu.contact.services import outbox
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope

log = logging.getLogger(__name__)
MOST = 20
PATIENCE = 120.0  # seconds for the answer to a letter
LONGEST = 60.0  # seconds for one organisation's batch: a slow server must not keep the others' letters waiting


class InTransaction(RuntimeError):
    """Nothing goes over the network while a transaction waits for it."""


def deliver(*, actor: Actor, only: int | None = None, patience: float = PATIENCE) -> int:
    """Send what is due for the actor's organisation; gives how many were looked at. Opens its own short scopes."""
    if connection.in_atomic_block:
        raise InTransaction
    taken = outbox.claim(actor=actor, most=MOST, only=only)
    for channel in {message.channel for message in taken}:
        _through(actor, channel, [message for message in taken if message.channel == channel], patience)
    return len(taken)


def deliver_all(*, actor: Actor) -> int:
    """Batch after batch while there is more and a turn lasts; the rest waits for the next one."""
    until, total = time.monotonic() + LONGEST, 0
    while True:
        number = deliver(actor=actor)
        total += number
        if number < MOST or time.monotonic() > until:
            return total


def _through(actor: Actor, channel: str, messages: Sequence[Message], patience: float) -> None:
    waiting, until = list(messages), time.monotonic() + LONGEST
    try:
        account = accounts.of_channel(actor)
        if account is None:
            raise Refused(Problem.GONE, temporary=False)
        with CHANNELS[channel](account, patience) as session:
            usable = True
            while waiting and usable and time.monotonic() < until:
                usable = _send(actor, session, waiting[0])
                waiting.pop(0)
        outbox.release(actor=actor, messages=waiting)
    except Refused as refusal:
        outbox.refused(actor=actor, messages=waiting, refusal=refusal)


def _send(actor: Actor, session: Session, message: Message) -> bool:
    """One letter; False when this connection is no good for another."""
    try:
        session.offer(letter_of(actor, message))
        if outbox.attempt(actor=actor, message=message):
            answer = session.hand_over()
            outbox.sent(actor=actor, message=message, answer=answer)
    except Uncertain as lost:
        log.warning("message %s may have arrived: no answer", message.pk)
        outbox.uncertain(actor=actor, message=message, answer=lost.answer)
        return False
    except Refused as refusal:
        if refusal.problem == Problem.LOST:
            raise
        outbox.refused(actor=actor, messages=[message], refusal=refusal)
    return True


def letter_of(actor: Actor, message: Message) -> Letter:
    with scope(actor):
        staff = message.staff
        name, user = staff.name, staff.user
    return Letter(
        address=message.address, name=name, subject=message.subject, text=message.text, html=message.html,
        reference=message.reference, language=user.language if user else "",
    )  # fmt: skip
