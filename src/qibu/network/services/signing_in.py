"""Signing in. A try is written down as failed before the password is checked, so that many at once don't slip by.

Refusals are alike for unknown names, wrong passwords, barred and departed people, in words and in time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from qibu.contracts.network import SignedIn, SignedOut
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import KnownDevice, SignInAttempt, User
from qibu.network.rules import (
    ATTEMPTS_KEPT,
    DEVICE_KEPT,
    DEVICES_PER_USER,
    SAME_NAME_AND_SOURCE,
    SAME_NAME_ANYWHERE,
    SAME_SOURCE,
    Brake,
    Tally,
    folded_name,
    wait,
)
from qibu.network.services import actors
from qibu.network.services.actors import Membership

LOCK = 7_06  # class of the advisory locks; the second number is the name's


@dataclass(frozen=True)
class Origin:
    """Where a try comes from. `device` is the secret in the browser's device cookie, if it has one."""

    address: str
    device: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Welcome:
    user: User
    places: list[Membership]
    device: str
    failures: int


class SignInRefused(Exception):
    """`wait` says how long no further try is taken; zero when another may follow at once."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True)
class _Marks:
    """What a try is counted under."""

    name: bytes
    source: bytes
    known: bool


def sign_in(*, username: str, password: str, origin: Origin) -> Welcome:
    """Check a name and password; hashes, so it is called outside any scope."""
    user = User.objects.filter(username__iexact=username.strip()).first()
    marks = _marks(username, user, origin)
    _claim(marks)
    right = user.check_password(password) if user else bool(make_password(password)) and False
    places = actors.memberships(user) if user and right and user.is_active else []
    if user is None or not places:
        raise SignInRefused(_wait(marks))
    with scope(actors.member(places[0])) as actor:
        failures = _forgive(marks, user)
        device = _remember(user, origin)
        journal.record(
            SignedIn(address=origin.address, device=origin.browser, failures=failures), actor=actor
        )
    return Welcome(user, places, device, failures)


def sign_out(*, actor: Actor) -> None:
    with scope(actor):
        journal.record(SignedOut(), actor=actor)


def _marks(username: str, user: User | None, origin: Origin) -> _Marks:
    ring = keys.ring()
    name = ring.fingerprint("sign-in name", folded_name(username))
    token = ring.fingerprint("device", origin.device)
    if user and origin.device and KnownDevice.objects.filter(user=user, token_hash=token).exists():
        return _Marks(name, token, True)
    return _Marks(name, ring.fingerprint("source", _network(origin.address)), False)


def _network(address: str) -> str:
    """One subscriber of IPv6 has a /64 of addresses; together they are one source."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return str(found)


def _claim(marks: _Marks) -> None:
    """Count this try as failed, or refuse it when it comes too early."""
    with transaction.atomic():
        _queue(marks.name)
        early = _wait(marks)
        if early:
            raise SignInRefused(early)
        SignInAttempt.objects.filter(at__lt=times.now() - ATTEMPTS_KEPT).delete()
        SignInAttempt.objects.create(name_hash=marks.name, source_hash=marks.source, known=marks.known)


def _queue(name: bytes) -> None:
    """Tries for one name come one after the other."""
    with connection.cursor() as cursor:
        number = int.from_bytes(name[:4], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])


def _wait(marks: _Marks) -> timedelta:
    same_name, same_source = Q(name_hash=marks.name), Q(source_hash=marks.source)
    counted = [(SAME_NAME_AND_SOURCE, same_name & same_source)]
    if not marks.known:
        counted += [(SAME_SOURCE, same_source & Q(known=False)), (SAME_NAME_ANYWHERE, same_name & Q(known=False))]
    return wait([(brake, _tally(brake, which)) for brake, which in counted], times.now())


def _tally(brake: Brake, which: Q) -> Tally:
    recent = SignInAttempt.objects.filter(which, at__gt=times.now() - brake.window)
    found = recent.aggregate(failures=Count("id"), last=Max("at"))
    return Tally(found["failures"], found["last"])


def _forgive(marks: _Marks, user: User) -> int:
    """The right password clears what was counted for this name here; gives the failures anywhere since last time."""
    mine = SignInAttempt.objects.filter(name_hash=marks.name)
    since = mine.filter(at__gt=user.last_login) if user.last_login else mine
    failures = since.count() - 1  # this try was written down, too
    mine.filter(source_hash=marks.source).delete()
    return max(failures, 0)


def _remember(user: User, origin: Origin) -> str:
    """Know this browser from now on; people who share it keep its cookie."""
    device = origin.device if 20 <= len(origin.device) <= 100 else secrets.token_urlsafe(32)
    token = keys.ring().fingerprint("device", device)
    KnownDevice.objects.bulk_create(
        [KnownDevice(user=user, token_hash=token)], ignore_conflicts=True
    )
    mine = KnownDevice.objects.filter(user=user)
    mine.filter(token_hash=token).update(seen_at=Now())
    mine.filter(seen_at__lt=times.now() - DEVICE_KEPT).delete()
    kept = mine.order_by("-seen_at").values("pk")[:DEVICES_PER_USER]
    mine.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return device
