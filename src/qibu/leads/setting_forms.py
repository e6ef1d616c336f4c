"""What people set up for their sales: stages of a line, reasons of loss, the pace by grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.leads import words
from qibu.leads.models import LossReason, Stage
from qibu.leads.rules import Grade, Pace
from qibu.leads.services.setting_up import FIRST, LAST, Wanted
from qibu.ui import formats
from qibu.ui.meanwhile import Remembering
from qibu.vehicles.forms import line

if TYPE_CHECKING:  # generic for the type checker alone
    _Forms = forms.BaseFormSet["StageForm"]
else:
    _Forms = forms.BaseFormSet
MOST_DAYS, MOST_HOURS = 365, 2160


def number(label: Any, least: int, most: int, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": gettext_lazy("请填整数。"), "required": gettext_lazy("请填整数。"),
            "min_value": gettext_lazy("最小填 %(limit_value)s。"),
            "max_value": gettext_lazy("最大填 %(limit_value)s。"),
        },
        **more,
    )  # fmt: skip


class StageForm(forms.Form):
    code = forms.CharField(required=False, widget=forms.HiddenInput)
    name = line(gettext_lazy("名称"), 30)
    name_en = line(gettext_lazy("英文名称"), 40)
    stale_days = number(gettext_lazy("停留几天算久"), 0, MOST_DAYS, required=False)
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("进来之前要有"), required=False, choices=list(words.NEEDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("code") and not data.get("name"):
            gone = _("请写下名称；不要这个阶段了，请勾选「去掉」。")
            self.add_error("name", _("请写下名称。") if self.fixed else gone)
        return data

    @property
    def fixed(self) -> bool:
        """What the product itself moves leads to; it may be renamed."""
        return self["code"].value() in (FIRST, LAST)

    @property
    def called(self) -> str:
        """By the name that one reads; a new one has none."""
        name = str(self["name"].value() or "")
        return name if formats.chinese() else str(self["name_en"].value() or name)

    @property
    def asked(self) -> list[Any]:
        """What one reads of it while it is folded."""
        return [words.NEEDS[need] for need in self["needs"].value() or [] if need in words.NEEDS]

    @property
    def place(self) -> tuple[bool, int]:
        """Where people put it; the new one stands last."""
        order = str(self["ORDER"].value() or "")
        return not self["code"].value(), int(order) if order.isdecimal() else 0

    @property
    def unfolded(self) -> bool:
        return bool(self.errors) or (not self["code"].value() and self.has_changed())


class BaseStages(_Forms):
    """`instead_CODE` in what was sent: where leads go whose stage goes."""

    def wanted(self) -> list[Wanted]:
        kept = [form for form in self.ordered_forms if form.cleaned_data.get("name")]
        return [
            Wanted(
                name=data["name"], code=data["code"], name_en=data["name_en"], needs=tuple(data["needs"]),
                stale_days=data["stale_days"] or 0,
            )
            for data in (form.cleaned_data for form in kept)
        ]  # fmt: skip

    def arranged(self) -> list[StageForm]:
        """In the order that was asked for, also while something is still wrong."""
        return sorted(self.forms, key=lambda form: form.place)

    def instead(self) -> dict[str, str]:
        sent = self.data.items()
        return {key.removeprefix("instead_"): str(to) for key, to in sent if key.startswith("instead_") and to}

    def add_fields(self, form: StageForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("顺序")
        form.fields["DELETE"].label = _("去掉")


StageForms = forms.formset_factory(StageForm, formset=BaseStages, extra=1, max_num=15, can_order=True, can_delete=True)


def initial_of(stages: list[Stage]) -> list[dict[str, Any]]:
    fields = ("code", "name", "name_en", "stale_days", "needs")
    return [{name: getattr(row, name) for name in fields} for row in stages]


class LineForm(forms.Form):
    brand = line(gettext_lazy("品牌"), 40)
    series = line(gettext_lazy("车系"), 60)


class ReasonForm(Remembering):
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=40, error_messages={"required": gettext_lazy("请写下原因。")}
    )
    name_en = line(gettext_lazy("英文名称"), 60)
    ends = forms.ChoiceField(label=gettext_lazy("算作"), choices=LossReason.Ends.choices, required=False)
    active = forms.BooleanField(label=gettext_lazy("可以选"), required=False)

    @classmethod
    def initial_of(cls, row: LossReason | None) -> dict[str, Any]:
        if row is None:
            return {"active": True, "ends": LossReason.Ends.LOST}
        return {"name": row.name, "name_en": row.name_en, "active": row.active, "ends": row.ends}


class PaceForm(Remembering):
    """One grade."""

    grade = forms.CharField(widget=forms.HiddenInput)
    within_days = number(gettext_lazy("多少天内买"), 1, MOST_DAYS)
    every_hours = number(gettext_lazy("最长多少小时联系一次"), 1, MOST_HOURS)

    @classmethod
    def initial_of(cls, grade: Grade, pace: Pace) -> dict[str, Any]:
        hours = int(pace.every.total_seconds() // 3600)
        return {"grade": grade.value, "within_days": pace.within_days, "every_hours": hours}


