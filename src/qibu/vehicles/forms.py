"""What people type about cars, read by the rules, refused in sentences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers.forms import read_phones
from qibu.kernel import times
from qibu.network.custom_pages import CustomForm
from qibu.vehicles import rules
from qibu.vehicles.models import Ownership, Policy, Transfer, Vehicle

PARTS = [choice for choice in Ownership.Role.choices if choice[0] != Ownership.Role.OWNER]
LARGEST = rules.LARGEST_MILEAGE


def line(label: Any, length: int, **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=length, widget=forms.TextInput(attrs={"autocomplete": "off", **attrs})
    )


def day(label: Any, *, required: bool = False, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": gettext_lazy("没有这一天，请写成 2026-03-12。"),
            "required": gettext_lazy("请选择日期。"),
        },
        **options,
    )


def kilometres(label: Any, *, required: bool = False, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=0,
        max_value=LARGEST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("请填整数公里，如 38642。"),
            "required": gettext_lazy("请填写里程。"),
            "min_value": gettext_lazy("里程不会是负数。"),
            "max_value": gettext_lazy("里程太大了，请对照仪表再看一遍。"),
        },
        **options,
    )


def read_vin(typed: str) -> str | None:
    try:
        vin = rules.read_vin(typed)
    except rules.IllegalVin as fault:
        raise forms.ValidationError(_vin_sentence(fault)) from None
    return vin.text if vin else None


def _vin_sentence(fault: rules.IllegalVin) -> str:
    if fault.code == rules.VinFault.LENGTH:
        return _("VIN 应为 17 位，这里有 {n} 位，请对照行驶证核对。").format(n=fault.length)
    if fault.code == rules.VinFault.CONFUSED_LETTER:
        return _("VIN 里没有字母 I、O、Q，多半是数字 1 或 0，请对照行驶证改正「{bad}」。").format(bad=fault.characters)
    return _("VIN 只有字母和数字，请去掉「{bad}」。").format(bad=fault.characters)


class VehicleForm(CustomForm):
    plate = line(gettext_lazy("车牌"), 16, placeholder="皖B12345", autocapitalize="characters")
    vin = line(gettext_lazy("VIN"), 24, autocapitalize="characters", spellcheck="false")
    brand = line(gettext_lazy("品牌"), 40)
    series = line(gettext_lazy("车系"), 60, list="vehicle-series")
    model = line(gettext_lazy("车型"), 100)
    colour = line(gettext_lazy("颜色"), 30)
    energy = forms.ChoiceField(
        label=gettext_lazy("能源"), required=False, choices=[("", gettext_lazy("未填")), *Vehicle.Energy.choices]
    )
    use = forms.ChoiceField(label=gettext_lazy("用途"), choices=Vehicle.Use.choices)
    body = forms.ChoiceField(label=gettext_lazy("车辆类型"), choices=Vehicle.Body.choices)
    seats = forms.IntegerField(label=gettext_lazy("座位"), required=False, min_value=1, max_value=100)
    price = forms.DecimalField(
        label=gettext_lazy("成交价"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    purchased_on = day(gettext_lazy("购车日期"))
    registered_on = day(gettext_lazy("上牌日期"), help_text=gettext_lazy("年检从这一天算起，以行驶证为准"))
    warranty_until = day(gettext_lazy("整车质保到"))
    warranty_km = kilometres(gettext_lazy("整车质保里程"))
    battery_warranty_until = day(gettext_lazy("电池质保到"))
    battery_warranty_km = kilometres(gettext_lazy("电池质保里程"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    owner = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def clean_vin(self) -> str | None:
        return read_vin(self.cleaned_data["vin"])

    def clean_plate(self) -> str:
        plate = rules.read_plate(self.cleaned_data["plate"])
        if plate and len(plate.text) > 12:
            raise forms.ValidationError(_("这不像车牌，请对照行驶证核对。"))
        return plate.text if plate else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["vin"] and not data["plate"]:
            self.add_error("plate", _("车牌和 VIN 至少填一项，不然找不到这台车。"))
        for name in ("purchased_on", "registered_on"):
            if data.get(name) and data[name] > times.today():
                self.add_error(name, _("这一天还没到，请核对年份。"))
        return data

    def facts(self) -> dict[str, Any]:
        own = {name: self.cleaned_data[name] for name in self.base_fields if name not in {"version", "owner"}}
        return {**own, "further": {name: self.cleaned_data[name] for name in self.custom_names}}


class ReadingForm(forms.Form):
    km = kilometres(gettext_lazy("里程"), required=True)
    on = day(gettext_lazy("读数日期"), required=True)
    reason = line(
        gettext_lazy("与以前不符的原因"), 200, placeholder=gettext_lazy("如：更换里程表、上次抄错")
    )

    use_required_attribute = False


class PolicyForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("险种"), choices=Policy.Kind.choices, widget=forms.RadioSelect)
    ends_on = day(gettext_lazy("保障到"), required=True, help_text=gettext_lazy("保单上的最后一天"))
    starts_on = day(gettext_lazy("起保日期"))
    insurer = line(gettext_lazy("保险公司"), 60)
    number = line(gettext_lazy("保单号"), 60)

    use_required_attribute = False


class PartyForm(forms.Form):
    """A customer found by the search: `q` is typed, `customer` chosen among what was found."""

    q = line(gettext_lazy("找客户"), 80, placeholder=gettext_lazy("姓名、拼音、手机号或尾号"))
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("customer"):
            typed = bool(data.get("q"))
            self.add_error("q", _("请在下面选一位客户。") if typed else _("请输入姓名、手机号或尾号来找客户。"))
        return data


class NewcomerForm(PartyForm):
    """Whoever has no file yet is written down on the spot."""

    new_name = line(gettext_lazy("姓名或公司"), 60)
    new_phone = line(gettext_lazy("手机号"), 40, inputmode="tel")

    def clean_new_phone(self) -> str:
        numbers = read_phones(self.cleaned_data["new_phone"])
        return numbers[0] if numbers else ""


class TransferForm(NewcomerForm):
    """The new owner is chosen, written down, or not known yet."""

    reason = forms.ChoiceField(
        label=gettext_lazy("过户原因"), choices=[("", gettext_lazy("请选择")), *Transfer.Reason.choices],
        error_messages={"required": gettext_lazy("请选择过户原因。")},
    )  # fmt: skip
    on = day(gettext_lazy("过户日期"), required=True)
    new_name = line(gettext_lazy("新车主姓名或公司"), 60)
    unknown = forms.BooleanField(label=gettext_lazy("还不知道新车主是谁"), required=False)
    end_others = forms.BooleanField(
        label=gettext_lazy("同时结束原来的使用人、付款人和送修人"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self) or {}
        ways = [name for name in ("customer", "new_name", "unknown") if data.get(name)]
        if len(ways) > 1:
            self.add_error("q", _("新车主只能有一位：选一位已有的客户，或新建一位，或留着以后补。"))
        elif not ways and data.get("new_phone"):
            self.add_error("new_name", _("请填写新车主的姓名或公司。"))
        elif not ways:
            self.add_error("q", _("请选一位新车主；没有档案就在下面新建，还不知道是谁就勾选最后一项。"))
        return data


class PartForm(NewcomerForm):
    role = forms.ChoiceField(label=gettext_lazy("身份"), choices=PARTS, widget=forms.RadioSelect)
    since = day(gettext_lazy("从哪天起"))
    ends_on = day(
        gettext_lazy("到哪天为止"), help_text=gettext_lazy("说好了期限就填，过了这天自动结束，不再为这台车找这位。")
    )

    def clean(self) -> dict[str, Any]:
        data = forms.Form.clean(self) or {}
        if data.get("customer") and data.get("new_name"):
            self.add_error("q", _("只能是一位：选一位已有的客户，或在下面新建一位。"))
        elif not data.get("customer") and data.get("new_phone") and not data.get("new_name"):
            self.add_error("new_name", _("请填写姓名或公司。"))
        elif not data.get("customer") and not data.get("new_name"):
            self.add_error("q", _("请选一位客户；没有档案就在下面新建。"))
        return data


class LimitForm(forms.Form):
    """Empty: for as long as it lasts."""

    ends_on = day(
        gettext_lazy("到哪天为止"), help_text=gettext_lazy("过了这天自动结束。不填就是没有说好期限。")
    )

    use_required_attribute = False


class OwnerForm(PartyForm):
    since = day(gettext_lazy("从哪天起"))


class EndForm(forms.Form):
    on = day(gettext_lazy("到哪天为止"), required=True)

    use_required_attribute = False
