"""The form with which a portfolio is handed over (A6)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.network.forms import Form
from qibu.network.services.handovers import Plan

MOST_WEIGHT = 100
PICKED = "picked"
WAYS = (
    ("even", gettext_lazy("平均分")), ("shares", gettext_lazy("按比例分")),
    (PICKED, gettext_lazy("只交选中的客户，其余不动")),
)  # fmt: skip


class HandOverForm(Form):
    """Who takes over and by which share, which parts, which customers by hand: `share_7`, `pick_123`.

    Whoever a customer is picked for takes over by that alone; the ticked ones share what nobody is picked for.
    """

    takers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("由谁接手"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    way = forms.ChoiceField(
        label=gettext_lazy("怎么分"), choices=WAYS, widget=forms.RadioSelect, initial="even",
    )
    parts = forms.MultipleChoiceField(label=gettext_lazy("交接什么"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("会写进交接记录，例如：离职、调岗、休产假。"),
    )
    note = forms.CharField(
        label=gettext_lazy("给接手人的话"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("每位客户的时间线上都看得到，例如：客户习惯、没办完的事。"),
    )

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        takers: list[tuple[int, str]],
        parts: list[tuple[str, Any]],
        reasoned: bool = True,
        looking: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={"parts": [key for key, _label in parts], "way": "even"}, **kwargs)
        self.fields["takers"].choices = takers  # type: ignore[attr-defined]  # a choice field
        self.fields["parts"].choices = parts  # type: ignore[attr-defined]  # a choice field
        self.fields["parts"].error_messages["required"] = _("请至少选一样。")
        self.fields["reason"].required = reasoned  # who only looks need not say why yet
        self.known = {pk for pk, _name in takers}
        self.looking = looking
        self.unsaid = ""  # what is missing where several customers are given at once
        self.picks = self._picks()

    def full_clean(self) -> None:
        """Who is still choosing customers is not told what else is missing."""
        super().full_clean()
        if self.looking:
            self.errors.clear()

    def _picks(self) -> dict[int, int]:
        """Customer → taker, of what was sent."""
        sent = {key.removeprefix("pick_"): value for key, value in self.data.items() if key.startswith("pick_")}
        found = {int(key): int(value) for key, value in sent.items() if key.isdecimal() and str(value).isdecimal()}
        return found | self._several()

    def _several(self) -> dict[int, int]:
        """The ticked customers go to the colleague chosen above them: `chosen`, `give_to`."""
        if "give" not in self.data:
            return {}
        chosen = [int(one) for one in cast(QueryDict, self.data).getlist("chosen") if one.isdecimal()]
        taker = str(self.data.get("give_to", ""))
        if not chosen or not taker.isdecimal():
            self.unsaid = _("请先勾选客户，再选交给谁。")
            return {}
        return dict.fromkeys(chosen, int(taker))

    def share_of(self, staff_id: int) -> str:
        return str(self.data.get(f"share_{staff_id}", "")).strip()

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        takers, by_share = found.get("takers", []), found.get("way") == "shares"
        found["weights"] = {pk: self._weight(self.share_of(pk)) if by_share else 1 for pk in takers}
        if found.get("way") != PICKED and "takers" not in self.errors:
            self._check_weights(found["weights"])
        if found.get("way") == PICKED and not self.picks:
            self.add_error("way", _("还没有选客户：请在下面给客户选接手人。"))
        if set(self.picks.values()) - self.known:
            self.add_error(None, _("有的客户选的接手人不能接手，请在下面重新选。"))
        return found

    def _check_weights(self, weights: dict[int, int]) -> None:
        if not weights:
            rest = _("请选谁来接手没有逐位指定的；只交指定的客户，请在「怎么分」里选那一项。")
            self.add_error("takers", rest if self.picks else _("请至少选一位同事。"))
        elif not any(weights.values()):
            self.add_error("takers", _("请给每位接手人填一个比例，例如 3 和 2。"))

    def _weight(self, text: str) -> int:
        number = int(text) if text.isdecimal() else 0
        if text and not 0 < number <= MOST_WEIGHT:
            self.add_error("takers", _("比例写 1 到 {most} 的整数。").format(most=MOST_WEIGHT))
        return min(number, MOST_WEIGHT)

    def plan(self) -> Plan:
        given = self.cleaned_data
        only = given["way"] == PICKED
        weights = {} if only else {pk: weight for pk, weight in given["weights"].items() if weight}
        return Plan(weights, self.picks, frozenset(given["parts"]), only)
