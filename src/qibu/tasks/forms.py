from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.kernel import times
from qibu.tasks.models import Task

PICK = "pick"


class Moment(forms.DateTimeField):
    """A day and time as the browser's own field gives it, in the store's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "300"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S")


class Numbers(forms.Field):
    """Several identifiers under one name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        texts = [text for text in value or [] if str(text).isdigit()]
        return [int(text) for text in texts]


class ResultForm(forms.Form):
    """`result` is an outcome, or `call_back@` with a moment or with `pick`; Ctrl+Enter in the note sends none."""

    task = Numbers()
    result = forms.CharField(required=False)
    note = forms.CharField(required=False, max_length=2000)
    pick = Moment(required=False)
    point = forms.IntegerField(required=False)
    token = forms.CharField(required=False, max_length=36)

    def clean_result(self) -> str:
        outcome = (self.cleaned_data["result"] or Task.Outcome.REACHED).partition("@")[0]
        if outcome not in Task.Outcome.values:
            raise forms.ValidationError(_("请选一个结果。"))
        return str(self.cleaned_data["result"] or Task.Outcome.REACHED)

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


class AssignForm(forms.Form):
    """`staff` empty is the pool."""

    id = Numbers()
    staff = forms.TypedChoiceField(label=gettext_lazy("分给谁"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext_lazy("放回公共池")), *people]
        self.fields["staff"].choices = choices  # type: ignore[attr-defined]  # a choice field
