"""What reception types, read by the rules, refused in sentences."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers import rules
from qibu.customers.forms import PHONE_FAULTS, read_phones
from qibu.showroom.models import Visitor
from qibu.showroom.services.reception import Arrival

MOST = 99
Finds = Callable[[str], Collection[int]]  # whom the text of the one field finds
CALLS = [one for one in Visitor.Purpose.choices if one[0] != Visitor.Purpose.PICK_UP]


def _line(label: Any, length: int, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", **attrs})
    )


class ArrivalForm(forms.Form):
    """One field finds who it is; whoever isn't found is a new one, by name and number."""

    use_required_attribute = False
    q = _line(
        gettext_lazy("电话、后四位、车牌、姓名"), 60, type="search", enterkeyhint="search",
        placeholder=gettext_lazy("先问来没来过：电话、后四位、车牌或姓名"), **{"data-private": True},
    )
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label=gettext_lazy("来做什么"), choices=Visitor.Purpose.choices, widget=forms.RadioSelect, initial="look",
        error_messages={"required": gettext_lazy("请选来做什么。")},
    )
    name = _line(gettext_lazy("怎么称呼"), 60, placeholder=gettext_lazy("王先生"))
    phone = _line(
        gettext_lazy("电话"), 80, type="tel", inputmode="tel", placeholder=gettext_lazy("多个用顿号隔开"),
    )
    email = forms.EmailField(
        label=gettext_lazy("邮箱"), max_length=120, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "data-private": True}),
        error_messages={"invalid": gettext_lazy("这不像邮箱，请再核对一遍，例如 yawen@example.com。")},
    )
    series = _line(gettext_lazy("想看什么车"), 60, list="showroom-series")
    party = forms.IntegerField(
        label=gettext_lazy("几个人"), min_value=1, max_value=MOST, required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": MOST}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), gettext_lazy("请填 1 到 99。")),
    )
    remark = _line(gettext_lazy("备注"), 300, placeholder=gettext_lazy("带孩子、赶时间、问置换……"))
    consultant = forms.TypedChoiceField(
        label=gettext_lazy("谁来接待"), coerce=int, empty_value=None, required=False, choices=(),
        error_messages={"invalid_choice": gettext_lazy("这位同事现在不在岗，请重新选。")},
    )
    reason = _line(gettext_lazy("为什么不按轮序"), 200, placeholder=gettext_lazy("客人点名、会说英语……"))

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], series: list[tuple[str, str]], finds: Finds | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.finds = finds
        self.fields["consultant"].choices = [("", _("按轮序")), *people]  # type: ignore[attr-defined]  # a choice field
        self.brands = {series: brand for brand, series in series}

    def clean_phone(self) -> list[str]:
        return read_phones(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        """What was typed into the one field and found nobody is the number or the name of somebody new. Whoever was
        found by the first signs and isn't by all of them was never meant: fast hands are ahead of the answer."""
        found = super().clean() or {}
        typed = found.get("q", "").strip()
        if typed and self.finds and found.get("customer") and found["customer"] not in self.finds(typed):
            found["customer"] = None
        if typed and not found.get("customer"):
            if sum(sign.isdecimal() for sign in typed) >= 7:
                found["phone"] = self._with(typed, found.get("phone") or [])
            elif not found.get("name") and not any(sign.isdecimal() for sign in typed):
                found["name"] = typed
        return found

    def _with(self, typed: str, phones: list[str]) -> list[str]:
        """A number begun in the one field and written whole below is no second one."""
        numbers, faults = rules.read_phone_cell(typed)
        if faults and not phones and "phone" not in self.errors:
            self.add_error("q", PHONE_FAULTS[faults[0]])
        return list(dict.fromkeys([*(one.number for one in numbers), *phones]))

    def arrival(self, at: datetime) -> Arrival:
        data = self.cleaned_data
        return Arrival(
            purpose=data["purpose"], at=at, name=data["name"], phones=tuple(data["phone"]), email=data["email"],
            customer_id=data["customer"], brand=self.brands.get(data["series"], ""), series=data["series"],
            remark=data["remark"], party=data["party"] or 1, consultant_id=data.get("consultant"),
            reason=data.get("reason", ""),
        )  # fmt: skip


class CallForm(ArrivalForm):
    """The same for who calls: nobody is received, the lead goes by the rules or is one's own."""

    mine = forms.BooleanField(label=gettext_lazy("我来跟进"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, people=[], **kwargs)
        for name in ("consultant", "reason", "party"):
            del self.fields[name]
        self.fields["purpose"].choices = CALLS  # type: ignore[attr-defined]  # a choice field
        self.fields["purpose"].label = gettext_lazy("问什么")

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        return {**found, "party": 1}


class VisitorForm(ArrivalForm):
    """What was learnt later."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, people=[], **kwargs)
        for name in ("consultant", "reason", "q"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        return forms.Form.clean(self) or {}


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=200, required=False)
    other = forms.IntegerField(required=False)
