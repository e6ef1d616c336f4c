"""Tokens of other systems: made, shown once, revoked; and who stands behind one that is shown."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.http import Http404

from qibu.contracts.network import ApiTokenMade, ApiTokenRevoked
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import ApiToken
from qibu.network.rules import Brake, Capability
from qibu.network.services import brakes
from qibu.network.services.brakes import Marks, Origin, Refused
from qibu.network.tokens import PREFIX, Scope, capabilities_of, may_give

MOST_LIVING = 50
SEEN_EVERY = timedelta(minutes=1)
# What is guessed has 256 bits: the brake keeps the noise down. Who shows a right token is never kept waiting by it, so
# that nobody can lock another one out.
WRONG = Brake(free=10, first=timedelta(seconds=10), longest=timedelta(minutes=5))


class NotYours(ValueError):
    """Nobody gives away what they may not do themselves."""

    def __init__(self, scopes: Sequence[str]) -> None:
        super().__init__(", ".join(scopes))
        self.scopes = tuple(scopes)


class TooMany(ValueError):
    """More tokens than anybody keeps apart."""


class Unknown(LookupError):
    """No living token is like that."""


@dataclass(frozen=True)
class Made:
    """`secret` is shown now and never again."""

    token: ApiToken
    secret: str


@dataclass(frozen=True)
class Bearer:
    """The token that was shown: `actor` acts with what its scopes give, in its organisation."""

    actor: Actor
    token_id: int
    name: str
    scopes: tuple[str, ...]


def create(*, actor: Actor, name: str, scopes: Sequence[Scope]) -> Made:
    actor.require(Capability.ORGANISATION_MANAGE)
    if foreign := [one for one in scopes if not may_give(one, actor.capabilities)]:
        raise NotYours(foreign)
    if ApiToken.objects.filter(revoked_at__isnull=True).count() >= MOST_LIVING:
        raise TooMany
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organisation_id=actor.organisation_id, name=name, begins=secret[:12], hash=hash_of(secret),
        scopes=[one.value for one in Scope if one in set(scopes)], made_by_id=actor.staff_id,
    )  # fmt: skip
    event = ApiTokenMade(subject_id=token.pk, token_name=name, scopes=tuple(token.scopes))
    journal.record(event, actor=actor)
    return Made(token, secret)


def revoke(*, actor: Actor, token_id: int) -> ApiToken:
    """From the next request on it is good for nothing. Done twice it is done."""
    actor.require(Capability.ORGANISATION_MANAGE)
    token: ApiToken | None = ApiToken.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise Http404
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by_id = times.now(), actor.staff_id
        token.save(update_fields=["revoked_at", "revoked_by"])
        journal.record(ApiTokenRevoked(subject_id=token.pk, token_name=token.name), actor=actor)
    return token


def hash_of(secret: str) -> bytes:
    """A keyed hash: the index is asked for a value nobody outside can steer, so that how long it takes tells nothing
    of how near a guess was."""
    return keys.ring().fingerprint("api-token", secret)


def bearer(*, secret: str, origin: Origin) -> Bearer:
    """Who stands behind a token; asked outside any scope. Raises `Unknown`, or `Refused` after too many wrong ones."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, token_id FROM network_api_token(%s)", [hash_of(secret)])
        row = cursor.fetchone()
    if row is None:
        brakes.claim(_marks(origin))
        raise Unknown
    organisation_id, token_id = row
    with scope(Actor(organisation_id=organisation_id)):
        token = ApiToken.objects.get(pk=token_id)
        _used(token)
    actor = Actor(
        organisation_id=organisation_id, name=token.name, capabilities=capabilities_of(token.scopes)
    )
    return Bearer(actor, token.pk, token.name, tuple(token.scopes))


def _used(token: ApiToken) -> None:
    now = times.now()
    if token.used_at is None or now - token.used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)


def _marks(origin: Origin) -> Marks:
    ring, name = keys.ring(), "api-token"
    source = ring.fingerprint("api-source", brakes.network_of(origin.address))
    return Marks(name=ring.fingerprint("api-brake", name + source.hex()), source=source, known=True, here=WRONG)


__all__ = ["Bearer", "Made", "NotYours", "Refused", "TooMany", "Unknown", "bearer", "create", "hash_of", "revoke"]
