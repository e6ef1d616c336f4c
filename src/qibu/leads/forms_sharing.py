"""What people type about the sharing out of leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.leads.models import AllocationRule, Duty, Source
from qibu.leads.rules import BOUNDS, Part, Policy
from qibu.network.models import Staff
from qibu.tasks.forms import WEEKDAYS
from qibu.ui.meanwhile import Remembering

RELEASES = (
    gettext_lazy("联系不上"), gettext_lazy("要找别的同事"), gettext_lazy("手上太多，跟不过来"),
    gettext_lazy("不是我的车系"), gettext_lazy("以后再买"),
)  # fmt: skip
LANGUAGES = (("zh", gettext_lazy("汉语")), ("en", gettext_lazy("英语")), ("ko", gettext_lazy("韩语")),
             ("ja", gettext_lazy("日语")), ("ru", gettext_lazy("俄语")), ("ar", gettext_lazy("阿拉伯语")))  # fmt: skip


class GiveForm(forms.Form):
    """`staff` empty is the pool."""

    staff = forms.TypedChoiceField(
        label=gettext_lazy("分给谁"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*people, ("", gettext_lazy("放进公海"))]
        self.fields["staff"].choices = choices  # type: ignore[attr-defined]  # a choice field


class ReleaseForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("为什么放回去"), max_length=200,
        error_messages={"required": gettext_lazy("请写一句原因，领取的同事要看。")},
        widget=forms.TextInput(attrs={"list": "release-reasons", "autocomplete": "off"}),
    )


# The numbers --------------------------------------------------------------------------------------
LABELS: dict[str, tuple[Any, Any, Any]] = {
    "answer_minutes": (gettext_lazy("首次联系"), gettext_lazy("营业分钟"), gettext_lazy("线索到了多久之内要联系")),
    "grace_minutes": (gettext_lazy("超时后再等"), gettext_lazy("营业分钟"), gettext_lazy("还没有人联系，就转给下一位")),
    "passed_on": (gettext_lazy("最多转几次"), gettext_lazy("次"), gettext_lazy("再没有人联系就进公海，告诉经理")),
    "room": (gettext_lazy("每人最多跟进"), gettext_lazy("条"), gettext_lazy("满了就不再自动分给他；每人可以单独规定")),
    "claims_a_day": (gettext_lazy("每人每天最多领"), gettext_lazy("条"), ""),
    "claims_open": (gettext_lazy("跟进中满几条不能领"), gettext_lazy("条"), ""),
    "not_again_days": (gettext_lazy("放回以后几天不能再领"), gettext_lazy("天"), ""),
    "quiet_h": (gettext_lazy("H 级"), gettext_lazy("天"), ""),
    "quiet_a": (gettext_lazy("A 级"), gettext_lazy("天"), ""),
    "quiet_b": (gettext_lazy("B 级"), gettext_lazy("天"), ""),
    "quiet_c": (gettext_lazy("C 级"), gettext_lazy("天"), ""),
}
PARTS = (
    (gettext_lazy("多久联系"), ("answer_minutes", "grace_minutes", "passed_on")),
    (gettext_lazy("接多少"), ("room", "claims_a_day", "claims_open", "not_again_days")),
    (gettext_lazy("多少天没人联系就回公海"), ("quiet_h", "quiet_a", "quiet_b", "quiet_c")),
)


class PolicyForm(Remembering):
    """A number left empty is the one of those above."""

    use_required_attribute = False

    def __init__(self, *args: Any, above: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, _unit, hint) in LABELS.items():
            least, most = BOUNDS[name]
            wrong = gettext_lazy("请填 {least} 到 {most} 之间的整数，空着就按上级的。")
            said = str(wrong).format(least=least, most=most)
            self.fields[name] = forms.IntegerField(
                label=label, required=False, min_value=least, max_value=most, help_text=hint,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "placeholder": getattr(above, name)}),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), said),
            )  # fmt: skip

    def parts(self) -> list[tuple[Any, list[tuple[forms.BoundField, Any]]]]:
        return [(title, [(self[name], LABELS[name][1]) for name in names]) for title, names in PARTS]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in LABELS}

    def seen_values(self) -> dict[str, Any] | None:
        known = self.cleaned_data["seen"]
        return None if known is None else {name: known.get(name) for name in LABELS}


# A rule -------------------------------------------------------------------------------------------
def _several(label: Any, choices: Sequence[tuple[Any, Any]] = (), coerce: Any = str) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label, choices=choices, coerce=coerce, required=False, widget=forms.CheckboxSelectMultiple
    )


def _line(label: Any, length: int, hint: Any = "", **attrs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=False, help_text=hint, widget=forms.TextInput(attrs=attrs)
    )


class RuleForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("规则名称"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请起个名字，分到线索的人会看到它，如：抖音线索。")},
    )
    active = forms.BooleanField(label=gettext_lazy("启用"), required=False, initial=True)
    kinds = _several(gettext_lazy("来源大类"), Source.Kind.choices)
    sources = _several(gettext_lazy("具体来源"))
    brand = _line(gettext_lazy("品牌"), 40, gettext_lazy("写开头几个字就行，下同"))
    series = _line(gettext_lazy("车系"), 60)
    model = _line(gettext_lazy("车型"), 100)
    cities = _line(gettext_lazy("客户所在城市"), 200, gettext_lazy("几个城市之间用顿号分开"))
    languages = _several(gettext_lazy("客户的语言"), LANGUAGES)
    weekdays = _several(gettext_lazy("周几进线"), list(enumerate(WEEKDAYS, 1)), int)
    since = forms.TimeField(
        label=gettext_lazy("几点起"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    until = forms.TimeField(
        label=gettext_lazy("几点止"), required=False, help_text=gettext_lazy("早于起点就是到第二天"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    target = forms.ChoiceField(
        label=gettext_lazy("分给谁"), choices=AllocationRule.Target.choices, widget=forms.RadioSelect, initial="turn"
    )
    people = _several(gettext_lazy("指定的人"), coerce=int)
    group = _line(gettext_lazy("小组名称"), 40, list="seller-groups")

    def __init__(
        self, *args: Any, sources: list[tuple[str, str]], people: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"].choices = sources  # type: ignore[attr-defined]  # a choice field
        self.fields["people"].choices = people  # type: ignore[attr-defined]  # a choice field

    @staticmethod
    def initial_of(row: AllocationRule) -> dict[str, Any]:
        names = [name for name in RuleForm.base_fields if name != "cities"]
        return {**{name: getattr(row, name) for name in names}, "cities": _("、").join(row.cities)}

    def facts(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        cities = found["cities"].replace(",", "、").replace("，", "、").replace(" ", "、").split("、")
        found["cities"] = [city.strip() for city in cities if city.strip()]
        return found


RULE_FAULTS = {
    "name": gettext_lazy("已经有一条叫这个名字的规则，请换一个。"),
    "until": gettext_lazy("起止时间要么都填，要么都空着，也不能相同。"),
    "people": gettext_lazy("请至少选一位，只能选店里在做销售的人。"),
    "group": gettext_lazy("请写小组的名称。"),
}


class GroupForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("小组名称"), max_length=40,
        error_messages={"required": gettext_lazy("请写小组的名称，如：网销组。")},
    )
    people = _several(gettext_lazy("组里有谁"), coerce=int)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people  # type: ignore[attr-defined]  # a choice field


# Shares and duty ----------------------------------------------------------------------------------
class ShareForm(forms.Form):
    weight = forms.IntegerField(label=gettext_lazy("份额"), min_value=0, max_value=9)
    room = forms.IntegerField(label=gettext_lazy("最多跟进"), min_value=1, max_value=500, required=False)


class RosterForm(forms.Form):
    """One choice for each person and day: `duty_7_2026-11-27`."""

    def __init__(
        self, *args: Any, people: Sequence[Staff], days: Sequence[date], parts: Mapping[tuple[int, date], Part],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.people, self.days = people, days
        for person in people:
            for day in days:
                said = _("{name} {day}").format(name=person.name, day=day.isoformat())
                self.fields[self.key(person.pk, day)] = forms.ChoiceField(
                    choices=Duty.Part.choices, required=False, label=said,
                    initial=parts.get((person.pk, day), Part.DAY),
                    widget=forms.Select(attrs={"aria-label": said}),
                )

    @staticmethod
    def key(staff_id: int, day: date) -> str:
        return f"duty_{staff_id}_{day.isoformat()}"

    def rows(self) -> list[tuple[Staff, list[tuple[date, forms.BoundField]]]]:
        return [(one, [(day, self[self.key(one.pk, day)]) for day in self.days]) for one in self.people]

    def chosen(self) -> dict[tuple[int, date], Part]:
        """Of a cell that was not sent nothing is said."""
        return {
            (one.pk, day): Part(value)
            for one in self.people
            for day in self.days
            if (value := self.cleaned_data.get(self.key(one.pk, day)))
        }


def week_of(day: date) -> list[date]:
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]
