"""Forms of the pages: putting an arrival right, a campaign's form, the mailbox, a sheet."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors as catalog
from qibu.intake import words
from qibu.intake.models import Mailbox, WebForm
from qibu.intake.rules import USED, Draft
from qibu.intake.rules.drafts import CONDITIONS, INTERESTS, LENGTHS, PERSON, REMARK
from qibu.intake.services.forms import Plan
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Lead
from qibu.network.forms import Form

NONE = ("", gettext_lazy("没说"))
LONG = ("remark",)


class DraftForm(Form):
    """All that a lead may say, as it was written. Nothing is demanded: the rules say what is lacking."""

    def __init__(self, *args: Any, draft: Draft | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in words.FIELDS.items():
            self.fields[name] = _draft_field(name, label)
            self.fields[name].initial = getattr(draft, name) if draft else ""

    def draft(self) -> Draft:
        return Draft.of(self.cleaned_data)

    @property
    def person(self) -> list[forms.BoundField]:
        return [self[name] for name in PERSON]

    @property
    def wish(self) -> list[forms.BoundField]:
        return [self[name] for name in words.FIELDS if name not in {*PERSON, *USED, *LONG}]

    @property
    def used(self) -> list[forms.BoundField]:
        """More of the used car; the page folds it away where nothing is said."""
        return [self[name] for name in USED]

    @property
    def says_used(self) -> bool:
        return any(field.value() for field in self.used)


def _draft_field(name: str, label: Any) -> forms.Field:
    if name == "interest":
        choices = [NONE, *((one, Lead.Interest(one).label) for one in INTERESTS)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    if name == "payment":
        return forms.ChoiceField(label=label, choices=[NONE, *Lead.Payment.choices], required=False)
    if name == "trade_in_condition":
        choices = [NONE, *((one, words.CONDITIONS[one]) for one in CONDITIONS)]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    longest = REMARK if name in LONG else LENGTHS.get(name, 200)
    widget = forms.Textarea(attrs={"rows": 4}) if name in LONG else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


class DropForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么丢弃"), max_length=200,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("例如：广告、同行、测试")}),
    )


class LeavingForm(Form):
    """For whom a lead leaves the house."""

    taker = forms.CharField(
        label=gettext_lazy("给谁，做什么用"), max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("例如：合肥店，客户要在那边提车")}),
    )


def source_choices(actor: Actor) -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in leads.sources(actor)]


class SitesField(forms.CharField):
    """Sites, one a line, as origins: https://www.example.com."""

    def clean(self, value: Any) -> list[str]:
        found = []
        for line in str(super().clean(value)).split():
            parts = urlsplit(line if "://" in line else f"https://{line}")
            good = parts.scheme in {"http", "https"} and re.fullmatch(r"[a-z0-9.-]+(:\d{1,5})?", parts.netloc.lower())
            if not good or ("." not in parts.netloc and not parts.netloc.startswith("localhost")):
                raise forms.ValidationError(_("「{line}」不是网址，例如 https://www.example.com。").format(line=line[:60]))
            found.append(f"{parts.scheme}://{parts.netloc.lower()}")
        if len(found) > 20:
            raise forms.ValidationError(_("最多 20 个网站。"))
        return list(dict.fromkeys(found))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class WebFormForm(Form):
    """A campaign's form, as the store edits it."""

    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=60, help_text=gettext_lazy("给同事看的，例如：十二月试驾月"),
    )
    source = forms.ChoiceField(label=gettext_lazy("来源"))
    campaign = forms.CharField(
        label=gettext_lazy("活动"), max_length=60, required=False, help_text=gettext_lazy("不填就用名称"),
    )
    headline = forms.CharField(label=gettext_lazy("标题"), max_length=60)
    intro = forms.CharField(
        label=gettext_lazy("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
    )
    cars = forms.MultipleChoiceField(
        label=gettext_lazy("可以选的车"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只勾一款就不用客户选；一款都不勾，由客户自己写"),
    )
    asks = forms.MultipleChoiceField(
        label=gettext_lazy("还要问什么"), required=False, choices=WebForm.Ask.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("称呼和手机号总要问。问得越少，填的人越多"),
    )
    consent = forms.CharField(
        label=gettext_lazy("请客户同意什么"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("客户自己勾选，默认不勾；不勾也能提交。改了文字就是新的一版，以前同意的还按当时的文字留存"),
    )
    thanks = forms.CharField(
        label=gettext_lazy("提交以后说什么"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
    )
    sites = SitesField(
        label=gettext_lazy("可以嵌入的网站"), required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy("一行一个，例如 https://www.example.com。不填就不能嵌入"),
    )
    active = forms.BooleanField(label=gettext_lazy("开放填写"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = catalog.series_of(actor)
        kept = [tuple(car) for car in (self.initial.get("cars") or [])]
        self.offered = [*offered, *(car for car in kept if car not in offered)]
        self._choices("source", source_choices(actor))
        self._choices("cars", [("\t".join(car), " ".join(car)) for car in self.offered])
        self.initial["cars"] = ["\t".join(car) for car in kept]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)
        field.choices = choices

    def plan(self) -> Plan:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Plan(**{**given, "cars": [car.split("\t") for car in given["cars"]]})


class MailboxForm(Form):
    """Where letters are fetched. An empty password keeps the one that is there."""

    active = forms.BooleanField(label=gettext_lazy("每分钟收取"), required=False, initial=True)
    host = forms.CharField(
        label=gettext_lazy("IMAP 服务器"), max_length=120,
        widget=forms.TextInput(
            attrs={"placeholder": "imap.example.com", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    port = forms.IntegerField(label=gettext_lazy("端口"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=gettext_lazy("加密方式"), choices=Mailbox.Security.choices)
    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=120, help_text=gettext_lazy("一般就是邮箱地址。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码或授权码"), max_length=200, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label=gettext_lazy("文件夹"), max_length=60, initial="INBOX")
    source = forms.ChoiceField(
        label=gettext_lazy("来源"), help_text=gettext_lazy("信里没有写明来源的线索算作这个来源"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, actor: Actor, has_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = source_choices(actor)
        if has_password:
            self.fields["password"].help_text = _("已经存有密码。不换就留空。")


class SheetForm(Form):
    """A sheet to be read, and where its leads come from."""

    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        error_messages={
            "required": gettext_lazy("请先选一个表格文件。"),
            "empty": gettext_lazy("文件是空的。请在原来的系统里重新导出，再上传。"),
        },
    )
    source = forms.ChoiceField(label=gettext_lazy("来源"))
    campaign = forms.CharField(label=gettext_lazy("活动"), max_length=60, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = source_choices(actor)
