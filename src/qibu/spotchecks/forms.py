"""What people type about spot checks, refused in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel.scoping import current_actor
from qibu.leads import selectors as leads
from qibu.spotchecks import words
from qibu.spotchecks.models import Question
from qibu.vehicles.forms import line

LINES = 12
MOST = 100


class AnswersForm(forms.Form):
    """One question after the other, as the customer is asked."""

    use_required_attribute = False

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in questions:
            self.fields[f"q_{one.code}"] = forms.ChoiceField(
                label=str(one), choices=[(str(code), word) for code, word in words.ANSWERS.items()],
                widget=forms.RadioSelect,
                error_messages={"required": gettext_lazy("请选一项；没谈到的选「没涉及」。")},
            )  # fmt: skip
        self.fields["remark"] = forms.CharField(
            label=gettext_lazy("客户还说了什么"), required=False, max_length=1000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def answers(self) -> dict[str, str]:
        return {name[2:]: value for name, value in self.cleaned_data.items() if name.startswith("q_")}


class ReasonForm(forms.Form):
    reason = line(gettext_lazy("原因"), 200)

    use_required_attribute = False

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise forms.ValidationError(_("请写一句原因，以后看得明白。"))
        return reason


def _number(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, help_text=help_text,
        error_messages={"required": gettext_lazy("请填一个数。"), "invalid": gettext_lazy("请填整数。")},
    )  # fmt: skip


def _yuan(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=8, decimal_places=2,
        error_messages={"required": gettext_lazy("请填金额。"), "invalid": gettext_lazy("请填金额，如 200。")},
    )  # fmt: skip


class RuleForm(forms.Form):
    share = _number(gettext_lazy("抽当月线索的百分之几"), 0, 100)
    number = _number(gettext_lazy("总共至少抽几位"), 0, 500)
    each = _number(gettext_lazy("每位顾问至少几位"), 0, 50)
    days = _number(gettext_lazy("几天内打完"), 1, 60)
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("哪些阶段的线索"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一个阶段。")},
    )  # fmt: skip
    reward_from = _number(gettext_lazy("平均多少分以上奖励"), 0, 100)
    reward = _yuan(gettext_lazy("奖励"))
    penalty_below = _number(gettext_lazy("平均低于多少分处罚"), 0, 100)
    penalty = _yuan(gettext_lazy("处罚"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [(one.code, str(one)) for one in leads.stages_for(current_actor())]
        self.fields["stages"].choices = stages  # type: ignore[attr-defined]  # a MultipleChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data["penalty_below"] > data["reward_from"]:
            self.add_error("penalty_below", _("处罚的分数线不能高于奖励的分数线。"))
        return data

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class StandardForm(forms.Form):
    """The list as rows of text, English and weight; an empty row is none. `seen`: how it stood when it was opened."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(LINES):
            self.fields[f"text_{number}"] = line(_("问题 {n}").format(n=number + 1), 120)
            self.fields[f"text_en_{number}"] = line(_("英文"), 160)
            self.fields[f"weight_{number}"] = forms.IntegerField(
                label=_("分量"), required=False, min_value=1, max_value=MOST,
                error_messages={"invalid": gettext_lazy("请填 1 到 100 的整数。")},
            )  # fmt: skip
            self.fields[f"code_{number}"] = forms.SlugField(
                required=False, max_length=40, widget=forms.HiddenInput
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[forms.BoundField, ...]]:
        parts = ("text", "text_en", "weight", "code")
        return [tuple(self[f"{part}_{number}"] for part in parts) for number in range(LINES)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        filled = [number for number in range(LINES) if data.get(f"text_{number}")]
        if not filled and not self.errors:
            raise forms.ValidationError(_("至少要有一个问题。"))
        for number in filled:
            if not data.get(f"weight_{number}") and f"weight_{number}" not in self.errors:
                self.add_error(f"weight_{number}", _("请填这一题的分量。"))
        return data

    def questions(self) -> list[dict[str, Any]]:
        """A question keeps its code, so that a month's answers fit the next month's; a new one gets one."""
        data, found, taken = self.cleaned_data, [], set[str]()
        for number in range(LINES):
            if not data.get(f"text_{number}"):
                continue
            code = data.get(f"code_{number}") or ""
            if not code or code in taken:
                code = next(c for n in range(1, 99) if (c := f"own-{n}") not in taken | self._codes())
            taken.add(code)
            found.append({
                "code": code, "text": data[f"text_{number}"].strip(), "text_en": data[f"text_en_{number}"].strip(),
                "weight": data[f"weight_{number}"],
            })  # fmt: skip
        return found

    def _codes(self) -> set[str]:
        return {str(self.cleaned_data.get(f"code_{number}") or "") for number in range(LINES)}
