from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contact.models import MailAccount
from qibu.contact.services.accounts import EDITED
from qibu.network.forms import Form

PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class AccountForm(Form):
    """A mail account. An empty password keeps the one that is there."""

    active = forms.BooleanField(label=gettext_lazy("给同事发邮件"), required=False)
    host = forms.CharField(
        label=gettext_lazy("服务器"), max_length=120,
        widget=forms.TextInput(attrs={**PLAIN, "placeholder": "smtp.example.com"}),
    )
    port = forms.IntegerField(label=gettext_lazy("端口"), min_value=1, max_value=65535)
    security = forms.ChoiceField(label=gettext_lazy("加密方式"), choices=MailAccount.Security.choices)
    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=120, required=False,
        help_text=gettext_lazy("一般就是邮箱地址。服务器不要求登录就留空。"),
        widget=forms.TextInput(attrs=PLAIN),
    )
    password = forms.CharField(
        label=gettext_lazy("密码或授权码"), max_length=200, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sender = forms.EmailField(label=gettext_lazy("发件地址"))
    sender_name = forms.CharField(
        label=gettext_lazy("发件人名称"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("弋江店 七步")}),
    )
    site = forms.URLField(
        label=gettext_lazy("七步的网址"), max_length=120, assume_scheme="https",
        help_text=gettext_lazy("同事平时打开七步的地址，信里的链接通到那里。"),
    )
    morning_lead = forms.IntegerField(
        label=gettext_lazy("早晨清单在开门前多少分钟发"), min_value=0, max_value=180,
        help_text=gettext_lazy("只在营业的日子发，按门店的营业时间算。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, has_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_password:
            self.fields["password"].help_text = _("已经存有密码。不换就留空。")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITED}


class WishForm(forms.Form):
    morning = forms.BooleanField(required=False)
    alarms = forms.BooleanField(required=False)
