"""The form that says whom to call about a car."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.care import words
from qibu.care.rules import CALLED, callee
from qibu.care.selectors import callees as reading
from qibu.care.selectors import facts
from qibu.care.services import callees
from qibu.vehicles.selectors import Part
from qibu.vehicles.views import CarAct


class CalleesForm(forms.Form):
    """One line for each thing: a person with a part in the car, or whom the rules name."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], usual: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for trigger in CALLED:
            choices = [("", _as_usual((usual or {}).get(trigger.value, ""))), *people]
            self.fields[trigger.value] = forms.ChoiceField(
                label=words.CALLS[trigger], choices=choices, required=False,
                error_messages={"invalid_choice": gettext_lazy("这位已经没有这台车的身份了，请另选一位。")},
            )  # fmt: skip

    @property
    def chosen(self) -> dict[str, int | None]:
        return {name: int(value) if value else None for name, value in self.cleaned_data.items()}


def _as_usual(who: str) -> str:
    return _("按通常的办法：{who}").format(who=who) if who else _("按通常的办法")


def _roles(parts: Sequence[Part]) -> str:
    return _("、").join(part.role_label for part in parts)


class Choose(CarAct):
    form_class = CalleesForm
    title, done = gettext_lazy("有事找谁"), gettext_lazy("已记下，下次安排任务时就按这个找人。")
    faults = (callees.NoPart,)

    def form_options(self) -> dict[str, Any]:
        parts = reading.living_parts(self.actor, self.vehicle.pk)
        known = facts.parties(self.actor, [self.vehicle.pk]).get(self.vehicle.pk, facts.Parties())
        asked = {trigger.value: callee(trigger, known.parties) for trigger in CALLED}
        return {
            "people": [(str(of[0].customer_id), f"{of[0].name} · {_roles(of)}") for of in parts.values()],
            "usual": {what: parts[who][0].name for what, who in asked.items() if who is not None and who in parts},
        }  # fmt: skip

    def initial(self) -> dict[str, Any]:
        known = facts.parties(self.actor, [self.vehicle.pk]).get(self.vehicle.pk, facts.Parties())
        return {trigger: str(who) for trigger, who in known.chosen.items()}

    def act(self, form: Any) -> str:
        callees.choose(actor=self.actor, vehicle_id=self.vehicle.pk, chosen=form.chosen)
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        form.add_error(None, _("其中一位刚刚没有了这台车的身份，请重新选。"))
