"""The outbox: written once, handed over once, whatever falls in between (D5).

Each step is a short transaction of its own; what goes over the network stands between them, in none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from qibu.contact.channels import Problem, Refused
from qibu.contact.models import MailAccount, Message, SendingHold
from qibu.contact.rules import LEASE, WORDS_KEPT, next_try
from qibu.contracts.contact import MessageSentAgain, MessageSettled
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Staff
from qibu.network.rules import Capability

State = Message.State
MINE = (State.ATTEMPTING, State.UNKNOWN)  # its holder may still learn how it ended after others gave it up


@dataclass(frozen=True)
class Draft:
    """A message to be written, if there is none with its key yet."""

    kind: str
    key: str
    staff: Staff
    subject: str
    text: str
    html: str
    expires_at: datetime


def write(*, actor: Actor, account: MailAccount, drafts: Iterable[Draft]) -> list[Message]:
    """Put messages into the outbox; gives those that were not there yet."""
    now, host = times.now(), account.sender.rpartition("@")[2]
    wanted = [_row(actor, draft, f"<{uuid.uuid4()}@{host}>", now) for draft in drafts]
    Message.objects.bulk_create(wanted, ignore_conflicts=True)
    mine = {row.reference for row in wanted}
    return [row for row in Message.objects.filter(key__in=[row.key for row in wanted]) if row.reference in mine]


def _row(actor: Actor, draft: Draft, reference: str, now: datetime) -> Message:
    return Message(
        organisation_id=actor.organisation_id, kind=draft.kind, key=draft.key, staff=draft.staff,
        address=draft.staff.email, subject=draft.subject[:200], text=draft.text, html=draft.html,
        reference=reference, due_at=now, expires_at=draft.expires_at, created_at=now,
    )  # fmt: skip


def claim(*, actor: Actor, most: int, only: int | None = None) -> list[Message]:
    """Take what is due. What somebody else took and let lie is free again, unless it was being handed over.

    While sending is held after a restore nothing is, except the one letter that a person asks for by its number."""
    with scope(actor):
        now = times.now()
        _give_up(actor, now)
        if only is None and SendingHold.objects.filter(organisation_id=actor.organisation_id, ended_at=None).exists():
            return []
        due: QuerySet[Message] = Message.objects.filter(state__in=(State.QUEUED, State.CLAIMED), due_at__lte=now)
        rows = due.filter(pk=only) if only else due
        taken = list(rows.select_for_update(skip_locked=True).order_by("due_at", "pk")[:most])
        token = uuid.uuid4()
        Message.objects.filter(pk__in=[row.pk for row in taken]).update(
            state=State.CLAIMED, token=token, due_at=now + LEASE
        )
        for row in taken:
            row.state, row.token = State.CLAIMED, token
        return taken


def _give_up(actor: Actor, now: datetime) -> None:
    """Being handed over when all went dark: nobody knows. Wanted by nobody any more: not sent."""
    late = Message.objects.filter(organisation_id=actor.organisation_id, due_at__lte=now)
    lost = late.filter(state=State.ATTEMPTING)
    _settle(actor, lost, State.UNKNOWN, now, problem=Problem.NO_ANSWER)
    waiting = late.filter(state__in=(State.QUEUED, State.CLAIMED))
    _settle(actor, waiting.filter(expires_at__lte=now), State.EXPIRED, now, text="", html="")
    _settle(actor, waiting.filter(staff__left_on__isnull=False), State.FAILED, now, problem=Problem.GONE)


def release(*, actor: Actor, messages: Sequence[Message]) -> None:
    """What was taken and not begun is free at once."""
    with scope(actor):
        for message in messages:
            mine = Message.objects.filter(pk=message.pk, token=message.token, state=State.CLAIMED)
            mine.update(state=State.QUEUED, due_at=times.now(), token=None)


def attempt(*, actor: Actor, message: Message) -> bool:
    """Say that it is being handed over from now on; False when it is no longer ours."""
    with scope(actor):
        now = times.now()
        mine = Message.objects.filter(pk=message.pk, token=message.token, state=State.CLAIMED)
        return bool(mine.update(state=State.ATTEMPTING, due_at=now + LEASE, tries=message.tries + 1))


def sent(*, actor: Actor, message: Message, answer: str) -> None:
    """It is with the server: its words need not be kept."""
    with scope(actor):
        mine = Message.objects.filter(pk=message.pk, token=message.token, state__in=MINE)
        _settle(actor, mine, State.SENT, times.now(), answer=answer, text="", html="")


def uncertain(*, actor: Actor, message: Message, answer: str) -> None:
    """It may have arrived. A person decides whether to send it again."""
    with scope(actor):
        mine = Message.objects.filter(pk=message.pk, token=message.token, state=State.ATTEMPTING)
        _settle(actor, mine, State.UNKNOWN, times.now(), answer=answer, problem=Problem.NO_ANSWER)


def refused(*, actor: Actor, messages: Sequence[Message], refusal: Refused) -> None:
    """It was not taken: again later, or never."""
    with scope(actor):
        now = times.now()
        for message in messages:
            mine = Message.objects.filter(
                pk=message.pk, token=message.token, state__in=(State.CLAIMED, *MINE)
            )
            said = {"answer": refusal.answer, "problem": refusal.problem, "tries": message.tries + 1}
            again = next_try(message.tries + 1, now, message.expires_at) if refusal.temporary else None
            if again:
                mine.update(state=State.QUEUED, due_at=again, token=None, **said)
            else:
                _settle(actor, mine, State.FAILED, now, **said)


def _settle(actor: Actor, rows: QuerySet[Message], state: str, now: datetime, **facts: Any) -> None:
    """An end, with its entry in the journal."""
    found = list(rows.select_for_update(of=("self",)).select_related("staff"))
    if not found:
        return
    values = {"problem": "", **facts, "state": state, "due_at": None, "settled_at": now}
    Message.objects.filter(pk__in=[row.pk for row in found]).update(**values)
    journal.record_many(
        [
            MessageSettled(subject_id=row.pk, letter=row.kind, ended=state, staff_name=row.staff.name)
            for row in found
        ],
        actor=actor,
    )


def forget_words(*, actor: Actor, now: datetime) -> None:
    """What nobody sent again within a month needs no words any more."""
    settled = Message.objects.filter(organisation_id=actor.organisation_id, created_at__lt=now - WORDS_KEPT)
    settled.filter(due_at__isnull=True).exclude(text="").update(text="", html="")


class NotAgain(ValueError):
    """Only what failed or is unknown is sent again."""


def send_again(*, actor: Actor, message_id: int) -> Message | None:
    """By a person's decision: what failed, or what may have arrived already. None when there is no such message."""
    actor.require(Capability.ORGANISATION_MANAGE)
    rows = Message.objects.filter(organisation_id=actor.organisation_id, pk=message_id)
    found = rows.select_for_update(of=("self",)).select_related("staff").first()
    if found is None:
        return None
    if found.state not in {State.FAILED, State.UNKNOWN} or not found.text:
        raise NotAgain
    now = times.now()
    rows.update(
        state=State.QUEUED, due_at=now, settled_at=None, tries=0, problem="", answer="", token=None,
        expires_at=max(found.expires_at, now + LEASE * 6), address=found.staff.email or found.address,
    )  # fmt: skip
    event = MessageSentAgain(subject_id=found.pk, letter=found.kind, staff_name=found.staff.name)
    journal.record(event, actor=actor)
    return found
