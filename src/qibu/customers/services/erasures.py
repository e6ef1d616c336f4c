"""A customer's personal information is erased: 个人信息保护法 art. 47, 网络数据安全管理条例 art. 24.

What law keeps stays without the person: repair orders and amounts (会计法 art. 23 with 会计档案管理办法: ten and thirty
years; 电子商务法 art. 31: three years), that somebody agreed or refused (PIPL arts. 14 and 69), and who erased whom and
why. Art. 47 says of such things that they are stored and protected, and nothing else is done with them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from qibu.contracts.customers import CustomerErased
from qibu.customers import erase_parts, merge_parts
from qibu.customers.erase_parts import Whom
from qibu.customers.models import ContactPoint, Customer, Erasure
from qibu.customers.rules.erasing import names_somebody
from qibu.customers.selectors.customers import told_as, visible
from qibu.customers.selectors.erasures import open_promises
from qibu.customers.services.locking import UnknownCustomer
from qibu.kernel import erasures as ledger
from qibu.kernel import journal, keeping, keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.rules import Capability
from qibu.network.services import actors

log = logging.getLogger(__name__)
LONGEST = 200


class ReasonMissing(ValueError):
    """Who erases says why, in words."""


class ReasonNames(ValueError):
    """The reason stays: it may not say again whom it is about."""


class PromisesOpen(Exception):
    """Somebody was promised something; it is not forgotten silently."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


def erase(*, actor: Actor, customer_id: int, reason: str, with_promises: bool = False) -> Erasure:
    """For good. By the head of the store or the care manager: a right of its own (`CUSTOMERS_ERASE`), since whoever may
    write in files (`CUSTOMERS_EDIT`) answers for what stands there, but not for that nothing of it is needed any more.

    A load that is at work is not waited for (`merge_parts.Busy`); merges and hand-overs hold the customer as this does.
    """
    actor.require(Capability.CUSTOMERS_ERASE)
    actor.require(Capability.CUSTOMERS_EDIT)
    whom = whom_of(actor, customer_id)
    merge_parts.take_locks(actor, list(whom.ids))
    erase_parts.take_locks(actor, whom)
    if not _held(actor, customer_id, whom):
        raise UnknownCustomer
    whom = whom_of(actor, customer_id)
    _refuse(reason.strip(), whom, with_promises=with_promises)
    return _erase(actor, whom, reason.strip()[:LONGEST], times.now())


def again(*, actor: Actor, lines: Iterable[ledger.Erased]) -> int:
    """After the restore of a backup that still knows them: erased as before, whatever was open."""
    actor.require(Capability.CUSTOMERS_ERASE)
    key, done = ledger.key_of(keys.ring().lookup), 0
    for line in lines:
        found = Customer.objects.filter(pk=line.customer, erased_at__isnull=True).first()
        if found is None or ledger.who(key, actor.organisation_id, found.pk, found.created_at) != line.who:
            continue  # they came after the backup, or the number is another person's in it
        whom = _whom(found.merged_into_id or found.pk)
        merge_parts.take_locks(actor, list(whom.ids))
        erase_parts.take_locks(actor, whom)
        _erase(actor, whom, _("备份恢复后再次删除"), line.erased_at, again=True)
        done += 1
    return done


def whom_of(actor: Actor, customer_id: int) -> Whom:
    if not visible(actor).filter(pk=customer_id).exists():
        raise UnknownCustomer
    return _whom(customer_id)


def _whom(customer_id: int) -> Whom:
    files = list(Customer.objects.filter(pk__in=told_as(customer_id)))
    files.sort(key=lambda one: one.pk != customer_id)
    points = ContactPoint.objects.filter(customer__in=files)
    return Whom(
        tuple(one.pk for one in files), tuple(sorted({one.name for one in files if one.name})),
        tuple(sorted({point.value for point in points})),
    )  # fmt: skip


def _held(actor: Actor, customer_id: int, whom: Whom) -> bool:
    rows = Customer.objects.filter(pk__in=whom.ids).order_by("pk").select_for_update()
    return customer_id in {one.pk for one in rows} and visible(actor).filter(pk=customer_id).exists()


def _refuse(reason: str, whom: Whom, *, with_promises: bool) -> None:
    if not reason:
        raise ReasonMissing
    if names_somebody(reason, whom.marks):
        raise ReasonNames
    promises = open_promises(whom)
    if promises and not with_promises:
        raise PromisesOpen(promises)


def _erase(actor: Actor, whom: Whom, reason: str, at: datetime, *, again: bool = False) -> Erasure:
    erase_parts.carry_out(actor, whom)
    Customer.objects.filter(pk__in=whom.ids).update(erased_at=at, updated_at=times.now())
    made = [
        Erasure(organisation_id=actor.organisation_id, customer_id=pk, reason=reason, by_id=actor.staff_id, at=at,
                again=again, noted_at=at if again else None)
        for pk in whom.ids
    ]  # fmt: skip
    Erasure.objects.bulk_create(made)
    event = CustomerErased(customer_id=whom.ids[0], reason=reason, merged=whom.ids[1:], again=again)
    journal.record(event, actor=actor)
    transaction.on_commit(lambda: _note_soon(actor.organisation_id))
    return made[0]


# The ledger -----------------------------------------------------------------------------------------
def place() -> Path:
    return Path(settings.QIBU_KEYS).parent / ledger.LEDGER


def _note_soon(organisation_id: int) -> None:
    """At once; where that fails the worker does it within a minute, from the row."""
    try:
        note(organisation_id)
    except (OSError, ledger.Forged):
        log.exception("the ledger of erasures could not be written")


def note(organisation_id: int) -> int:
    """Write down outside the database what was committed and isn't there yet; gives how many. Not in a scope.

    First the file, then the row: who dies in between writes the line again, and the ledger keeps it once.
    """
    key = ledger.key_of(keys.ring().lookup)
    with scope(actors.system(organisation_id)):
        rows = Erasure.objects.filter(noted_at__isnull=True).select_related("customer").order_by("pk")
        found = list(rows.select_for_update(of=("self",)))
        if found:
            ledger.add(place(), key, [_line(key, one) for one in found])
            Erasure.objects.filter(pk__in=[one.pk for one in found]).update(noted_at=times.now())
    if found:
        _lay_beside_backups()
    return len(found)


def mend() -> int:
    """What the ledger has lost of what the database knows is written again; gives how many lines. A ledger that was
    altered is set aside whole: what stands behind the altered line proves nothing any more."""
    key = ledger.key_of(keys.ring().lookup)
    try:
        there = set(ledger.read(place(), key))
    except ledger.Forged:
        aside = place().with_name(f"ledger.altered-{times.now():%Y%m%d-%H%M%S}")
        place().rename(aside)
        log.error("the ledger of erasures was altered; it lies at %s now, and is written anew", aside)
        there = set()
    lost = [line for line in _known(key) if line not in there]
    if lost:
        log.error("the ledger of erasures had lost %s lines, they are written again", len(lost))
        ledger.add(place(), key, lost)
        _lay_beside_backups()
    return len(lost)


def _known(key: bytes) -> list[ledger.Erased]:
    """All that was written down, as the database says, in the order of time."""
    found: list[Erasure] = []
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        with scope(actors.system(organisation_id)):
            found += Erasure.objects.filter(noted_at__isnull=False).select_related("customer")
    return [_line(key, one) for one in sorted(found, key=lambda one: (one.at, one.pk))]


def _line(key: bytes, one: Erasure) -> ledger.Erased:
    mark = ledger.who(key, one.organisation_id, one.customer_id, one.customer.created_at)
    return ledger.Erased(one.organisation_id, one.customer_id, one.at.isoformat(), mark)


def _lay_beside_backups() -> None:
    """Whoever has the backups has what was erased since. A disk that isn't there gets it with the next backup."""
    home = place().parent.parent
    for folder in {Path(one.file).parent for one in keeping.backups(home).kept}:
        for copy in folder.glob("qibu-erasures-*.ledger") if folder.exists() else ():
            _lay_over(copy)


def _lay_over(copy: Path) -> None:
    """Only over a copy of this home's: others may keep theirs in the same folder."""
    key = ledger.key_of(keys.ring().lookup)
    try:
        ledger.read(copy, key)
        ledger.lay_beside(place(), copy)
    except (ledger.Forged, OSError) as error:
        log.info("no copy of the ledger of erasures at %s: %s", copy, error)
