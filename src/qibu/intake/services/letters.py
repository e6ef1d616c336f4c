"""Letters of the mailbox: fetched, taken once, marked as seen when their leads are safe."""

from __future__ import annotations

import logging
import re

from django.db import connection, transaction

from qibu.contact.services.delivering import InTransaction
from qibu.intake import adf
from qibu.intake.mail import Access, Open, Problem, Unreachable
from qibu.intake.mail import letters as post
from qibu.intake.mail.imap import open_box
from qibu.intake.mail.letters import Letter
from qibu.intake.models import Mailbox, TakenLetter
from qibu.intake.rules import Draft, Reason
from qibu.intake.services import arriving, documents
from qibu.intake.services.arriving import Brought
from qibu.kernel import faults, keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.keys import UnreadableSecret
from qibu.kernel.scoping import scope
from qibu.leads.rules import Door
from qibu.network.rules import Capability
from qibu.network.services import actors

log = logging.getLogger(__name__)
MOST = 50  # letters a look
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")


def look(*, actor: Actor, opened: Open = open_box) -> int:
    """Fetch what is new; gives how many letters were taken. Speaks to the network, so it opens its own short scopes.

    A letter is marked as seen behind the transaction that took it: after a crash in between it is fetched once more,
    known by its name, and only marked.
    """
    actor.require(Capability.SALES_MANAGE)
    system = actors.system(actor.organisation_id)
    try:
        access, mailbox_id = _access(system)
        if connection.in_atomic_block:
            raise InTransaction
        taken = _empty(system, mailbox_id, access, opened)
    except Unreachable as error:
        _note(system, error.problem, error.answer)
        raise
    _note(system, "", "")
    return taken


def _access(system: Actor) -> tuple[Access, int]:
    with scope(system):
        try:
            box = Mailbox.objects.get()
            password = box.password or ""
        except UnreadableSecret:
            raise Unreachable(Problem.PASSWORD) from None
        return Access(box.host, box.port, box.security, box.username, password, box.folder), box.pk


def _empty(system: Actor, mailbox_id: int, access: Access, opened: Open) -> int:
    taken = 0
    with opened(access) as box:
        for number in box.waiting(MOST):
            content = box.fetch(number)
            if content:
                taken += take(actor=system, mailbox_id=mailbox_id, content=content)
            box.seen(number)
    return taken


def _note(system: Actor, problem: str, answer: str) -> None:
    with scope(system):
        Mailbox.objects.update(looked_at=times.now(), problem=problem, answer=answer[:300])


def take(*, actor: Actor, mailbox_id: int, content: bytes) -> bool:
    """A letter with everything in it, in one transaction; False where it was taken before."""
    actor.require(Capability.SALES_RECEIVE)
    letter = post.read(content)
    try:
        with scope(actor):
            return _take(actor, mailbox_id, letter, content)
    except Exception as error:
        if faults.database_away(error):
            raise
        log.exception("a letter of organisation %s could not be taken", actor.organisation_id)
    with scope(actor):  # a person looks at what the product failed with, and the letters behind it come through
        return _take(actor, mailbox_id, letter, content, broken=True)


def _take(actor: Actor, mailbox_id: int, letter: Letter, content: bytes, *, broken: bool = False) -> bool:
    hashed = keys.ring().fingerprint("letter", letter.name)
    row = TakenLetter(organisation_id=actor.organisation_id, mailbox_id=mailbox_id, hash=hashed)
    if not TakenLetter.objects.bulk_create([row], ignore_conflicts=True) or _known(hashed):
        return False
    source = Mailbox.objects.get(pk=mailbox_id).source
    made = 0
    for document, charset in () if broken else letter.documents:
        made += _document(actor, letter, document, charset, source)
    if not made:
        reason = Reason.BROKEN if broken else Reason.WORDS
        arriving.take(actor=actor, brought=_words(letter, source, reason, letter.words or _text(content)))
        made = 1
    TakenLetter.objects.filter(hash=hashed).update(arrivals=made)
    return True


def _known(hashed: bytes) -> bool:
    """Whether the row stood there before: one that was just made has no leads yet."""
    return TakenLetter.objects.filter(hash=hashed, arrivals__gt=0).exists()


def _document(actor: Actor, letter: Letter, document: bytes, charset: str, source: str) -> int:
    try:
        with transaction.atomic():
            outcomes = documents.take_adf(
                actor=actor, content=document, charset=charset, sender=letter.sender, door=Door.EMAIL, source=source
            )
        return len(outcomes)
    except adf.Unreadable:
        raw = _text(document)
        arriving.take(actor=actor, brought=_words(letter, source, Reason.BROKEN, raw))
        return 1


def _text(content: bytes) -> str:
    try:
        return adf.reading.decoded(content)
    except adf.Unreadable:
        return content.decode("utf-8", "replace").replace("\0", "")


def _words(letter: Letter, source: str, reason: Reason, raw: str) -> Brought:
    """What a person has to read: with the telephone, where one stands in it."""
    phones = dict.fromkeys(re.sub(r"\D", "", found) for found in _MOBILE.findall(raw))
    told = "\n".join(filter(None, (letter.subject, letter.words)))
    return Brought(
        door=Door.EMAIL, source=source, draft=Draft.of({"phone": "、".join(list(phones)[:3]), "remark": told}), raw=raw,
        at=min(letter.at or times.now(), times.now()), sender=letter.sender, reasons=(reason,), opening=letter.name,
    )  # fmt: skip
