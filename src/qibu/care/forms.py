"""Forms of care: a plan with its steps, and how the store works through its backlog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.care import words
from qibu.care.models import CarePolicy, Step
from qibu.care.rules import PLACES, unknown_places
from qibu.care.selectors.plans import LivingPlan
from qibu.care.services.plans import PlanEdit
from qibu.ui.meanwhile import Remembering, told

if TYPE_CHECKING:  # generic for the type checker alone
    _StepBase = forms.ModelForm[Step]
    _PolicyBase = forms.ModelForm[CarePolicy]
else:
    _StepBase = _PolicyBase = forms.ModelForm

FARTHEST = 400


class StepForm(_StepBase):
    """One step: its day, how long it may be begun, its words."""

    offset_days = forms.IntegerField(
        label=gettext_lazy("第几天"), min_value=-FARTHEST, max_value=FARTHEST,
        help_text=gettext_lazy("负数是到期日之前，0 是当天。"),
    )  # fmt: skip
    valid_days = forms.IntegerField(
        label=gettext_lazy("几天内有效"), min_value=1, max_value=FARTHEST,
        help_text=gettext_lazy("过了这些天还没开始，任务自动过期。"),
    )  # fmt: skip

    class Meta:
        model = Step
        fields = ("offset_days", "valid_days", "title", "script", "script_en")
        labels = {
            "title": gettext_lazy("任务名称"),
            "script": gettext_lazy("话术"),
            "script_en": gettext_lazy("话术（英文）"),
        }
        widgets = {"script": forms.Textarea({"rows": 12}), "script_en": forms.Textarea({"rows": 12})}

    @property
    def called(self) -> str:
        return words.title_of(self.instance)

    def clean_script(self) -> str:
        return _checked(self.cleaned_data["script"])

    def clean_script_en(self) -> str:
        return _checked(self.cleaned_data["script_en"])


def _checked(script: str) -> str:
    text = script.replace("\r\n", "\n").strip()
    if strange := unknown_places(text):
        raise forms.ValidationError(
            _("话术里的 {strange} 没有对应的内容。可以用的有：{known}。").format(
                strange=_("、").join(f"{{{name}}}" for name in strange),
                known=_("、").join(f"{{{name}}}" for name in PLACES),
            )
        )
    return text


class PlanForm:
    """The steps of a plan in one form, each with its code before the names of its fields."""

    def __init__(self, plan: LivingPlan, data: QueryDict | None = None) -> None:
        self.plan = plan
        self.active = plan.row.active if data is None else "active" in data
        version = data.get("version", "") if data is not None else ""
        self.version = int(version) if version.isdecimal() and len(version) < 10 else plan.row.version
        self.steps = [StepForm(data, instance=step, prefix=step.code) for step in plan.steps]

    def is_valid(self) -> bool:
        return not any(step.errors for step in self.steps)

    @property
    def edit(self) -> PlanEdit:
        steps: dict[str, dict[str, Any]] = {str(form.prefix): form.cleaned_data for form in self.steps}
        return PlanEdit(self.active, steps, self.version)

    def dispute(self, now: LivingPlan) -> None:
        """Say at each field what stands there now, where it is other than what was typed. Sent again, it holds."""
        self.version = now.row.version
        stored = {step.code: step for step in now.steps}
        for form in self.steps:
            for name, value in list(form.cleaned_data.items()):
                theirs = getattr(stored.get(str(form.prefix)), name, value)
                if theirs != value:
                    form.add_error(name, told(str(theirs)))


class PolicyForm(Remembering, _PolicyBase):
    daily_backlog = forms.IntegerField(
        label=gettext_lazy("每人每天放出几位"), min_value=0, max_value=500,
        help_text=gettext_lazy("导入数据前就到期的关怀先放在积压里，按客户近两年消费从高到低，每天放出这么多位。"),
    )  # fmt: skip

    class Meta:
        model = CarePolicy
        fields = ("daily_backlog", "due_time")
        labels = {"due_time": gettext_lazy("任务几点前完成")}
        widgets = {"due_time": forms.TimeInput({"type": "time"}, format="%H:%M")}
