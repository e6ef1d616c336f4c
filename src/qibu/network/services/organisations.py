"""Founding stores and the network above them (A1), and what an organisation says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from qibu.contracts.network import OrganisationChanged, OrganisationCreated, StaffJoined
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.kernel.scoping import scope
from qibu.network.inheritance import lineage
from qibu.network.models import Organisation, Staff, User
from qibu.network.rules import Capability, Role, children_of, organisation_code_allowed
from qibu.network.services import accounts, actors
from qibu.network.services.accounts import Credentials
from qibu.network.services.sounds import sort_key

FOUNDING = 7_05_2026  # one founding at a time


class AlreadyFounded(Exception):
    """The first organisation exists: the set-up page has had its winner."""


@dataclass(frozen=True)
class Profile:
    """What an organisation says about itself."""

    name: str
    short_name: str = ""
    city: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Founder:
    """The first member of staff: with a new sign-in, or one that works elsewhere in the network already."""

    name: str
    sign_in: Credentials | User


def found(
    *, code: str, profile: Profile, founder: Founder, kind: str = Organisation.Kind.DEALER,
    parent: Organisation | None = None, first: bool = False,
) -> Actor:
    """Create an organisation and its manager in one transaction; the actor is the manager.

    `first`: only when there is no organisation yet. Not inside a scope; hash passwords before.
    """
    with transaction.atomic():
        _one_at_a_time()
        if first and Organisation.objects.exists():
            raise AlreadyFounded
        organisation = _create(code, profile, kind, parent)
        user = founder.sign_in
        account = user if isinstance(user, User) else accounts.create(user)
        return _first_member(organisation, founder.name, account)


def found_below(
    *, actor: Actor, parent_id: int, code: str, profile: Profile, founder: Founder, kind: str
) -> Actor:
    """Create an organisation under one's own or one below it. The journals of both say so."""
    actor.require(Capability.ORGANISATION_MANAGE)
    parent = Organisation.objects.get(pk=parent_id)
    if actor.organisation_id not in lineage(parent_id):
        raise Organisation.DoesNotExist
    if kind not in children_of(parent.kind):
        raise ValidationError({"kind": _("{parent}下面不能建立这一类机构。").format(parent=parent)})
    with transaction.atomic():
        manager = found(code=code, profile=profile, founder=founder, kind=kind, parent=parent)
        with scope(actor):
            _tell_created(manager.organisation_id, code, profile.name, actor)
    return manager


def change(*, actor: Actor, profile: Profile, seen: Mapping[str, Any] | None = None) -> None:
    """`seen` is what stood there when the form was opened; raises `Disputed`."""
    actor.require(Capability.ORGANISATION_MANAGE)
    organisation = Organisation.objects.select_for_update().get(pk=actor.organisation_id)
    now = {f.name: getattr(organisation, f.name) for f in fields(profile)}
    wanted = merged(seen=seen, mine=asdict(profile), now=now)
    changed = [name for name in wanted if now[name] != wanted[name]]
    if not changed:
        return
    for name in changed:
        setattr(organisation, name, wanted[name])
    organisation.save(update_fields=changed)
    journal.record(OrganisationChanged(subject_id=organisation.pk, changes=tuple(changed)), actor=actor)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOUNDING])


def _create(code: str, profile: Profile, kind: str, parent: Organisation | None) -> Organisation:
    if not organisation_code_allowed(code):
        raise ValidationError({"code": _("代码用字母、数字和连字符，最多 32 位，例如 TL01。")})
    if Organisation.objects.filter(code__iexact=code).exists():
        raise ValidationError({"code": _("代码 {code} 已经有门店在用，请换一个。").format(code=code)})
    if not profile.name.strip():
        raise ValidationError({"name": _("请填写门店名称。")})
    shown = {f.name: getattr(profile, f.name) for f in fields(profile)}
    return Organisation.objects.create(code=code, kind=kind, parent=parent, **shown)


def _first_member(organisation: Organisation, name: str, user: User) -> Actor:
    with scope(actors.system(organisation)):
        staff = Staff.objects.create(
            organisation=organisation, user=user, name=name, sort_key=sort_key(name),
            roles=[Role.STORE_MANAGER.value], joined_on=times.today(),
        )
        actor = actors.of_staff(staff)
        _tell_created(organisation.pk, organisation.code, organisation.name, actor)
        joined = StaffJoined(subject_id=staff.pk, staff_name=name, roles=tuple(staff.roles), source="founding")
        journal.record(joined, actor=actor)
    return actor


def _tell_created(organisation_id: int, code: str, name: str, actor: Actor) -> None:
    event = OrganisationCreated(subject_id=organisation_id, code=code, organisation_name=name)
    journal.record(event, actor=actor)


@lru_cache(maxsize=1)
def _founded_once() -> bool:
    if not Organisation.objects.exists():
        raise LookupError  # not kept: it may be founded any moment
    return True


def any_founded() -> bool:
    """Whether there is an organisation at all; once there is, it is not asked again."""
    try:
        return _founded_once()
    except LookupError:
        return False
