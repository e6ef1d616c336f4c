"""The two fences of tenancy: the scoped manager (early warning) and the settings that row-level security reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import connection, models, transaction

from qibu.kernel.actors import Actor

_actor: ContextVar[Actor | None] = ContextVar("qibu_actor", default=None)


class ScopeError(RuntimeError):
    """Business data was touched outside a scope, or a scope was opened inside another organisation's."""


def current_actor() -> Actor:
    actor = _actor.get()
    if actor is None:
        raise ScopeError("No organisation in scope: open kernel.scoping.scope(actor) first.")
    return actor


@contextmanager
def scope(actor: Actor) -> Iterator[Actor]:
    """One transaction in which the actor's organisations can be read and the own one written.

    Scopes of the same organisation nest; one of another organisation inside it is a programming error.
    """
    outer = _actor.get()
    if outer is not None and outer.organisation_id != actor.organisation_id:
        raise ScopeError(f"Organisation {outer.organisation_id} is in scope, not {actor.organisation_id}.")
    inside_transaction = connection.in_atomic_block
    with transaction.atomic():
        _set(actor.read_orgs, actor.organisation_id)
        token = _actor.set(actor)
        try:
            yield actor
        finally:
            _actor.reset(token)
        if inside_transaction:  # the settings live as long as the outer transaction: put them back
            _set(outer.read_orgs, outer.organisation_id) if outer else _set((), None)


@contextmanager
def tried_in(actor: Actor) -> Iterator[Actor]:
    """Another organisation's scope within one's own, for a trial: whatever is done in it is undone when it ends, so
    that nothing can be written there and only what the caller keeps (figures) comes out."""
    outer = current_actor()
    token = _actor.set(None)
    try:
        with transaction.atomic():
            with scope(actor):
                yield actor
            transaction.set_rollback(True)
    finally:
        _actor.reset(token)
    _set(outer.read_orgs, outer.organisation_id)


def _set(read_orgs: tuple[int, ...], write_org: int | None) -> None:
    listed = "{" + ",".join(map(str, read_orgs)) + "}" if read_orgs else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('qibu.read_orgs', %s, true), set_config('qibu.write_org', %s, true)",
            [listed, "" if write_org is None else str(write_org)],
        )


M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """Rows of the organisations in scope; raises `ScopeError` outside a scope."""

    def get_queryset(self) -> models.QuerySet[M]:
        orgs = current_actor().read_orgs
        rows = super().get_queryset()
        # A single organisation as an equality lets (organisation_id, …) indexes give the order, too.
        return rows.filter(organisation_id=orgs[0]) if len(orgs) == 1 else rows.filter(organisation_id__in=orgs)
