from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel import times
from qibu.kernel.meanwhile import plain
from qibu.network.models import Absence
from qibu.network.words import ROLES
from qibu.tasks.models import Clock, Task
from qibu.tasks.rules import MANAGERS, MOST_ESCALATIONS, SUPERIOR, Fault, WeekHours, Why, faults
from qibu.tasks.selectors.ladders import in_hours
from qibu.tasks.selectors.team import Taker
from qibu.tasks.words import OFFICES, offices_in_words
from qibu.ui.meanwhile import Remembering, told

PICK = "pick"
RUNGS = range(1, MOST_ESCALATIONS + 1)
MOST_HOURS = 400  # some forty working days; later than that nobody need be told
FAULTS = {
    Fault.FIRST_MISSING: ("roles", gettext_lazy("第一次要填好，否则超时没有人知道。")),
    Fault.GAP: ("roles", gettext_lazy("前一次还空着，请先填前一次。")),
    Fault.NOBODY: ("roles", gettext_lazy("请选告诉哪个岗位。")),
    Fault.TIME_MISSING: ("after", gettext_lazy("请填几个营业小时以后。")),
    Fault.TOO_CLOSE: ("after", gettext_lazy("要比前一次至少晚一小时。")),
}


class Moment(forms.DateTimeField):
    """A day and time as the browser's own field gives it, in the store's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "300"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


class Numbers(forms.Field):
    """Several identifiers under one name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        texts = [text for text in value or [] if str(text).isdecimal()]
        return [int(text) for text in texts]


class ResultForm(forms.Form):
    """`result` is an outcome, or `call_back@` with a moment or with `pick`; Ctrl+Enter in the note sends none."""

    task = Numbers()
    result = forms.CharField(required=False)
    note = forms.CharField(required=False, max_length=2000)
    pick = Moment(required=False)
    point = forms.IntegerField(required=False)
    token = forms.CharField(required=False, max_length=36)
    cause = forms.CharField(required=False, max_length=20)
    words = forms.CharField(required=False, max_length=200)

    def clean_result(self) -> str:
        outcome = (self.cleaned_data["result"] or Task.Outcome.REACHED).partition("@")[0]
        if outcome not in Task.Outcome.values:
            raise forms.ValidationError(_("请选一个结果。"))
        return str(self.cleaned_data["result"] or Task.Outcome.REACHED)

    @property
    def why(self) -> Why:
        return Why(self.cleaned_data["cause"], self.cleaned_data["words"])

    @property
    def outcome(self) -> str:
        return str(self.cleaned_data["result"]).partition("@")[0]

    @property
    def next_at(self) -> datetime | None:
        text = str(self.cleaned_data["result"]).partition("@")[2]
        if text == PICK:
            picked: datetime | None = self.cleaned_data.get("pick")
            return picked
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            return None


class TaskForm(forms.Form):
    """A new task or promise."""

    kind = forms.ChoiceField(
        label=gettext_lazy("是什么"),
        choices=[("todo", gettext_lazy("待办")), ("promise", gettext_lazy("答应客户的事"))],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=gettext_lazy("要做什么"), max_length=120)
    detail = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)
    due_at = Moment(label=gettext_lazy("什么时候之前"))
    assignee = forms.TypedChoiceField(label=gettext_lazy("由谁做"), coerce=int, empty_value=None, required=False)
    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = people  # type: ignore[attr-defined]  # a choice field

    def clean_due_at(self) -> datetime:
        due: datetime = self.cleaned_data["due_at"]
        if due <= times.now():
            raise forms.ValidationError(_("这个时间已经过去了，请选一个以后的时间。"))
        return due

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("kind") == "promise" and not found.get("customer"):
            self.add_error("kind", _("承诺要写明是答应哪位客户的：请在客户页上新建。"))
        return found


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class WhyForm(forms.Form):
    """Why a promise was broken; what is missing the service says."""

    cause = forms.ChoiceField(choices=[("", ""), *Clock.Cause.choices], required=False)
    words = forms.CharField(required=False, max_length=200)

    @property
    def why(self) -> Why:
        found = self.cleaned_data if self.is_valid() else {}
        return Why(found.get("cause", ""), found.get("words", ""))


class AssignForm(forms.Form):
    """`staff` empty is the pool."""

    staff = forms.TypedChoiceField(label=gettext_lazy("分给谁"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("放回公共池")), *people]
        self.fields["staff"].choices = choices  # type: ignore[attr-defined]  # a choice field


WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
OPENS, CLOSES = "opens", "closes"


class HoursForm(Remembering):
    """From and until for each weekday, one span a day; both empty is closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            for side, spoken in ((OPENS, _("{day}几点开门")), (CLOSES, _("{day}几点打烊"))):
                said = spoken.format(day=name)
                widget = forms.TimeInput(attrs={"type": "time", "aria-label": said}, format="%H:%M")
                self.fields[f"{side}_{number}"] = forms.TimeField(required=False, widget=widget, label=name)

    @staticmethod
    def initial_of(week: WeekHours) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, hours in week.items():
            if hours:
                found |= {f"{OPENS}_{number}": hours[0].start, f"{CLOSES}_{number}": hours[-1].end}
        return found

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(name, self[f"{OPENS}_{n}"], self[f"{CLOSES}_{n}"]) for n, name in enumerate(WEEKDAYS)]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for number in range(len(WEEKDAYS)):
            opens, closes = found.get(f"{OPENS}_{number}"), found.get(f"{CLOSES}_{number}")
            if bool(opens) != bool(closes) or (opens and closes and closes <= opens):
                self.add_error(f"{CLOSES}_{number}", _("结束要晚于开始；不营业就两个都留空。"))
        return found

    def stored(self) -> dict[str, list[list[str]]]:
        """By ISO weekday, as the table keeps it."""
        return {day: spans for day, spans in _by_day(self.cleaned_data).items() if spans}

    def seen_stored(self) -> dict[str, list[list[str]]] | None:
        """What stood there when the form was opened."""
        known = self.cleaned_data["seen"]
        return None if known is None else _by_day(known)

    def dispute(self, theirs: Mapping[str, Any]) -> None:
        """By ISO weekday, said at the closing time of the day."""
        now: dict[str, Any] = {}
        for day, spans in theirs.items():
            opens, closes = spans[0] if spans else (None, None)
            now |= {f"{OPENS}_{int(day) - 1}": opens, f"{CLOSES}_{int(day) - 1}": closes}
            self.add_error(f"{CLOSES}_{int(day) - 1}", told(f"{opens}–{closes}" if opens else _("不营业")))
        self._have_seen(now)


def _by_day(values: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for number in range(len(WEEKDAYS)):
        opens, closes = plain(values.get(f"{OPENS}_{number}")), plain(values.get(f"{CLOSES}_{number}"))
        found[str(number + 1)] = [[opens, closes]] if opens else []
    return found


class LadderForm(Remembering):
    """Up to three times that somebody is told: so many business hours after the deadline, people of these roles."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managers = [(SUPERIOR, OFFICES[SUPERIOR]), *((r, label) for r, label in ROLES.items() if r in MANAGERS)]
        for number in RUNGS:
            self.fields[f"after_{number}"] = forms.DecimalField(
                label=_("第 {n} 次，超时后几个营业小时").format(n=number), required=number == 1,
                min_value=0, max_value=MOST_HOURS, decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
                error_messages={
                    "required": FAULTS[Fault.TIME_MISSING][1], "invalid": gettext_lazy("请填小时数，如 4 或 0.5。"),
                    "min_value": gettext_lazy("不能是负数；0 是一超时就告诉。"),
                    "max_value": gettext_lazy("最多 400 个营业小时，再晚就没有意义了。"),
                    "max_decimal_places": gettext_lazy("最细到四分之一小时，如 0.25。"),
                },
            )
            self.fields[f"roles_{number}"] = forms.MultipleChoiceField(
                label=_("第 {n} 次，告诉谁").format(n=number), required=number == 1, choices=managers,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": FAULTS[Fault.FIRST_MISSING][1]},
            )

    @staticmethod
    def initial_of(stored: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, rung in stored.items():
            if rung:
                found |= {f"after_{number}": in_hours(rung[0]), f"roles_{number}": rung[1]}
        return found

    def rungs(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        return [(number, self[f"after_{number}"], self[f"roles_{number}"]) for number in RUNGS]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for number, fault in faults([_written(found, number) for number in RUNGS]).items():
            field, words = FAULTS[fault]
            if not {f"after_{number}", f"roles_{number}"} & set(self.errors):
                self.add_error(f"{field}_{number}", words)
        return found

    def stored(self) -> dict[str, list[Any]]:
        return _rungs(self.cleaned_data)

    def seen_stored(self) -> dict[str, list[Any]] | None:
        known = self.cleaned_data["seen"]
        return None if known is None else _rungs(known)

    def dispute(self, theirs: Mapping[str, Any]) -> None:
        """By number of the rung, said at its roles."""
        now: dict[str, Any] = {}
        for number, rung in theirs.items():
            after, offices = rung or (None, [])
            hours = "" if after is None else in_hours(after)
            now |= {f"after_{number}": hours or None, f"roles_{number}": offices}
            said = _("{hours} 个营业小时，{roles}").format(hours=hours, roles=offices_in_words(offices)) if rung else ""
            self.add_error(f"roles_{number}", told(said))
        self._have_seen(now)


def _written(values: Mapping[str, Any], number: int) -> tuple[int | None, list[str]]:
    after = values.get(f"after_{number}")
    minutes = None if after in (None, "") else round(Decimal(str(after)) * 60)
    return minutes, sorted(values.get(f"roles_{number}") or [])


def _rungs(values: Mapping[str, Any]) -> dict[str, list[Any]]:
    written = {str(number): _written(values, number) for number in RUNGS}
    return {number: [] if after is None and not roles else [after, roles] for number, (after, roles) in written.items()}


class DayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label=gettext_lazy("这一天"),
        choices=[("rest", gettext_lazy("放假")), ("work", gettext_lazy("上班"))],
        initial="rest",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=40, required=False)

    @property
    def fact(self) -> dict[str, Any]:
        return {"day": self.cleaned_data["day"], "name": self.cleaned_data["name"]}


NO_DAY = {"required": gettext_lazy("请选择日期。"), "invalid": gettext_lazy("没有这一天，请写成 2026-03-12。")}


class AbsenceForm(forms.Form):
    """Who is away, from when to when, and who stands in."""

    staff = forms.TypedChoiceField(label=gettext_lazy("谁不在"), coerce=int)
    first_day = forms.DateField(
        label=gettext_lazy("从哪天起"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=NO_DAY,
    )
    last_day = forms.DateField(
        label=gettext_lazy("到哪天为止"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("这一天也不在，第二天回来。"),
        error_messages=NO_DAY,
    )
    kind = forms.ChoiceField(label=gettext_lazy("原因"), choices=Absence.Kind.choices, widget=forms.RadioSelect)
    stand_in = forms.TypedChoiceField(
        label=gettext_lazy("由谁代班"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("这几天到期的任务转给他，回来后没做完的自动还回去。不选就放进公共池。"),
    )

    sure = forms.CharField(required=False, widget=forms.HiddenInput)  # the answer to what was asked

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        people: list[tuple[str, str]],
        whose: list[tuple[str, str]],
        of: Absence | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].choices = whose  # type: ignore[attr-defined]  # a choice field
        if of is not None:
            del self.fields["staff"]
        self.fields["stand_in"].choices = [("", _("公共池")), *people]  # type: ignore[attr-defined]  # a choice field


NOT_AMONG = {"invalid_choice": gettext_lazy("选的同事里有人今天不在，或者不能接任务了，请重新选。")}


class ShareForm(forms.Form):
    """Whose open work goes to whom; those who are away stand apart, so that nobody chooses them by mistake."""

    takers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("分给谁"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False,
        error_messages=NOT_AMONG,
    )  # fmt: skip
    away = forms.TypedMultipleChoiceField(
        label=gettext_lazy("今天不在的"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False,
        error_messages=NOT_AMONG, help_text=gettext_lazy("分给他们的任务要等他们回来才有人做。"),
    )  # fmt: skip
    late_only = forms.BooleanField(label=gettext_lazy("只分已经逾期的"), required=False)

    def __init__(self, *args: Any, people: Sequence[Taker], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, gone in (("takers", False), ("away", True)):
            choices = [(one.person.pk, _taker(one)) for one in people if one.gone is gone]
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("takers") and not found.get("away"):
            self.add_error("takers", _("请至少选一位同事。"))
        return found


def _taker(one: Taker) -> str:
    told = _("{name} · 手上 {n} 件").format(name=one.person.name, n=one.load)
    return f"{told} · {one.away}" if one.away else told
