"""What is asked of the funnel, and what sources cost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from qibu.funnel.selectors import NOBODY, Asked
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.leads.models import Source

DAYS = 90


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)


class AskedForm(forms.Form):
    """What can't be read is as if it weren't there: figures of the last ninety days."""

    first = _day(gettext_lazy("从"))
    last = _day(gettext_lazy("到"))
    source = forms.ChoiceField(label=gettext_lazy("来源"), required=False)
    consultant = forms.ChoiceField(label=gettext_lazy("销售顾问"), required=False)
    series = forms.ChoiceField(label=gettext_lazy("车系"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", gettext_lazy("全部"))
        people = [(str(one.pk), one.name) for one in leads.sellers()]
        self._offer("source", [every, *((one.code, str(one)) for one in leads.sources(actor, all_of_them=True))])
        self._offer("consultant", [every, (NOBODY, gettext_lazy("公海")), *people])
        self._offer("series", [every, *leads.series_choices(actor)])

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def asked(self) -> Asked:
        self.is_valid()
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        last = given.pop("last", None) or times.today()
        first = given.pop("first", None) or last - timedelta(days=DAYS - 1)
        return Asked(min(first, last), max(first, last), **given)


class CostsForm(forms.Form):
    """One field a source; what is left empty cost nothing."""

    use_required_attribute = False

    def __init__(self, *args: Any, sources: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in sources:
            self.fields[one.code] = forms.DecimalField(
                label=str(one), required=False, min_value=0, max_digits=12, decimal_places=2,
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
                error_messages={
                    "invalid": gettext_lazy("请填金额，如 3000 或 3000.50。"),
                    "min_value": gettext_lazy("金额不会是负数。"),
                },
            )  # fmt: skip

    def amounts(self) -> dict[str, Decimal]:
        return {name: value or Decimal(0) for name, value in self.cleaned_data.items()}


class MonthForm(forms.Form):
    month = forms.DateField(input_formats=["%Y-%m"])


def month_asked(text: str) -> date:
    """The first day of a month as an address names it; this month where it names none."""
    form = MonthForm({"month": text})
    found: date = form.cleaned_data["month"] if form.is_valid() else times.today()
    return found.replace(day=1)
