"""Forms of signing in with a code, of the rules of signing in, and of the audit trail's chain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.sealing import Anchor
from qibu.network import words
from qibu.network.dengbao import LONGEST_GRACE
from qibu.network.forms import Form, PasswordField
from qibu.network.security import ABSOLUTE_HOURS, IDLE_MINUTES, Factor, Policy
from qibu.network.services import chains
from qibu.ui.meanwhile import Remembering


class CodeInput(forms.TextInput):
    """For the six digits of the app, which telephones fill in by themselves, or for a recovery code."""

    def __init__(self, *, recovery: bool = False) -> None:
        way = {"autocomplete": "off"} if recovery else {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(attrs={**way, "autofocus": True, "autocapitalize": "none", "spellcheck": "false"})
        self.recovery = recovery

    def format_value(self, value: Any) -> str | None:
        """A wrong code of the app is over in half a minute: the next one is typed into an empty field."""
        shown: str | None = super().format_value(value) if self.recovery else None
        return shown


class CodeForm(Form):
    code = forms.CharField(label=gettext_lazy("验证码"), max_length=40, widget=CodeInput())
    trust = forms.BooleanField(label=gettext_lazy("30 天内在这个浏览器不再问"), required=False)


class PasswordOnceMoreForm(Form):
    password = PasswordField(label=gettext_lazy("密码"))


FACTOR_WORDS = (
    (Factor.NOBODY.value, gettext_lazy("各人自己决定")), (Factor.ROLES.value, gettext_lazy("这些角色必须用")),
    (Factor.EVERYONE.value, gettext_lazy("所有人必须用")),
)  # fmt: skip


class SecurityForm(Form, Remembering):
    """What the organisation demands of those who sign in."""

    factor = forms.ChoiceField(
        label=gettext_lazy("二次验证"), choices=FACTOR_WORDS, widget=forms.RadioSelect,
        help_text=gettext_lazy("登录时除了密码，再输一个手机上的验证码。还没开的人，下次登录时带着设好。"),
    )
    factor_roles = forms.MultipleChoiceField(
        label=gettext_lazy("哪些角色"), choices=[], required=False, widget=forms.CheckboxSelectMultiple,
    )
    trust_browsers = forms.BooleanField(
        label=gettext_lazy("本人可以让常用的浏览器 30 天内不再问"), required=False
    )
    idle_minutes = forms.IntegerField(
        label=gettext_lazy("多久没操作自动退出"), min_value=IDLE_MINUTES[0], max_value=IDLE_MINUTES[1], required=False,
    )
    absolute_hours = forms.IntegerField(
        label=gettext_lazy("一次登录最长"), min_value=ABSOLUTE_HOURS[0], max_value=ABSOLUTE_HOURS[1], required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor_roles"].choices = words.ROLES.items()  # type: ignore[attr-defined]  # a choice field
        idle, hours = settings.SESSION_IDLE_MINUTES, settings.SESSION_ABSOLUTE_HOURS
        self.fields["idle_minutes"].help_text = _("不填就是 {n} 分钟。在几家店任职的人，按最严的一家。").format(n=idle)
        self.fields["absolute_hours"].help_text = _("不填就是 {n} 小时，到时要重新登录。").format(n=hours)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("factor") == Factor.ROLES and not cleaned.get("factor_roles"):
            self.add_error("factor_roles", _("请至少选一个角色。"))
        return cleaned

    def policy(self, before: Policy) -> Policy:
        given = {name: self.cleaned_data[name] for name in self.base_fields if name != "seen"}
        return replace(before, **{**given, "factor_roles": frozenset(given["factor_roles"])})


class AnchorForm(Form):
    """A digest of the audit trail that was noted earlier; empty: none is asked about."""

    anchor = forms.CharField(
        label=gettext_lazy("校验码"), max_length=120, required=False,
        help_text=gettext_lazy("整串，或冒号后至少前 16 位。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_anchor(self) -> Anchor | None:
        text = self.cleaned_data["anchor"].strip()
        try:
            return chains.read(text) if text else None
        except ValueError as error:
            raise ValidationError(str(error)) from error


class GraceForm(Form):
    grace_days = forms.IntegerField(
        label=gettext_lazy("宽限几天"), min_value=0, max_value=LONGEST_GRACE,
        help_text=gettext_lazy("大家用这些天开好二次验证、换好密码。"),
    )  # fmt: skip
