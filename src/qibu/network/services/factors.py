"""The second factor of a person: set up, used, renewed, taken away. Whoever calls has asked for the password."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from qibu.contracts.network import FactorEnrolled, FactorRemoved, FactorReset, RecoveryCodesMade
from qibu.kernel import journal, keys, times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.scoping import scope
from qibu.network import codes, security, selectors
from qibu.network.models import RecoveryCode, SecondFactor, Staff, User
from qibu.network.rules import Capability
from qibu.network.services import actors, brakes, sessions
from qibu.network.services.actors import Membership
from qibu.network.services.brakes import Marks, Origin


@dataclass(frozen=True)
class Used:
    """How the code was right: "app", or "recovery" with how many such codes are left."""

    how: str
    codes_left: int | None = None


def marks(user: User, origin: Origin) -> Marks:
    """What a code is counted under. Only who knows the password gets here, so the network alone is not counted."""
    name = keys.ring().fingerprint("second factor", str(user.pk))
    source, known = brakes.source_of(user, origin)
    return Marks(name, source, known, codes.CODE_HERE, codes.CODE_ANYWHERE)


def use(user: User, text: str) -> Used | None:
    """Take a code, of the app or from paper. Each is taken once, also of two that are sent at the same moment."""
    code = codes.typed(text)
    if codes.by_time(code):
        return Used("app") if _use_step(user, code) else None
    taken = RecoveryCode.objects.filter(user=user, used_at=None, code_hash=_hash(user, code))
    if not taken.update(used_at=times.now()):
        return None
    return Used("recovery", RecoveryCode.objects.filter(user=user, used_at=None).count())


def _use_step(user: User, code: str) -> bool:
    factor = SecondFactor.objects.filter(user=user, secret__isnull=False).first()
    step = codes.matching_step(factor.secret, code, times.now(), factor.last_step) if factor else None
    if step is None:
        return False
    return bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def begin(*, user: User) -> str:
    """The secret that is being set up; asked again it is the same, so that a page may be opened twice."""
    with transaction.atomic():
        SecondFactor.objects.bulk_create([SecondFactor(user=user)], ignore_conflicts=True)
        factor = SecondFactor.objects.select_for_update().get(user=user)
        if factor.pending is None:
            factor.pending = codes.new_secret()
            factor.save(update_fields=["pending"])
    return str(factor.pending)


def confirm(*, actor: Actor, user: User, code: str, session: str) -> list[str]:
    """A code of the new secret was typed: from now on it counts, and other sessions of the person end. Gives the
    recovery codes, which are shown once."""
    with scope(actor):
        factor = SecondFactor.objects.select_for_update().filter(user=user, pending__isnull=False).first()
        if factor is None:
            raise ValidationError({"code": _("这一步已经过期，请重新扫码。")})
        step = codes.matching_step(factor.pending, codes.typed(code), times.now(), 0)
        if step is None:
            raise ValidationError({"code": _("验证码不对。请看手机上最新的 6 位数字；一直不对，请核对手机时间。")})
        again = factor.secret is not None
        factor.secret, factor.pending, factor.last_step, factor.since = factor.pending, None, step, times.now()
        factor.save()
        sessions.end_others(user=user, keep=session)
        journal.record(FactorEnrolled(again=again), actor=actor)
        return _make_codes(user)


def renew_codes(*, actor: Actor, user: User) -> list[str]:
    """New recovery codes; those before are good for nothing."""
    with scope(actor):
        if not has_factor(user):
            raise ValidationError(_("还没有开启二次验证。"))
        journal.record(RecoveryCodesMade(), actor=actor)
        return _make_codes(user)


def remove(*, actor: Actor, user: User, places: list[Membership], session: str) -> None:
    """The person's own act; refused while a place of theirs demands a second factor."""
    if security.factor_demanded(places, times.now()):
        raise ValidationError(_("门店要求您用二次验证，不能关闭。换手机请用「换一台手机」。"))
    with scope(actor):
        if _take_away(user, keep=session):
            journal.record(FactorRemoved(), actor=actor)


def reset(*, actor: Actor, staff_id: int) -> None:
    """For who lost telephone and codes; their sessions end. Who works in further stores comes with a recovery code:
    else one store could take a lock off another's door."""
    if not may_reset(actor, selectors.security_policy()):
        raise PermissionRefused(Capability.SECURITY_MANAGE)
    staff = Staff.objects.select_for_update(of=("self",)).select_related("user").get(pk=staff_id)
    if staff.pk == actor.staff_id:
        raise ValidationError(_("自己的二次验证请在「我的账号」里改。"))
    if staff.user is None or not has_factor(staff.user):
        raise ValidationError(_("{name} 没有开启二次验证。").format(name=staff.name))
    if any(place.organisation_id != actor.organisation_id for place in actors.memberships(staff.user)):
        text = _("{name} 也在别的门店任职，只能由本人用恢复码登录后再改。").format(name=staff.name)
        raise ValidationError(text)
    _take_away(staff.user)
    journal.record(FactorReset(subject_id=staff.pk, staff_name=staff.name), actor=actor)


def may_reset(actor: Actor, policy: security.Policy) -> bool:
    """Who resets passwords could take over anybody, if they reset second factors, too: under 等保 it is another."""
    managing = actor.may(Capability.STAFF_MANAGE) and not policy.dengbao
    return managing or actor.may(Capability.SECURITY_MANAGE)


def has_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, secret__isnull=False).exists()


def _take_away(user: User, keep: str = "") -> bool:
    """Factor, codes, other sessions; whether there was a factor."""
    there = has_factor(user)
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    sessions.end_others(user=user, keep=keep)
    return there


def _make_codes(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(user, each)) for each in made])
    return made


def _hash(user: User, code: str) -> bytes:
    """Sixty random bits need no slow hash; the key keeps a stolen table from telling anything."""
    return keys.ring().fingerprint("recovery code", f"{user.pk}:{codes.typed(code)}")
