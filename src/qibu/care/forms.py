"""Forms of care: a plan with its steps, and how the store works through its backlog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.care import words
from qibu.care.models import Step
from qibu.care.rules import PLACES, stray_braces, unknown_places
from qibu.care.selectors.plans import OF_STEPS, Living, LivingPlan
from qibu.care.services.plans import PlanEdit
from qibu.ui.meanwhile import Remembering, told
from qibu.vehicles.models import Vehicle

if TYPE_CHECKING:  # generic for the type checker alone
    _StepBase = forms.ModelForm[Step]
else:
    _StepBase = forms.ModelForm

FARTHEST = 400
MOST_OF_VERSION = 400


def whole(label: Any, low: int, high: int, too_low: Any, too_high: Any, **options: Any) -> forms.IntegerField:
    """A whole number, refused in words of the field."""
    return forms.IntegerField(
        label=label, min_value=low, max_value=high,
        error_messages={
            "required": gettext_lazy("不能空，请填一个整数。"), "invalid": gettext_lazy("请填整数。"),
            "min_value": too_low, "max_value": too_high,
        },
        **options,
    )  # fmt: skip


class StepForm(_StepBase):
    """One step: its day, how long it may be begun, its words."""

    offset_days = whole(
        gettext_lazy("第几天"), -FARTHEST, FARTHEST, gettext_lazy("最多提前 400 天。"),
        gettext_lazy("最晚到第 400 天。"),
        help_text=gettext_lazy("负数是到期日之前，0 是当天。"),
    )  # fmt: skip
    valid_days = whole(
        gettext_lazy("几天内有效"), 1, FARTHEST, gettext_lazy("至少 1 天。"), gettext_lazy("最多 400 天。"),
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
        error_messages = {"title": {"required": gettext_lazy("任务名称不能空。")}}
        widgets = {"script": forms.Textarea({"rows": 12}), "script_en": forms.Textarea({"rows": 12})}

    marks: dict[str, Mark]

    @property
    def rows(self) -> list[tuple[forms.BoundField, Mark]]:
        """The short fields, with where their values come from; the English script stands apart."""
        return [(self[name], self.marks[name]) for name in ("offset_days", "valid_days", "title")]

    @property
    def called(self) -> str:
        return words.title_of(self.instance)

    def clean_script(self) -> str:
        """Whoever has been told what to say is not left without a word."""
        text = _checked(self.cleaned_data["script"])
        if not text and self.instance.script:
            raise forms.ValidationError(_("话术不能空：打电话的人靠它说话。不想用这一步，请停用整个计划。"))
        return text

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
    if stray := stray_braces(text):
        sentence = _("「{place}」这里的括号没有配成对，要写成 {{customer}} 这样。")
        raise forms.ValidationError(sentence.format(place=stray[0]))
    return text


@dataclass(frozen=True)
class Mark:
    """Where a field's value comes from, as `c-origin` shows it; `back` is the name by which it is filled back."""

    source: str
    own: bool
    above: str = ""
    back: str = ""


def mark(living: Living, name: str, sources: Mapping[int | None, str]) -> Mark:
    saying, own = living.said[name][0], living.is_own(name)
    source = sources[saying.source]
    if saying.about != living.line:
        source = f"{source} · {words.line(saying.about)}"
    if not own or len(living.said[name]) == 1:
        return Mark(source, own)
    return Mark(source, own, words.value(living.above(name).value), name)


class LineForm(forms.Form):
    """Which cars: beginnings of names, and what drives them."""

    brand = forms.CharField(label=gettext_lazy("品牌"), max_length=40, required=False)
    series = forms.CharField(
        label=gettext_lazy("车系"), max_length=60, required=False,
        help_text=gettext_lazy("写开头几个字就行：写「听松」，听松 520、听松 650 都算。"),
    )  # fmt: skip
    energy = forms.ChoiceField(
        label=gettext_lazy("能源"), required=False, choices=[("", gettext_lazy("不限")), *Vehicle.Energy.choices]
    )


def same_day(steps: Iterable[Step]) -> list[tuple[str, str]]:
    """Day → the steps that fall on it in words, where there are several: the customer would be called for each."""
    found: dict[str, list[str]] = {}
    for step in steps:
        found.setdefault(words.when(step), []).append(_("「{title}」").format(title=words.title_of(step)))
    return [(day, _("、").join(titles)) for day, titles in found.items() if len(titles) > 1]


class PlanForm:
    """The steps of a plan in one form, each with its code before the names of its fields."""

    def __init__(
        self, plan: LivingPlan, sources: Mapping[int | None, str], data: QueryDict | None = None
    ) -> None:
        self.plan, self.sources = plan, sources
        self.active = plan.row.active if data is None else "active" in data
        self.version = (data.get("version", "") if data else "")[:MOST_OF_VERSION] or plan.version
        self.steps = [StepForm(data, instance=step, prefix=step.code) for step in plan.steps]
        for form in self.steps:
            form.marks = {name: mark(plan, f"{form.prefix}.{name}", sources) for name in OF_STEPS}

    @property
    def mark(self) -> Mark:
        """Of the switch."""
        return mark(self.plan, "active", self.sources)

    def is_valid(self) -> bool:
        return not any(step.errors for step in self.steps)

    @property
    def faults(self) -> list[tuple[str, forms.BoundField, str]]:
        """For the summary above the form: step, field, sentence."""
        return [
            (step.called, step[name], str(said[0])) for step in self.steps for name, said in step.errors.items()
        ]

    @property
    def edit(self) -> PlanEdit:
        steps: dict[str, dict[str, Any]] = {str(form.prefix): form.cleaned_data for form in self.steps}
        return PlanEdit(self.active, steps, self.version, self.plan.line)

    def dispute(self, now: LivingPlan) -> None:
        """Say at each field what stands there now, where it is other than what was typed. Sent again, it holds."""
        self.version = now.version
        for form in self.steps:
            for name, value in list(form.cleaned_data.items()):
                sayings = now.said.get(f"{form.prefix}.{name}")
                if sayings and sayings[0].value != value:
                    form.add_error(name, told(str(sayings[0].value)))


class PolicyForm(Remembering):
    daily_backlog = whole(
        gettext_lazy("每人每天放出几位"), 0, 500, gettext_lazy("不能是负数；0 是先不放。"),
        gettext_lazy("最多 500 位。"),
        help_text=gettext_lazy("导入数据前就到期的关怀先放在积压里，按客户近两年消费从高到低，每天放出这么多位。"),
    )  # fmt: skip
    due_time = forms.TimeField(
        label=gettext_lazy("任务几点前完成"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("请填几点，如 18:00。"), "invalid": gettext_lazy("没有这个时间，请写成 18:00。"),
        },
    )


KM = (500, 100_000, gettext_lazy("至少 500 公里。"), gettext_lazy("最多 100,000 公里。"))
MONTHS = (1, 60, gettext_lazy("至少 1 个月。"), gettext_lazy("最多 60 个月。"))


class IntervalForm(Remembering):
    first_km = whole(gettext_lazy("首保公里"), *KM)
    first_months = whole(gettext_lazy("首保月数"), *MONTHS)
    km = whole(gettext_lazy("以后每多少公里"), *KM)
    months = whole(gettext_lazy("以后每多少个月"), *MONTHS)
