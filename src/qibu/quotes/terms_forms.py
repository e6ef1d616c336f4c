"""Loan plans and the way of quoting, as a manager writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog.forms import Content
from qibu.network import words
from qibu.network.rules import CAPABILITIES, Capability
from qibu.quotes.models import LoanPlan
from qibu.quotes.rules.authority import Unit
from qibu.quotes.rules.loans import HIGHEST_RATE, LONGEST, Repayment
from qibu.ui.meanwhile import Remembering
from qibu.vehicles.forms import line

ROLES = tuple(role.value for role, granted in CAPABILITIES.items() if Capability.SALES_WORK in granted)
UNITS = [
    (Unit.PERCENT.value, gettext_lazy("车价的百分之")), (Unit.YUAN.value, gettext_lazy("元")),
    (Unit.ALL.value, gettext_lazy("不限")),
]  # fmt: skip


def percent(label: Any, most: Decimal | int = 100, places: int = 2, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_value=most, decimal_places=places,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        error_messages={
            "invalid": gettext_lazy("请填数字，如 3.99。"), "required": gettext_lazy("请填这一项，没有就填 0。"),
            "min_value": gettext_lazy("不会是负数。"), "max_value": gettext_lazy("太大了，请再看一遍。"),
        },
        **options,
    )  # fmt: skip


def whole(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("请填整数。"), "required": gettext_lazy("请填这一项，没有就填 0。"),
            "min_value": gettext_lazy("太小了，请再看一遍。"), "max_value": gettext_lazy("太大了，请再看一遍。"),
        },
        **options,
    )  # fmt: skip


class PlanForm(Content):
    name = line(gettext_lazy("名称"), 60)
    name_en = line(gettext_lazy("英文名称"), 80)
    lender = line(gettext_lazy("贷款机构"), 60)
    repayment = forms.ChoiceField(
        label=gettext_lazy("还款方式"), choices=LoanPlan.Repayment.choices, widget=forms.RadioSelect
    )
    months = whole(gettext_lazy("期数"), 1, LONGEST)
    rate = percent(gettext_lazy("年利率"), HIGHEST_RATE, 3)
    down_percent = percent(gettext_lazy("最低首付"), 99, help_text=gettext_lazy("车价的百分之几"))
    balloon_percent = percent(gettext_lazy("尾款"), 99, help_text=gettext_lazy("车价的百分之几，和最后一期一起还"))
    free_months = whole(gettext_lazy("贴息期数"), 0, LONGEST, help_text=gettext_lazy("前几期的利息由厂家付"))
    fee_percent = percent(gettext_lazy("手续费"), 30, help_text=gettext_lazy("贷款额的百分之几，提车时付"))
    brand = line(gettext_lazy("只用于品牌"), 40)
    series = line(gettext_lazy("只用于车系"), 60)
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].error_messages["required"] = _("请写一个名称，客户会看到。")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        kind = said.get("repayment")
        if kind == Repayment.BALLOON and not said.get("balloon_percent"):
            self.add_error("balloon_percent", _("低月供方案要写尾款是车价的百分之几。"))
        if kind != Repayment.BALLOON and said.get("balloon_percent"):
            self.add_error("balloon_percent", _("只有低月供加尾款的方案才有尾款，请填 0。"))
        if kind == Repayment.SUBSIDISED and not said.get("free_months"):
            self.add_error("free_months", _("贴息方案要写厂家付前几期的利息。"))
        if kind != Repayment.SUBSIDISED and said.get("free_months"):
            self.add_error("free_months", _("只有厂家贴息的方案才有贴息期数，请填 0。"))
        if (said.get("free_months") or 0) > (said.get("months") or LONGEST):
            self.add_error("free_months", _("贴息期数不能比总期数长。"))
        if (said.get("balloon_percent") or 0) + (said.get("down_percent") or 0) > 100:
            self.add_error("balloon_percent", _("首付加尾款超过了车价，请调低一项。"))
        return said


class NewPlanForm(PlanForm):
    code = forms.SlugField(
        label=gettext_lazy("编号"), max_length=40, help_text=gettext_lazy("字母、数字和短横，如 bank-36"),
        error_messages={"invalid": gettext_lazy("编号只用字母、数字和短横，如 bank-36。"),
                        "required": gettext_lazy("请写一个编号。")},
    )  # fmt: skip


class RulesForm(Remembering):
    """Of each role that sells the unit and the value of its limit."""

    valid_days = whole(gettext_lazy("报价几天有效"), 1, 90)
    link_days = whole(gettext_lazy("客户的链接几天能打开"), 1, 180)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in ROLES:
            self.fields[f"unit_{role}"] = forms.ChoiceField(label=words.role(role), choices=UNITS)
            said = _("{role}最多优惠多少").format(role=words.role(role))
            field = percent(said, 10_000_000)
            field.widget.attrs["aria-label"] = said
            self.fields[f"value_{role}"] = field

    @staticmethod
    def initial_of(values: Mapping[str, Any]) -> dict[str, Any]:
        found = {"valid_days": values["valid_days"], "link_days": values["link_days"]}
        for role in ROLES:
            unit, value = values["limits"].get(role, (Unit.YUAN.value, "0"))
            found |= {f"unit_{role}": unit, f"value_{role}": Decimal(value)}
        return found

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [(words.role(role), self[f"unit_{role}"], self[f"value_{role}"]) for role in ROLES]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for role in ROLES:
            if said.get(f"unit_{role}") == Unit.PERCENT and (said.get(f"value_{role}") or 0) > 100:
                self.add_error(f"value_{role}", _("百分比最多 100；填金额请选「元」。"))
        return said

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"valid_days": said["valid_days"], "link_days": said["link_days"], "limits": limits_of(said)}

    def seen_values(self) -> dict[str, Any] | None:
        known = self.cleaned_data["seen"]
        if known is None:
            return None
        return {"valid_days": known["valid_days"], "link_days": known["link_days"], "limits": limits_of(known)}

    def dispute(self, theirs: Mapping[str, Any]) -> None:
        """What a colleague made of the limits is said role by role."""
        days = {name: value for name, value in theirs.items() if name != "limits"}
        limits = theirs.get("limits")
        flat = self.initial_of({"valid_days": 0, "link_days": 0, "limits": limits}) if limits is not None else {}
        super().dispute(days | {name: value for name, value in flat.items() if not name.endswith("_days")})


def limits_of(said: Mapping[str, Any]) -> dict[str, list[str]]:
    return {role: [str(said[f"unit_{role}"]), _short(said[f"value_{role}"])] for role in ROLES}


def _short(value: Any) -> str:
    """5.00 and 5 are the same limit."""
    return f"{Decimal(str(value)).normalize():f}"
