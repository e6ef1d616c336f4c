"""Sign-ins and their passwords. Hashing takes a tenth of a second on purpose: it stays outside every transaction."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from qibu.contracts.network import PasswordChanged
from qibu.kernel import journal, keys
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import dengbao
from qibu.network.codes import PASSWORD_ONCE_MORE
from qibu.network.codes import SIGNS as TEMPORARY_SIGNS
from qibu.network.models import User
from qibu.network.rules import username_allowed
from qibu.network.services import brakes, sessions
from qibu.network.services.brakes import Marks, Refused


@dataclass(frozen=True)
class Credentials:
    """A sign-in that is checked and hashed, ready to be stored inside a transaction."""

    username: str
    password: str
    must_change: bool = False


def prepare(*, username: str, password: str, must_change: bool = False) -> Credentials:
    """Check name and password and hash the password; call it before any scope is open."""
    name = checked_name(username)
    return Credentials(name, hashed(password, User(username=name)), must_change)


def checked_name(username: str) -> str:
    name = unicodedata.normalize("NFKC", username).strip()
    if not username_allowed(name):
        text = _("登录名用 2 到 64 个文字、字母或数字，中间可以有 . _ - @ +，不能有空格。")
        raise ValidationError({"username": text})
    return name


def hashed(password: str, user: User, *, ruled: bool = False) -> str:
    """`ruled`: held to the rules of 等保, too."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    if ruled and not dengbao.strong(password):
        text = _("门店执行等保：密码至少 {n} 位，大写字母、小写字母、数字、符号、汉字里至少有三种。")
        raise ValidationError({"password": text.format(n=dengbao.PASSWORD_LENGTH)})
    return make_password(password)


def temporary_password() -> str:
    """Sixty bits in three groups, to be read out once."""
    return "-".join("".join(secrets.choice(TEMPORARY_SIGNS) for _n in range(4)) for _group in range(3))


def create(credentials: Credentials) -> User:
    """Store a new sign-in in the running transaction."""
    try:
        with transaction.atomic():
            return User.objects.create(
                username=credentials.username,
                password=credentials.password,
                must_change_password=credentials.must_change,
            )
    except IntegrityError as error:
        text = _("登录名「{name}」已经有人用了，请换一个。").format(name=credentials.username)
        raise ValidationError({"username": text}) from error


def once_more(*, user: User, password: str, session: str) -> None:
    """The password again before something that matters. Who sits at another's open screen can't try for long, and
    keeps nobody else from it: tries are counted for the session."""
    ring = keys.ring()
    name, source = ring.fingerprint("password once more", str(user.pk)), ring.fingerprint("session", session)
    marks = Marks(name, source, True, PASSWORD_ONCE_MORE)
    brakes.claim(marks)
    if not user.check_password(password):
        raise Refused(brakes.pause(marks))
    brakes.forgive(marks)


def change_password(
    *, actor: Actor, user: User, old: str, new: str, session: str, ruled: bool = False
) -> None:
    """The person's own act. Every other session of theirs ends with it, and no browser is trusted any more."""
    once_more(user=user, password=old, session=session)
    if old == new:
        raise ValidationError({"password": _("新密码和现在的一样，请换一个。")})
    password = hashed(new, user, ruled=ruled)
    with scope(actor):
        User.objects.filter(pk=user.pk).update(
            password=password, must_change_password=False, password_set_at=Now()
        )
        sessions.end_others(user=user, keep=session)
        journal.record(PasswordChanged(), actor=actor)
    user.password, user.must_change_password = password, False


def choose_language(*, user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
