from __future__ import annotations

import json
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.network import words
from qibu.network.models import CustomField, Organisation
from qibu.network.rules import organisation_code_allowed, username_allowed
from qibu.network.services.custom_fields import Draft, Option
from qibu.network.services.saved_views import Look
from qibu.network.services.staff import Details
from qibu.ui.meanwhile import Remembering

LONGEST_PASSWORD = 128  # hashing a novel would be a way to keep the server busy


class Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("请填写这一项。")


class PasswordField(forms.CharField):
    def __init__(self, *, label: Any, new: bool = False, **kwargs: Any) -> None:
        attrs = {"autocomplete": "new-password" if new else "current-password"}
        super().__init__(
            label=label, strip=False, max_length=LONGEST_PASSWORD,
            widget=forms.PasswordInput(attrs=attrs), **kwargs,
        )


class UsernameField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(label=gettext_lazy("登录名"), max_length=64, widget=forms.TextInput(attrs=attrs), **kwargs)


class SignInForm(Form):
    username = UsernameField()
    password = PasswordField(label=gettext_lazy("密码"))
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class NewPasswordForm(Form):
    """A new password, twice. Whether it is good enough says the service."""

    password = PasswordField(
        label=gettext_lazy("新密码"), new=True,
        help_text=gettext_lazy("至少 8 位，别用太常见的，也别和登录名相近。一句自己记得住的话也可以。"),
    )
    again = PasswordField(label=gettext_lazy("再输一次"), new=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("again") and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("两次输入的密码不一样，请再输一次。"))
        return cleaned


class OwnPasswordForm(NewPasswordForm):
    old = PasswordField(label=gettext_lazy("现在的密码"))
    field_order = ("old", "password", "again")


class ProfileForm(Form, Remembering):
    """What an organisation says about itself."""

    name = forms.CharField(label=gettext_lazy("门店名称"), max_length=80)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=40, required=False)
    city = forms.CharField(label=gettext_lazy("城市"), max_length=40, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False)


def code_checked(code: str) -> None:
    if not organisation_code_allowed(code):
        raise ValidationError(_("代码用字母、数字和连字符，最多 32 位，例如 TL01。"))


def username_checked(name: str) -> None:
    if not username_allowed(name):
        raise ValidationError(
            _("登录名用 2 到 64 个文字、字母或数字，中间可以有 . _ - @ +，不能有空格。")
        )


class SetupForm(NewPasswordForm):
    """The first store and its manager."""

    name = forms.CharField(label=gettext_lazy("门店名称"), max_length=80)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=40, required=False)
    code = forms.CharField(
        label=gettext_lazy("代码"), max_length=32, validators=[code_checked],
        help_text=gettext_lazy("厂家给的经销商代码，没有就自己定一个，例如 TL01。"),
    )
    city = forms.CharField(label=gettext_lazy("城市"), max_length=40, required=False)
    person = forms.CharField(label=gettext_lazy("您的姓名"), max_length=60)
    username = UsernameField(validators=[username_checked])
    field_order = ("name", "short_name", "code", "city", "person", "username", "password", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("密码")
        self.fields["name"].widget.attrs["autofocus"] = True


class LanguageForm(Form):
    language = forms.ChoiceField(
        label=gettext_lazy("界面用哪种语言"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """A service's objections at the fields they are about."""
    known = {
        field if field in form.fields else None: messages
        for field, messages in getattr(error, "message_dict", {None: error.messages}).items()
    }
    for field, messages in known.items():
        for message in messages:
            form.add_error(field, message)


class StaffForm(Form, Remembering):
    """A person at work. With a sign-in name a new one gets a temporary password."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    number = forms.CharField(label=gettext_lazy("工号"), max_length=32, required=False)
    title = forms.CharField(label=gettext_lazy("岗位"), max_length=60, required=False)
    phone = forms.CharField(
        label=gettext_lazy("电话"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)
    superior_id = forms.TypedChoiceField(
        label=gettext_lazy("直接上级"), coerce=int, empty_value=None, required=False,
        help_text=gettext_lazy("任务超时可以先告诉直接上级；他不在，就告诉上级的上级。"),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("角色"), choices=[], required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("可以选几个。角色决定这个人能看什么、能做什么。"),
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = words.ROLES.items()  # type: ignore[attr-defined]  # a choice field
        self.fields["superior_id"].choices = [("", _("没有上级")), *people]  # type: ignore[attr-defined]  # a choice field

    separated = False  # under 等保 the roles may less

    def role_rows(self) -> list[dict[str, Any]]:
        """Each role with what it may do."""
        return [
            {"tag": option.tag(), "id": option.id_for_label, "label": option.choice_label,
             "may": words.what_role_may(option.data["value"], separated=self.separated)}
            for option in self["roles"]
        ]

    def details(self) -> Details:
        given = {name: self.cleaned_data[name] for name in Details.__dataclass_fields__}
        return Details(**{**given, "roles": tuple(given["roles"])})


class NewStaffForm(StaffForm):
    username = UsernameField(
        required=False, validators=[username_checked],
        help_text=gettext_lazy("不填就不能登录，以后也可以再开通。"),
    )


class GrantForm(Form):
    username = UsernameField(validators=[username_checked])


class ChildForm(ProfileForm):
    """An organisation below another. Without a manager of its own the founder manages it."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    code = forms.CharField(label=gettext_lazy("代码"), max_length=32, validators=[code_checked])
    person = forms.CharField(
        label=gettext_lazy("负责人姓名"), max_length=60, required=False,
        help_text=gettext_lazy("负责人两项都不填，就由您自己负责，可以在上方切换过去。"),
    )
    username = UsernameField(required=False, validators=[username_checked])
    field_order = ("name", "short_name", "kind", "code", "city", "phone", "address", "person", "username")

    def __init__(self, *args: Any, kinds: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]  # a choice field
            (value, label) for value, label in Organisation.Kind.choices if value in kinds
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("person")) != bool(cleaned.get("username")):
            missing = "username" if cleaned.get("person") else "person"
            self.add_error(missing, _("负责人的姓名和登录名要一起填。"))
        return cleaned


MOST_OPTIONS = 30
BLANK_OPTIONS = 4


class CustomFieldForm(Form):
    """A field of the organisation's own. Options stand in rows of their own: key, word, English word."""

    label = forms.CharField(label=gettext_lazy("名称"), max_length=30)
    label_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("填什么"), choices=CustomField.Kind.choices, widget=forms.RadioSelect,
        help_text=gettext_lazy("建好以后不能再换，已经填的内容才不会看不懂。"),
    )
    unit = forms.CharField(label=pgettext_lazy("度量", "单位"), max_length=10, required=False)
    hint = forms.CharField(
        label=gettext_lazy("填写提示"), max_length=80, required=False,
        help_text=gettext_lazy("显示在输入框下面，一句话说清填什么。"),
    )
    place = forms.IntegerField(label=gettext_lazy("排在第几"), min_value=1, max_value=99)
    listed = forms.BooleanField(label=gettext_lazy("在列表里默认显示一列"), required=False)
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: CustomField | None = None, place: int = 1, **kwargs: Any) -> None:
        known = {name: getattr(row, name) for name in self.base_fields} if row else {"active": True, "place": place}
        super().__init__(*args, initial={"kind": CustomField.Kind.TEXT, **known}, **kwargs)
        self.row = row
        if row:
            self.fields["kind"].disabled = True

    @property
    def option_rows(self) -> list[Option]:
        """Those typed, else those stored, and some empty ones."""
        stored = [one for one in self.row.options if not one.get("gone")] if self.row else []
        filled = self._typed() if self.is_bound else stored
        return [*filled, *({"key": "", "label": "", "label_en": ""} for _blank in range(BLANK_OPTIONS))]

    def _typed(self) -> list[Option]:
        data = cast(QueryDict, self.data)
        columns = [data.getlist(f"option_{name}") for name in ("key", "label", "label_en")]
        rows = [
            {"key": key[:20], "label": label.strip()[:40], "label_en": english.strip()[:60]}
            for key, label, english in zip(*columns, strict=False)
        ]
        return [row for row in rows[: MOST_OPTIONS + BLANK_OPTIONS] if row["label"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == CustomField.Kind.CHOICE:
            self._check_options([row["label"].casefold() for row in self._typed()])
        return cleaned

    def _check_options(self, labels: list[str]) -> None:
        if len(labels) < 2:
            self.add_error(None, _("单选至少要有两个选项。"))
        elif len(labels) > MOST_OPTIONS:
            self.add_error(None, _("最多 {n} 个选项。").format(n=MOST_OPTIONS))
        elif len(set(labels)) < len(labels):
            self.add_error(None, _("有两个选项是一样的，请去掉一个。"))

    def draft(self) -> Draft:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        known = {row["key"] for row in self.row.options} if self.row else set()
        options = tuple({**row, "key": row["key"] if row["key"] in known else ""} for row in self._typed())
        return Draft(**given, options=options)


class SavedViewForm(Form):
    """A view of a list under a name; what the list shows comes along in hidden fields."""

    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=30,
        widget=forms.TextInput(attrs={"data-focus": "", "autocomplete": "off"}),
    )  # fmt: skip
    shared = forms.BooleanField(label=gettext_lazy("同事也能用"), required=False)
    opens = forms.BooleanField(label=gettext_lazy("打开列表时先看这个"), required=False)
    renew = forms.BooleanField(label=gettext_lazy("换成现在的条件、排序和列"), required=False)
    list = forms.SlugField(max_length=40, widget=forms.HiddenInput, required=False)
    at = forms.CharField(max_length=200, widget=forms.HiddenInput, required=False)
    base = forms.SlugField(max_length=40, widget=forms.HiddenInput, required=False)
    values = forms.CharField(max_length=8000, widget=forms.HiddenInput, required=False)
    columns = forms.CharField(max_length=1000, widget=forms.HiddenInput, required=False)

    def clean_values(self) -> dict[str, Any]:
        """Values of filters: names with short texts. Anything else was not sent by a list."""
        try:
            values = json.loads(self.cleaned_data["values"] or "{}")
        except ValueError:
            values = None
        if not isinstance(values, dict) or len(values) > 100 or not all(_is_texts(v) for v in values.values()):
            raise ValidationError(_("条件不完整，请回到列表再试一次。"))
        return values

    @property
    def look(self) -> Look:
        asked = self.cleaned_data
        columns = [key for key in asked["columns"].split(",") if key]
        return Look(base=asked["base"], values=asked["values"], columns=columns)


def _is_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) and len(one) <= 200 for one in values)


class PurposeForm(Form):
    purpose = forms.CharField(
        label=gettext_lazy("用途"), max_length=120,
        help_text=gettext_lazy("写明用在哪里，例如：年底答谢会电话邀请。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].error_messages["required"] = _("请写明导出做什么用，会记入审计。")


class DecisionForm(Form):
    """Agreeing to a colleague's export; who does not agree says why."""

    agreed = forms.ChoiceField(choices=[("yes", ""), ("no", "")], required=False)
    remark = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("agreed"):
            raise ValidationError(_("请选择同意或不同意。"))
        if cleaned["agreed"] == "no" and not cleaned.get("remark"):
            self.add_error("remark", _("不同意时请写明原因，申请的同事会看到。"))
        return cleaned
