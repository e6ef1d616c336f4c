"""What people type about deliveries, read by the rules, refused in sentences."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.deliveries import selectors
from qibu.deliveries.rules import Granted
from qibu.kernel import times
from qibu.vehicles import rules
from qibu.vehicles.forms import day, kilometres, line
from qibu.vehicles.models import Policy
from qibu.vehicles.services.policies import Cover

NOBODY = [("", gettext_lazy("未定"))]
DATA_URL = "data:image/png;base64,"


class AppointmentForm(forms.Form):
    at = forms.DateTimeField(
        label=gettext_lazy("交车时间"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={
            "required": gettext_lazy("请选日期和钟点。"),
            "invalid": gettext_lazy("请选日期和钟点，如 2026-12-05 10:00。"),
        },
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=gettext_lazy("留多久"), min_value=15, max_value=480, initial=90,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": "15"}),
        error_messages={
            "required": gettext_lazy("请填分钟数。"), "invalid": gettext_lazy("请填分钟数，如 90。"),
            "min_value": gettext_lazy("至少 15 分钟，最多 8 小时。"),
            "max_value": gettext_lazy("至少 15 分钟，最多 8 小时。"),
        },
    )  # fmt: skip
    bay = line(gettext_lazy("交车位"), 40, list="bays")
    consultant = forms.ChoiceField(label=gettext_lazy("谁来交"), required=False)
    advisor = forms.ChoiceField(
        label=gettext_lazy("介绍给哪位服务顾问"), required=False,
        help_text=gettext_lazy("以后一直由这位顾问照顾客户；到时会出现在他的工作台上"),
    )
    note = line(gettext_lazy("备注"), 200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (("consultant", selectors.consultants()), ("advisor", selectors.advisors())):
            choices = [*NOBODY, *((str(one.pk), one.name) for one in people)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        people = {f"{name}_id": int(data[name]) if data[name] else None for name in ("consultant", "advisor")}
        return {**{name: data[name] for name in ("at", "minutes", "bay", "note")}, **people}


class WhyForm(forms.Form):
    why = line(gettext_lazy("原因"), 200)
    use_required_attribute = False


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=gettext_lazy("照片"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "data-photo": ""}),
    )
    agreed = forms.BooleanField(label=gettext_lazy("客户同意拍照，并同意店里保存"), required=False)
    use_required_attribute = False


class SignatureForm(forms.Form):
    name = line(gettext_lazy("签名人"), 60)
    signature = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)
    use_required_attribute = False

    def clean_signature(self) -> bytes:
        typed = self.cleaned_data["signature"]
        try:
            content = base64.b64decode(typed.removeprefix(DATA_URL), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not typed.startswith(DATA_URL) or not content:
            raise forms.ValidationError(_("请在框里签名，再按保存。"))
        return content


class RecordForm(forms.Form):
    on = day(gettext_lazy("交车日期"), required=True)
    km = kilometres(gettext_lazy("表上里程"), required=True)
    advisor = forms.ChoiceField(
        label=gettext_lazy("专属服务顾问"), required=False, help_text=gettext_lazy("每位车主有一位固定的服务顾问")
    )
    plate = line(gettext_lazy("车牌"), 16, placeholder="皖B12345", autocapitalize="characters")
    registered_on = day(gettext_lazy("上牌日期"), help_text=gettext_lazy("还没上牌就空着"))
    warranty_until = day(gettext_lazy("整车质保到"))
    warranty_km = kilometres(gettext_lazy("整车质保里程"))
    battery_warranty_until = day(gettext_lazy("电池质保到"))
    battery_warranty_km = kilometres(gettext_lazy("电池质保里程"))
    compulsory_ends = day(gettext_lazy("交强险到"))
    compulsory_insurer = line(gettext_lazy("交强险公司"), 60)
    compulsory_number = line(gettext_lazy("交强险保单号"), 60)
    commercial_ends = day(gettext_lazy("商业险到"))
    commercial_insurer = line(gettext_lazy("商业险公司"), 60)
    commercial_number = line(gettext_lazy("商业险保单号"), 60)
    on_paper = forms.BooleanField(label=gettext_lazy("客户在纸质交接单上签了名"), required=False)
    left_out = line(gettext_lazy("没做完的原因"), 200)
    unpaid = forms.BooleanField(label=gettext_lazy("没付清也同意交车"), required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*NOBODY, *((str(one.pk), one.name) for one in selectors.advisors())]
        self.fields["advisor"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_plate(self) -> str:
        plate = rules.read_plate(self.cleaned_data["plate"])
        if plate and len(plate.text) > 12:
            raise forms.ValidationError(_("这不像车牌，请对照行驶证核对。"))
        return plate.text if plate else ""

    def warranty(self) -> Granted:
        return Granted(**{name: self.cleaned_data[name] for name in Granted.__dataclass_fields__})

    def covers(self) -> tuple[Cover, ...]:
        """Only what has a last day."""
        data = self.cleaned_data
        return tuple(
            Cover(
                kind=kind, ends_on=data[f"{kind}_ends"], starts_on=None, insurer=data[f"{kind}_insurer"],
                number=data[f"{kind}_number"],
            )
            for kind in (Policy.Kind.COMPULSORY, Policy.Kind.COMMERCIAL) if data[f"{kind}_ends"]
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for kind in (Policy.Kind.COMPULSORY, Policy.Kind.COMMERCIAL):
            named = data.get(f"{kind}_insurer") or data.get(f"{kind}_number")
            if named and not data.get(f"{kind}_ends") and f"{kind}_ends" not in self.errors:
                self.add_error(f"{kind}_ends", _("请填保单的最后一天，到期前会提醒。"))
        return data


class TermForm(forms.Form):
    brand = line(gettext_lazy("品牌"), 40)
    series = line(gettext_lazy("车系"), 60)
    months = forms.IntegerField(label=gettext_lazy("整车几个月"), required=False, min_value=1, max_value=600)
    km = kilometres(gettext_lazy("整车多少公里"))
    battery_months = forms.IntegerField(label=gettext_lazy("电池几个月"), required=False, min_value=1, max_value=600)
    battery_km = kilometres(gettext_lazy("电池多少公里"))
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ("months", "km", "battery_months", "battery_km")):
            self.add_error("months", _("请至少填一个期限：月数或公里数。"))
        return data


def next_hour() -> Any:
    """A first proposal: tomorrow at ten."""
    return times.start_of(times.today() + timedelta(days=1)) + timedelta(hours=10)
