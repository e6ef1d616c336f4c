"""How an organisation stands with GB/T 22239-2019 §8.1.4, level 3: each rule, its clause, what is still open and whom
it is about. What the product always does is said as well, since an assessor asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.network import dengbao, security, selectors, words
from qibu.network.models import KnownDevice, Staff
from qibu.network.rules import SEPARATED_DUTIES, Capability, Role


@dataclass(frozen=True)
class Line:
    """A rule: `people` are those whom what is open is about, `text` says how things are."""

    clause: str
    title: str
    met: bool
    text: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What switching on would do to whom."""

    missing: list[str]  # duties that nobody holds yet: first these
    duties: list[tuple[str, str]]
    losing: list[str]  # who manages now and will not
    without_factor: list[str]
    trusted: int
    idle_now: int


def lines(actor: Actor) -> list[Line]:
    actor.require(Capability.SECURITY_MANAGE)
    policy, limits = selectors.security_policy(), _limits()
    return [
        Line("8.1.4.1 a)", _("身份唯一"), True, _("每个登录名全系统只有一个，停用后也不给别人。")),
        _passwords(policy),
        _timeouts(policy, limits),
        _transport(),
        _factors(),
        _unused(),
        _shared(),
        _duties(policy),
        _trail(),
        Line("8.1.4.8", _("数据保密"), True, _("电话、证件号码、二次验证密钥加密保存，平时只显示一部分；查看有记录。")),
    ]


def preview(actor: Actor) -> Preview:
    actor.require(Capability.SECURITY_MANAGE)
    people = list(selectors.able().select_related("user").order_by("sort_key", "pk"))
    duties = [(words.role(duty), _names(p for p in people if duty in p.roles)) for duty in _duty_names()]
    needing = [line.staff.name for line in selectors.without_factor(actor) if _will_need(line.staff)]
    return Preview(
        missing=[words.role(name) for name in dengbao.unfilled(selectors.duty_holders())],
        duties=duties, losing=[one.name for one in people if _loses(one)], without_factor=needing,
        trusted=_trusted_browsers(people), idle_now=int(_limits().idle.total_seconds() // 60),
    )  # fmt: skip


def _duty_names() -> list[str]:
    return [role.value for role in Role if role in SEPARATED_DUTIES]


def _names(people: Any) -> str:
    return _("、").join(one.name for one in people)


def _will_need(staff: Staff) -> bool:
    return bool(dengbao.factor_roles() & set(staff.roles))


def _loses(staff: Staff) -> bool:
    roles = frozenset(staff.roles)
    return security.capabilities(security.Policy(), roles) != dengbao.capabilities_of(roles)


def _trusted_browsers(people: list[Staff]) -> int:
    users = [one.user_id for one in people]
    return KnownDevice.objects.filter(user__in=users, trusted_until__gt=times.now()).count()


def _limits() -> security.Limits:
    """Of this organisation alone."""

    class Here:
        roles, policy = frozenset[str](), selectors.security_policy()

    return selectors.session_limits([Here()])


def _passwords(policy: security.Policy) -> Line:
    old = _able().filter(user__password_set_at__lt=times.now() - dengbao.PASSWORD_AGE)
    if not policy.dengbao:
        return Line("8.1.4.1 a)", _("密码复杂并定期更换"), False, _("不要求：开启等保后才按规定检查。"), _named(old))
    text = _("至少 {n} 位、三种字符，每 {days} 天换一次，登录时检查。")
    said = text.format(n=dengbao.PASSWORD_LENGTH, days=dengbao.PASSWORD_AGE.days)
    return Line("8.1.4.1 a)", _("密码复杂并定期更换"), not old.exists(), said, _named(old))


def _timeouts(policy: security.Policy, limits: security.Limits) -> Line:
    minutes = int(limits.idle.total_seconds() // 60)
    text = _("猜错几次就要等，越等越久，别人锁不了本人；{n} 分钟没操作自动退出。").format(n=minutes)
    return Line("8.1.4.1 b)", _("登录失败处理和超时退出"), minutes <= dengbao.IDLE_MINUTES, text)


def _transport() -> Line:
    on = bool(settings.SESSION_COOKIE_SECURE)
    text = _("只经 HTTPS 访问。") if on else _("还没有设为只经 HTTPS 访问（QIBU_HTTPS），请装机的同事来设。")
    return Line("8.1.4.1 c)", _("传输防窃听"), on, text)


def _factors() -> Line:
    rows = _able().filter(user__second_factor__secret__isnull=True, roles__overlap=sorted(dengbao.factor_roles()))
    text = _("管理人员和看得到客户的人，登录要密码加手机验证码。")
    return Line("8.1.4.1 d)", _("双因素登录"), not rows.exists(), text, _named(rows))


def _unused() -> Line:
    """Whoever has not signed in for long, or never since the account was opened long ago."""
    long_ago = times.now() - dengbao.UNUSED
    rows = _able().filter(
        Q(user__last_login__lt=long_ago) | Q(user__last_login=None, user__created_at__lt=long_ago)
    )
    text = _("没有默认账号；{n} 天没登录过的账号请停用。").format(n=dengbao.UNUSED.days)
    return Line("8.1.4.2 b) c)", _("没有多余的账号"), not rows.exists(), text, _named(rows))


def _shared() -> Line:
    """Devices that were used within the last hours; the number is a sign, not a proof."""
    recent = Q(user__open_sessions__seen_at__gt=times.now() - _limits().idle)
    rows = _able().annotate(n=Count("user__open_sessions", filter=recent)).filter(n__gte=dengbao.DEVICES)
    text = _("每人一个账号；同时在 {n} 台以上设备登录着的，请问一下本人。").format(n=dengbao.DEVICES)
    return Line("8.1.4.2 c)", _("不共用账号"), not rows.exists(), text, _named(rows))


def _duties(policy: security.Policy) -> Line:
    missing = dengbao.unfilled(selectors.duty_holders())
    if missing:
        text = _("还没有人担任{roles}。").format(roles=words.roles(missing))
        return Line("8.1.4.2 d)", _("三员分立"), False, text)
    text = _("系统、安全、审计由不同的人管，都看不到客户；没有人能改自己的角色。")
    still = [] if policy.dengbao else [one.name for one in _able() if _loses(one)]
    return Line("8.1.4.2 d)", _("三员分立"), policy.dengbao, text, tuple(still))


def _trail() -> Line:
    oldest = Entry.objects.order_by("pk").values_list("recorded_at", flat=True).first()  # not when it happened
    days = (times.now() - oldest).days if oldest else 0
    last = selectors.verifications().first()
    if last and last.data["broken"]:
        text = _("校验链对不上：请审计员马上看「操作记录 › 校验链」。")
        return Line("8.1.4.3", _("操作审计"), False, text)
    text = _(
        "覆盖每个人，谁、何时、做了什么、成没成都有；只增不改不删，逐条进校验链，已存 {n} 天（要求不少于六个月）。"
    )
    return Line("8.1.4.3", _("操作审计"), True, text.format(n=days))


def _able() -> QuerySet[Staff]:
    return selectors.able().filter(user__is_active=True).order_by("sort_key", "pk")


def _named(rows: QuerySet[Staff]) -> tuple[str, ...]:
    return tuple(rows.values_list(F("name"), flat=True))
