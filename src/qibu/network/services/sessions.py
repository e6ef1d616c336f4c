"""Where a person is signed in: written down at sign-in, shown to them, ended by them or with what changes.

A session is ended by taking Django's row away: whoever comes with its key is nobody. A request that runs at that moment
can't write it back (`SessionStore.save` only updates).
"""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from qibu.contracts.network import SessionsEnded
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import KnownDevice, OpenSession, User
from qibu.network.services.brakes import Origin


def opened(*, user: User, key: str, origin: Origin) -> None:
    """A new session; what of older ones is gone for good is forgotten."""
    living = Session.objects.filter(session_key=OuterRef("key"), expire_date__gt=times.now())
    OpenSession.objects.filter(~Exists(living), user=user).delete()
    OpenSession.objects.create(user=user, key=key, address=origin.address[:64], device=origin.browser[:80])


def used(key: str) -> None:
    OpenSession.objects.filter(key=key).update(seen_at=Now())


def renamed(*, before: str, now: str) -> None:
    """The session got another key (at a change of password)."""
    OpenSession.objects.filter(key=before).update(key=now)


def closed(key: str) -> None:
    OpenSession.objects.filter(key=key).delete()


def end(*, actor: Actor, user: User, number: int, keep: str) -> int:
    """One of the person's own sessions; the one they sit in is ended by signing out. Gives how many were ended."""
    return _end_own(actor, OpenSession.objects.filter(user=user, pk=number).exclude(key=keep))


def end_all_others(*, actor: Actor, user: User, keep: str) -> int:
    ended = _end_own(actor, OpenSession.objects.filter(user=user).exclude(key=keep))
    KnownDevice.objects.filter(user=user, trusted_until__isnull=False).update(trusted_until=None)
    return ended


def end_others(*, user: User, keep: str = "") -> int:
    """Because password or second factor changed. No browser is trusted any more either."""
    KnownDevice.objects.filter(user=user, trusted_until__isnull=False).update(trusted_until=None)
    return _end(OpenSession.objects.filter(user=user).exclude(key=keep))


def _end_own(actor: Actor, rows: QuerySet[OpenSession]) -> int:
    with scope(actor):
        ended = _end(rows)
        if ended:
            journal.record(SessionsEnded(sessions=ended), actor=actor)
    return ended


def _end(rows: QuerySet[OpenSession]) -> int:
    keys = list(rows.values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(key__in=keys).delete()
    return len(keys)
