"""Signing in: name and password, then the code where there is a second factor.

Refusals are alike for unknown names, wrong passwords, barred and departed people, in words and in time; whether there
is a second factor is told to those alone who know the password.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db.models.functions import Now

from qibu.contracts.network import CodeRefused, SignedIn, SignedOut
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import security
from qibu.network.codes import TRUSTED
from qibu.network.models import KnownDevice, SignInAttempt, User
from qibu.network.rules import (
    DEVICE_KEPT,
    DEVICES_PER_USER,
    SAME_NAME_AND_SOURCE,
    SAME_NAME_ANYWHERE,
    SAME_SOURCE,
    folded_name,
)
from qibu.network.services import actors, brakes, factors
from qibu.network.services.actors import Membership
from qibu.network.services.brakes import Marks, Origin, Refused

__all__ = ["HalfWay", "Origin", "SignInRefused", "Welcome", "finish", "sign_in", "sign_out"]

SignInRefused = Refused


@dataclass(frozen=True)
class Welcome:
    user: User
    places: list[Membership]
    device: str
    failures: int
    codes_left: int | None = None  # recovery codes, after one was used


@dataclass(frozen=True)
class HalfWay:
    """The password is right; the code is still to come."""

    user: User
    failures: int


def sign_in(*, username: str, password: str, origin: Origin) -> Welcome | HalfWay:
    """Check a name and password; hashes, so it is called outside any scope."""
    user = User.objects.filter(username__iexact=username.strip()).first()
    marks = _marks(username, user, origin)
    brakes.claim(marks)
    right = user.check_password(password) if user else bool(make_password(password)) and False
    places = actors.memberships(user) if user and right and user.is_active else []
    if user is None or not places:
        raise SignInRefused(brakes.pause(marks))
    failures = _forgive(marks, user)
    _wear_out(user, places, password)
    if places[0].factor and not _trusted(user, places, origin):
        return HalfWay(user, failures)
    return _welcome(user, places, origin, failures)


def finish(*, user: User, code: str, origin: Origin, failures: int = 0, trust: bool = False) -> Welcome:
    """The second page. A wrong code is in the trail: whoever typed it knows the password."""
    places = actors.memberships(user) if user.is_active else []
    if not places:
        raise SignInRefused(timedelta(0))
    marks = factors.marks(user, origin)
    brakes.claim(marks)
    used = factors.use(user, code)
    if used is None:
        _tell_refused(places[0], origin)
        raise SignInRefused(brakes.pause(marks))
    brakes.forgive(marks)
    welcome = _welcome(user, places, origin, failures, used)
    if trust and security.browsers_trusted(places):
        token = keys.ring().fingerprint("device", welcome.device)
        KnownDevice.objects.filter(user=user, token_hash=token).update(trusted_until=times.now() + TRUSTED)
    return welcome


def sign_out(*, actor: Actor) -> None:
    with scope(actor):
        journal.record(SignedOut(), actor=actor)


def _welcome(
    user: User, places: list[Membership], origin: Origin, failures: int, used: factors.Used | None = None
) -> Welcome:
    with scope(actors.member(places[0])) as actor:
        device = _remember(user, origin)
        how = used.how if used else ""
        event = SignedIn(address=origin.address, device=origin.browser, failures=failures, factor=how)
        journal.record(event, actor=actor)
    return Welcome(user, places, device, failures, used.codes_left if used else None)


def _tell_refused(place: Membership, origin: Origin) -> None:
    with scope(actors.member(place)) as actor:
        journal.record(CodeRefused(address=origin.address, device=origin.browser), actor=actor)


def _wear_out(user: User, places: list[Membership], password: str) -> None:
    """Only here is the password there to be looked at: what the rules don't allow any more is changed first."""
    if security.password_worn(places, password, user.password_set_at, times.now()):
        User.objects.filter(pk=user.pk).update(must_change_password=True)
        user.must_change_password = True


def _trusted(user: User, places: list[Membership], origin: Origin) -> bool:
    if not origin.device or not security.browsers_trusted(places):
        return False
    token = keys.ring().fingerprint("device", origin.device)
    return KnownDevice.objects.filter(user=user, token_hash=token, trusted_until__gt=times.now()).exists()


def _marks(username: str, user: User | None, origin: Origin) -> Marks:
    name = keys.ring().fingerprint("sign-in name", folded_name(username))
    source, known = brakes.source_of(user, origin)
    return Marks(name, source, known, SAME_NAME_AND_SOURCE, SAME_NAME_ANYWHERE, SAME_SOURCE)


def _forgive(marks: Marks, user: User) -> int:
    """The right password clears what was counted for this name here; gives the failures anywhere since last time."""
    mine = SignInAttempt.objects.filter(name_hash=marks.name)
    since = mine.filter(at__gt=user.last_login) if user.last_login else mine
    failures = since.count() - 1  # this try was written down, too
    brakes.forgive(marks)
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
