"""People at work: who they are, what they may do, whether they may sign in, when they leave (A5, A6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from qibu.contracts.network import (
    PasswordReset,
    SignInBarred,
    SignInGranted,
    SignInRestored,
    StaffChanged,
    StaffJoined,
    StaffLeft,
    StaffReturned,
)
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.kernel.meanwhile import merged
from qibu.network import dengbao, handover, selectors, words
from qibu.network.models import Staff, User
from qibu.network.rules import (
    SEPARATED_DUTIES,
    Capability,
    Role,
    capabilities_of,
    conflicting_duties,
    in_a_ring,
)
from qibu.network.services import accounts, actors, sessions
from qibu.network.services.accounts import Credentials
from qibu.network.services.factors import has_factor
from qibu.network.services.sounds import sort_key


@dataclass(frozen=True)
class Details:
    name: str
    number: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    superior_id: int | None = None


class StillHolds(Exception):
    """The person can't leave before their portfolio is handed over."""

    def __init__(self, holdings: list[handover.Holding]) -> None:
        super().__init__(", ".join(f"{each.key}={each.number}" for each in holdings))
        self.holdings = holdings


def join(*, actor: Actor, details: Details, credentials: Credentials | None = None, source: str = "") -> Staff:
    """A new person. Without credentials they can't sign in, but customers and tasks can be theirs."""
    actor.require(Capability.STAFF_MANAGE)
    _check_roles(details.roles)
    _appoint_nobody(set(details.roles))
    _check_superior(None, details.superior_id)
    user = accounts.create(credentials) if credentials else None
    staff = Staff.objects.create(
        organisation_id=actor.organisation_id, user=user, sort_key=sort_key(details.name),
        joined_on=times.today(), **_columns(details),
    )
    joined = StaffJoined(subject_id=staff.pk, staff_name=staff.name, roles=details.roles, source=source)
    journal.record(joined, actor=actor)
    return staff


def change(*, actor: Actor, staff_id: int, details: Details, seen: Mapping[str, Any] | None = None) -> None:
    """`seen` is what stood there when the form was opened; raises `Disputed`."""
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    now = {field.name: getattr(staff, field.name) for field in fields(Details)}
    details = Details(**merged(seen=seen, mine=asdict(details), now={**now, "roles": tuple(now["roles"])}))
    _check_roles(details.roles)
    if staff.pk == actor.staff_id and set(details.roles) != set(staff.roles):
        raise ValidationError({"roles": _("自己的角色请另一位管理员工的同事来改。")})
    _appoint_nobody(set(details.roles) - set(staff.roles))
    changes = _changes(staff, details)
    if not changes:
        return
    if "superior_id" in changes:
        _check_superior(staff.pk, details.superior_id)
    for name, value in _columns(details).items():
        setattr(staff, name, value)
    staff.sort_key = sort_key(staff.name)
    staff.save()
    _keep_a_manager()
    event = StaffChanged(subject_id=staff.pk, staff_name=staff.name, changes=changes)
    journal.record(event, actor=actor)


def grant_sign_in(*, actor: Actor, staff_id: int, credentials: Credentials) -> None:
    """Lets a person sign in who couldn't; for instance one that an import brought."""
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    if staff.user_id is not None or not staff.active:
        raise ValidationError(_("{name} 已经有登录，或已离职。").format(name=staff.name))
    _appoint_nobody(set(staff.roles))
    staff.user = accounts.create(credentials)
    staff.save(update_fields=["user"])
    journal.record(SignInGranted(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def bar(*, actor: Actor, staff_id: int) -> None:
    """No sign-in here for now; what runs ends with the next page."""
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    _not_oneself(actor, staff)
    if staff.barred:
        return
    staff.barred = True
    staff.save(update_fields=["barred"])
    _keep_a_manager()
    journal.record(SignInBarred(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def restore(*, actor: Actor, staff_id: int) -> None:
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    if not staff.barred:
        return
    staff.barred = False
    staff.save(update_fields=["barred"])
    journal.record(SignInRestored(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def reset_password(*, actor: Actor, staff_id: int, credentials: Credentials) -> None:
    """A temporary password for who forgot theirs; all their sessions end.

    Who works in further stores keeps theirs unless they all are this one: else one store could take over
    what a person may do in another.
    """
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    if staff.user is None:
        raise ValidationError(_("{name} 还没有登录。").format(name=staff.name))
    if any(place.organisation_id != actor.organisation_id for place in actors.memberships(staff.user)):
        text = _("{name} 也在别的门店任职，密码只能由本人在「我的账号」里改。").format(name=staff.name)
        raise ValidationError(text)
    if selectors.security_policy().dengbao and _duties(staff.roles) and not has_factor(staff.user):
        text = _("{name} 还没有二次验证，重设密码等于能替他登录。请安全管理员先关闭等保，重设后再开启。")
        raise ValidationError(text.format(name=staff.name))
    User.objects.filter(pk=staff.user.pk).update(
        password=credentials.password, must_change_password=True, password_set_at=Now()
    )
    sessions.end_others(user=staff.user)
    journal.record(PasswordReset(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def depart(*, actor: Actor, staff_id: int) -> None:
    """Marks a person as left. Customers never leave with them: the portfolio goes first."""
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    _not_oneself(actor, staff)
    if not staff.active:
        return
    held = [each for each in handover.holdings(actor, staff.pk) if each.number]
    if held:
        raise StillHolds(held)
    staff.left_on = times.today()
    staff.save(update_fields=["left_on"])
    _keep_a_manager()
    journal.record(StaffLeft(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def come_back(*, actor: Actor, staff_id: int) -> None:
    """The person works here again, barred until the manager lets them sign in."""
    actor.require(Capability.STAFF_MANAGE)
    staff = _locked(staff_id)
    if staff.active:
        return
    staff.left_on, staff.joined_on, staff.barred = None, times.today(), staff.user_id is not None
    staff.save(update_fields=["left_on", "joined_on", "barred"])
    journal.record(StaffReturned(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def _locked(staff_id: int) -> Staff:
    """All who sign in are locked in one order, so that two managers can't remove each other at once."""
    for _staff in Staff.objects.select_for_update().filter(user__isnull=False).order_by("pk"):
        pass
    return Staff.objects.select_for_update().get(pk=staff_id)


def _columns(details: Details) -> dict[str, object]:
    columns: dict[str, object] = {f.name: getattr(details, f.name) for f in fields(details)}
    return {**columns, "roles": [role.value for role in Role if role in details.roles]}


def _changes(staff: Staff, details: Details) -> tuple[str, ...]:
    """Names of changed columns; roles one by one, since they are rights: "+auditor", "-trainer"."""
    names = [f.name for f in fields(details) if f.name != "roles"]
    plain = [name for name in names if getattr(staff, name) != getattr(details, name)]
    before, after = set(staff.roles), set(details.roles)
    return (*plain, *(f"+{role}" for role in sorted(after - before)), *(f"-{role}" for role in sorted(before - after)))


def _check_roles(roles: tuple[str, ...]) -> None:
    if unknown := set(roles) - {role.value for role in Role}:
        raise ValidationError({"roles": _("没有这样的角色：{names}。").format(names=_("、").join(unknown))})
    if conflicting_duties(frozenset(roles)):
        text = _("系统管理员、安全管理员、审计员要分开：担任其中一个的人不能再有别的角色。")
        raise ValidationError({"roles": text})


def _duties(roles: Iterable[str]) -> set[str]:
    return {*roles} & {duty.value for duty in SEPARATED_DUTIES}


def _appoint_nobody(roles: Iterable[str]) -> None:
    """Who makes accounts knows their first passwords: by appointing the other duties, too, one person would hold all
    three (GB/T 22239-2019 §8.1.4.2 d; §8.1.5.3: who secures authorises). So it takes the security administrator, who
    switches the profile off for it."""
    if selectors.security_policy().dengbao and _duties(roles):
        text = _("执行等保时不能一个人任命三员。请安全管理员先在「设置 › 安全」关闭等保，安排好人再开启。")
        raise ValidationError({"roles": text})


def _check_superior(staff_id: int | None, superior_id: int | None) -> None:
    """Somebody at work here, and nobody who stands below the person themselves."""
    if superior_id is None:
        return
    people = dict(Staff.objects.values_list("pk", "superior_id"))
    if not Staff.objects.filter(pk=superior_id, left_on=None).exists():
        raise ValidationError({"superior_id": _("请选一位在职的同事做上级。")})
    if staff_id is not None and in_a_ring(staff_id, superior_id, people):
        raise ValidationError({"superior_id": _("这样会绕成一圈：选的人自己就在他下面。")})


def _not_oneself(actor: Actor, staff: Staff) -> None:
    if staff.pk == actor.staff_id:
        raise ValidationError(_("这件事不能对自己做，请另一位管理员工的同事来办。"))


def _keep_a_manager() -> None:
    """Somebody must be left who can sign in and manage staff; raising takes the change back."""
    left, policy = selectors.able().filter(user__is_active=True), selectors.security_policy()
    if policy.dengbao and (missing := dengbao.unfilled(selectors.duty_holders())):
        text = _("门店执行等保，{roles}不能没有人。请先让另一位同事担任，再来改。")
        raise ValidationError(text.format(roles=words.roles(missing)))
    if not any(Capability.STAFF_MANAGE in capabilities_of(frozenset(one.roles)) for one in left):
        text = _("这是最后一位能管理员工的人。请先让另一位同事担任店长或系统管理员，再来改。")
        raise ValidationError(text)
