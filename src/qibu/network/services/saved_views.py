"""Views that people keep of a list: saved, changed, shared with everyone, removed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import Http404

from qibu.contracts.network import SavedViewChanged
from qibu.kernel import journal
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.network.models import SavedView, Staff
from qibu.network.rules import Capability

MOST_VIEWS = 20  # of one list and person: more is a menu nobody reads


class NameTaken(ValueError):
    """The person has another view of this list under that name."""


class TooMany(ValueError):
    """There are as many views of this list as a person can tell apart."""


@dataclass(frozen=True)
class Look:
    """What a list shows: the page's own view below, values of filters and order, columns."""

    base: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)


def save(*, actor: Actor, page: str, name: str, look: Look, shared: bool = False, opens: bool = False) -> SavedView:
    """Keep what the list shows. Sharing is for those who share out work."""
    _gate_sharing(actor, shared)
    # Of two windows that save at once, the second one waits and meets the name or the limit.
    owner = Staff.objects.select_for_update().get(pk=actor.staff_id or 0)
    mine = SavedView.objects.filter(page=page, owner=owner)
    if mine.count() >= MOST_VIEWS:
        raise TooMany
    _check_name(mine, name)
    _make_room(actor, page, opens)
    view: SavedView = SavedView.objects.create(
        organisation_id=actor.organisation_id, page=page, name=name, base=look.base, values=look.values,
        columns=look.columns, owner=owner, shared=shared, opens=opens,
    )  # fmt: skip
    _tell(actor, view, "created")
    return view


def change(
    *, actor: Actor, view_id: int, name: str, look: Look | None = None, shared: bool = False, opens: bool = False
) -> SavedView:
    """Another name, and with `look` what the list shows now. Only its owner begins the list with it."""
    view = _locked(actor, view_id)
    if shared != view.shared:
        _gate_sharing(actor, True)
    mine = SavedView.objects.filter(page=view.page, owner_id=view.owner_id).exclude(pk=view.pk)
    _check_name(mine, name)
    if view.owner_id == actor.staff_id:
        _make_room(actor, view.page, opens)
        view.opens = opens
    view.name, view.shared = name, shared
    if look:
        view.base, view.values, view.columns = look.base, look.values, look.columns
    view.save()
    _tell(actor, view, "changed")
    return view


def remove(*, actor: Actor, view_id: int) -> None:
    view = _locked(actor, view_id)
    _tell(actor, view, "removed")
    view.delete()


def may_change(actor: Actor, view: SavedView) -> bool:
    return view.owner_id == actor.staff_id or (view.shared and actor.may(Capability.TASKS_ASSIGN))


def _locked(actor: Actor, view_id: int) -> SavedView:
    """A private view of another person is not there."""
    view = SavedView.objects.select_for_update().filter(pk=view_id).first()
    if view is None or not (view.shared or view.owner_id == actor.staff_id):
        raise Http404
    if not may_change(actor, view):
        raise PermissionRefused(Capability.TASKS_ASSIGN)
    return view


def _gate_sharing(actor: Actor, shared: bool) -> None:
    if shared:
        actor.require(Capability.TASKS_ASSIGN)


def _check_name(others: QuerySet[SavedView], name: str) -> None:
    if others.filter(name=name).exists():
        raise NameTaken(name)


def _make_room(actor: Actor, page: str, opens: bool) -> None:
    """A list begins with one view."""
    if opens:
        SavedView.objects.filter(page=page, owner_id=actor.staff_id, opens=True).update(opens=False)


def _tell(actor: Actor, view: SavedView, change: str) -> None:
    event = SavedViewChanged(subject_id=view.pk, what=view.page, view_name=view.name, changes=(change,))
    journal.record(event, actor=actor)
