"""What people type about visits, read by the rules, refused in sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers import rules as customers
from qibu.customers import selectors
from qibu.customers.forms import PHONE_FAULTS
from qibu.vehicles.forms import day, kilometres, line

KINDS = (
    gettext_lazy("保养"), gettext_lazy("一般维修"), gettext_lazy("质保维修"), gettext_lazy("事故维修"),
    gettext_lazy("检查"), gettext_lazy("其他"),
)  # fmt: skip
AMOUNTS = ("labour", "parts")


def amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        error_messages={
            "invalid": gettext_lazy("请填金额，如 498 或 498.50。"),
            "min_value": gettext_lazy("金额不会是负数。"),
        },
    )


class VisitForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("工单号"),
        max_length=40,
        error_messages={"required": gettext_lazy("请填写工单号，与维修系统里的一致。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = line(gettext_lazy("业务类型"), 40, list="visit-kinds")
    opened_on = day(gettext_lazy("到店日期"), required=True)
    closed_on = day(gettext_lazy("离店日期"), help_text=gettext_lazy("车还在店里就空着"))
    mileage = kilometres(gettext_lazy("进厂里程"))
    mileage_reason = line(
        gettext_lazy("里程与以前不符的原因"), 200, placeholder=gettext_lazy("如：更换里程表、上次抄错")
    )
    jobs = forms.CharField(
        label=gettext_lazy("维修项目"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("项目之间用分号分开；写明保养的会重新计算下次保养"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    labour = amount(gettext_lazy("工时费"))
    parts = amount(gettext_lazy("材料费"))
    total = amount(gettext_lazy("合计"))
    advisor = forms.ChoiceField(label=gettext_lazy("服务顾问"), required=False)
    contact_name = line(gettext_lazy("送修人"), 60)
    contact_phone = line(gettext_lazy("送修人电话"), 40, inputmode="tel")
    remark = forms.CharField(
        label=gettext_lazy("备注"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["advisor"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("未定")), *selectors.staff_choices()
        ]  # fmt: skip

    def clean_contact_phone(self) -> str:
        try:
            phone = customers.read_phone(self.cleaned_data["contact_phone"])
        except customers.UnusablePhone as fault:
            raise forms.ValidationError(PHONE_FAULTS[fault.code]) from None
        return phone.number if phone else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in AMOUNTS:
            data[name] = data.get(name) or Decimal(0)
        if data.get("total") is None and "total" not in self.errors:
            data["total"] = data["labour"] + data["parts"]
        return data

    def facts(self) -> dict[str, Any]:
        """What the services call these fields."""
        taken = ("number", "kind", "opened_on", "closed_on", "mileage", "jobs", *AMOUNTS, "total", "remark")
        advisor = self.cleaned_data["advisor"]
        return {
            **{name: self.cleaned_data[name] for name in taken},
            "advisor_id": int(advisor) if advisor else None,
            "mileage_reason": self.cleaned_data["mileage_reason"],
        }


class NewVisitForm(VisitForm):
    """With the car, found by the search."""

    q = line(gettext_lazy("哪台车"), 80, placeholder=gettext_lazy("车牌、VIN 后六位、车主姓名"))
    vehicle = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("vehicle"):
            typed = bool(data.get("q"))
            self.add_error("q", _("请在下面选一台车。") if typed else _("请输入车牌、VIN 或车主姓名来找车。"))
        return data
