"""Brakes on guessing. A try is written down as failed before it is looked at, so that many at once don't slip by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from qibu.kernel import keys, times
from qibu.network.models import KnownDevice, SignInAttempt, User
from qibu.network.rules import ATTEMPTS_KEPT, Brake, Tally, wait

LOCK = 7_06  # class of the advisory locks; the second number is the name's


@dataclass(frozen=True)
class Origin:
    """Where a try comes from. `device` is the secret in the browser's device cookie, if it has one."""

    address: str
    device: str = ""
    browser: str = ""


class Refused(Exception):
    """`wait` says how long no further try is taken; zero when another may follow at once."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True)
class Marks:
    """What a try is counted under, and the brakes for each way of counting."""

    name: bytes
    source: bytes
    known: bool
    here: Brake
    anywhere: Brake | None = None
    source_alone: Brake | None = None


def source_of(user: User | None, origin: Origin) -> tuple[bytes, bool]:
    """The browser where the person is known on it, else the network; whether it is known."""
    ring = keys.ring()
    token = ring.fingerprint("device", origin.device)
    if user and origin.device and KnownDevice.objects.filter(user=user, token_hash=token).exists():
        return token, True
    return ring.fingerprint("source", network_of(origin.address)), False


def network_of(address: str) -> str:
    """One subscriber of IPv6 has a /64 of addresses; together they are one source."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found)


def claim(marks: Marks) -> None:
    """Count this try as failed, or refuse it when it comes too early."""
    with transaction.atomic():
        _queue(marks.name)
        early = pause(marks)
        if early:
            raise Refused(early)
        now = times.now()
        SignInAttempt.objects.filter(at__lt=now - ATTEMPTS_KEPT).delete()
        SignInAttempt.objects.create(name_hash=marks.name, source_hash=marks.source, known=marks.known, at=now)


def _queue(name: bytes) -> None:
    """Tries for one name come one after the other."""
    with connection.cursor() as cursor:
        number = int.from_bytes(name[:4], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])


def pause(marks: Marks) -> timedelta:
    same_name, same_source = Q(name_hash=marks.name), Q(source_hash=marks.source)
    counted = [(marks.here, same_name & same_source)]
    if marks.source_alone and not marks.known:
        counted.append((marks.source_alone, same_source & Q(known=False)))
    if marks.anywhere and not marks.known:
        counted.append((marks.anywhere, same_name & Q(known=False)))
    return wait([(brake, _tally(brake, which)) for brake, which in counted], times.now())


def _tally(brake: Brake, which: Q) -> Tally:
    recent = SignInAttempt.objects.filter(which, at__gt=times.now() - brake.window)
    found = recent.aggregate(failures=Count("id"), last=Max("at"))
    return Tally(found["failures"], found["last"])


def forgive(marks: Marks) -> None:
    """What was right clears what was counted for this name here."""
    SignInAttempt.objects.filter(name_hash=marks.name, source_hash=marks.source).delete()
