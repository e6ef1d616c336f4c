"""The form that strangers fill in, made of what its store asks."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers.rules import read_phone_cell
from qibu.intake.models import ConsentWording, WebForm
from qibu.intake.rules import Draft, appointment
from qibu.intake.rules.drafts import LENGTHS, money
from qibu.intake.services.forms import Filled
from qibu.kernel import times
from qibu.network.forms import Form

Ask = WebForm.Ask
WHEN = (
    ("", gettext_lazy("还没想好")), ("一周内", gettext_lazy("一周内")), ("两周内", gettext_lazy("两周内")),
    ("一个月内", gettext_lazy("一个月内")), ("三个月内", gettext_lazy("三个月内")), ("半年", gettext_lazy("半年以后")),
)  # fmt: skip
PAYMENTS = (("", gettext_lazy("还没想好")), ("full", gettext_lazy("全款")), ("loan", gettext_lazy("贷款")))
TRAP = "homepage"  # a field that people don't see


def _text(label: Any, name: str, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LENGTHS.get(name, 60), required=False, widget=forms.TextInput(attrs=attrs)
    )


ASKED: dict[str, Any] = {
    Ask.MODEL: lambda: _text(Ask.MODEL.label, "model"),
    Ask.COLOUR: lambda: _text(Ask.COLOUR.label, "colour"),
    Ask.BUYS_BY: lambda: forms.ChoiceField(label=Ask.BUYS_BY.label, choices=WHEN, required=False),
    Ask.BUDGET: lambda: _text(Ask.BUDGET.label, "budget", placeholder=_("例如：18 万"), inputmode="text"),
    Ask.PAYMENT: lambda: forms.ChoiceField(label=Ask.PAYMENT.label, choices=PAYMENTS, required=False),
    Ask.TRADE_IN: lambda: _text(_("要置换的旧车"), "trade_in", placeholder=_("例如：2019 款朗逸，6 万公里")),
    Ask.TEST_DRIVE: lambda: forms.BooleanField(label=_("我想试驾"), required=False),
    Ask.WECHAT: lambda: _text(Ask.WECHAT.label, "wechat", autocapitalize="none", spellcheck="false"),
    Ask.EMAIL: lambda: forms.EmailField(
        label=Ask.EMAIL.label, required=False, max_length=LENGTHS["email"],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    ),
    Ask.CITY: lambda: _text(Ask.CITY.label, "city", autocomplete="address-level2"),
    Ask.REMARK: lambda: forms.CharField(
        label=Ask.REMARK.label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    ),
}  # fmt: skip


def _when_to_drive() -> forms.CharField:
    return forms.CharField(
        label=_("希望什么时候来试驾"), required=False, max_length=LENGTHS["drive"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1800}),
        help_text=_("可以不填，我们联系您的时候再约"),
    )


class PublicForm(Form):
    """Name and telephone are always asked. The tick for advertising is never set beforehand (PIPL art. 14)."""

    name = forms.CharField(
        label=gettext_lazy("怎么称呼您"), max_length=LENGTHS["name"],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("手机号"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    opening = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, form: WebForm, wording: ConsentWording | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, self.wording = form, wording
        self.fields["opening"].initial = secrets.token_urlsafe(12)
        self.fields["car"] = self._cars()
        for ask in Ask:
            if ask in form.asks:
                self.fields[ask.value] = ASKED[ask]()
        if Ask.TEST_DRIVE in form.asks:
            self.fields["drive"] = _when_to_drive()
        if wording is not None and wording.words:
            self.fields["consent"] = forms.BooleanField(label=wording.words, required=False)
        for field in self.fields.values():
            field.error_messages["required"] = _("请填写这一项。")

    def _cars(self) -> forms.Field:
        offered = [(str(place), " ".join(car)) for place, car in enumerate(self.form.cars)]
        if not offered:
            return forms.CharField(label=_("想看的车"), max_length=60)
        if len(offered) == 1:
            return forms.ChoiceField(label=_("想看的车"), choices=offered, initial="0", widget=forms.HiddenInput)
        return forms.ChoiceField(
            label=_("想看的车"), choices=offered, widget=forms.RadioSelect,
            error_messages={"invalid_choice": _("请选一款车。")},
        )  # fmt: skip

    @property
    def asked(self) -> list[forms.BoundField]:
        """In the order in which people answer; ticks and hidden fields stand elsewhere."""
        names = ["name", "phone", "car", *(ask.value for ask in Ask if ask.value in self.fields)]
        return [self[name] for name in names if not self[name].is_hidden and name != Ask.TEST_DRIVE]

    def clean_phone(self) -> str:
        said: str = self.cleaned_data["phone"]
        found, _faults = read_phone_cell(said)
        if not found:
            raise forms.ValidationError(_("这不像一个手机号，请核对一下。"))
        return said

    def clean_budget(self) -> str:
        said: str = self.cleaned_data["budget"]
        if said and money(said) is None:
            raise forms.ValidationError(_("请写一个数，例如 18 万。"))
        return said

    def clean_drive(self) -> str:
        said: str = self.cleaned_data["drive"]
        if said and appointment(said, times.today(), times.ZONE) is None:
            raise forms.ValidationError(_("这个时间已经过去了，请选一个以后的时间。"))
        return said

    def filled(self) -> Filled:
        given = self.cleaned_data
        brand, series = self._car(given["car"])
        plain = (Ask.MODEL, Ask.COLOUR, Ask.BUYS_BY, Ask.BUDGET, Ask.PAYMENT, Ask.TRADE_IN, Ask.WECHAT, Ask.EMAIL,
                 Ask.CITY, Ask.REMARK)  # fmt: skip
        facts = {ask.value: given.get(ask.value, "") for ask in plain}
        drive = given.get("drive", "")
        interest = "test_drive" if drive or given.get(Ask.TEST_DRIVE) else ""
        facts |= {"name": given["name"], "phone": given["phone"], "brand": brand, "series": series, "drive": drive}
        draft = Draft.of({**facts, "interest": interest})
        trapped = bool(self.data.get(TRAP, "").strip())
        return Filled(draft, bool(given.get("consent")), given["opening"], trapped)

    def _car(self, said: str) -> tuple[str, str]:
        if not self.form.cars:
            return "", said
        brand, series = self.form.cars[int(said)]
        return brand, series
