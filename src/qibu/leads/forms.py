"""What people type about leads, refused in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors as catalog
from qibu.customers.forms import read_phones
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors
from qibu.leads.models import Lead, LossReason
from qibu.leads.rules import Need
from qibu.tasks.forms import Moment
from qibu.tasks.models import Task
from qibu.tasks.rules import Why
from qibu.ui.meanwhile import Remembering
from qibu.vehicles.forms import day, line

SOON = gettext_lazy("这个时间已经过去了，请选一个以后的时间。")
MOST_MONEY = 100_000_000


def money(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=MOST_MONEY, max_digits=12, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "1000"}),
        error_messages={
            "invalid": gettext_lazy("请填金额，如 150000。"), "min_value": gettext_lazy("金额不会是负数。"),
            "max_value": gettext_lazy("金额太大了，请按元填写。"),
        },
    )  # fmt: skip


def words(label: Any, length: int, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=length, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def _unset(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("未填")), *choices]


class CarFields(forms.Form):
    """Which car: one of the price list, or in words."""

    model_code = forms.ChoiceField(label=gettext_lazy("价目表里的车"), required=False)
    series = line(gettext_lazy("车系"), 60, list="lead-series")
    model = line(gettext_lazy("配置"), 100)
    colour = line(gettext_lazy("颜色"), 30)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.cars = actor, {car.code: car for car in catalog.on_sale(actor)}
        known = [(code, str(car)) for code, car in self.cars.items()]
        kept = self.initial.get("model_code") or ""
        if kept and kept not in self.cars:
            known.append((kept, _("{code}（已停售）").format(code=kept)))
        self.fields["model_code"].choices = [("", _("不在价目表里")), *known]  # type: ignore[attr-defined]  # a choice

    def car(self) -> dict[str, Any]:
        """Brand, series and trim as the price list calls them, where one of it was chosen."""
        data = self.cleaned_data
        found = self.cars.get(data.get("model_code") or "")
        if found is not None:
            return {"model_code": found.code, "brand": found.brand, "series": found.series, "model": found.name}
        return {"model_code": data.get("model_code") or "", "series": data["series"], "model": data["model"]}


class FactsForm(CarFields, Remembering):
    interest = forms.ChoiceField(label=gettext_lazy("想做什么"), choices=Lead.Interest.choices)
    buys_by = day(gettext_lazy("打算什么时候买"))
    budget = money(gettext_lazy("预算"))
    payment = forms.ChoiceField(
        label=gettext_lazy("付款方式"), required=False, choices=_unset(Lead.Payment.choices)
    )
    quantity = forms.IntegerField(label=gettext_lazy("数量"), min_value=1, max_value=999)
    trade_in = line(gettext_lazy("要置换的旧车"), 100)
    competitors = line(gettext_lazy("还在看什么车"), 120)
    source = forms.ChoiceField(label=gettext_lazy("来源"))
    campaign = line(gettext_lazy("活动"), 60)
    remark = words(gettext_lazy("备注"), 2000, 3)

    NAMES = (
        "model_code", "series", "model", "colour", "interest", "buys_by", "budget", "payment", "quantity", "trade_in",
        "competitors", "source", "campaign", "remark",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.code, str(one)) for one in selectors.sources(self.actor)]
        kept = self.initial.get("source") or ""
        if kept and kept not in dict(known):
            known.append((kept, selectors.source_called(self.actor, kept)))
        self.fields["source"].choices = known  # type: ignore[attr-defined]  # a choice field

    @classmethod
    def initial_of(cls, lead: Lead) -> dict[str, Any]:
        return {name: getattr(lead, name) for name in cls.NAMES}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES} | self.car()


class NewLeadForm(CarFields):
    """Somebody who is on file (`customer`), or somebody new."""

    customer = forms.IntegerField(required=False, widget=forms.HiddenInput)
    q = forms.CharField(label=gettext_lazy("客户"), required=False, max_length=80)
    name = line(gettext_lazy("姓名"), 80)
    phone = line(gettext_lazy("手机号"), 60, inputmode="tel")
    source = forms.ChoiceField(label=gettext_lazy("来源"))
    buys_by = day(gettext_lazy("打算什么时候买"))
    remark = words(gettext_lazy("备注"), 2000)
    mine = forms.BooleanField(label=gettext_lazy("由我跟进"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.code, str(one)) for one in selectors.sources(self.actor)]
        self.fields["source"].choices = known  # type: ignore[attr-defined]  # a choice field

    def clean_phone(self) -> list[str]:
        return read_phones(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("customer") and "phone" in found and not found["phone"]:
            self.add_error("phone", _("请选一位客户，或填手机号，不然以后联系不上。"))
        return found


class PlanForm(forms.Form):
    """What is done next. `when` is one of the times on offer, or `pick` with a time of one's own."""

    what = forms.CharField(
        label=gettext_lazy("下一步做什么"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写下一步做什么，如「邀约试驾」。")},
    )  # fmt: skip
    when = forms.CharField(label=gettext_lazy("什么时候"), required=False, max_length=40)
    pick = Moment(label=gettext_lazy("选时间"), required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        found["due_at"] = due = self._chosen(found)
        if due is None:
            self.add_error("pick", _("请选下一步的时间。"))
        elif due <= times.now():
            self.add_error("pick", str(SOON))
        return found

    def _chosen(self, found: dict[str, Any]) -> datetime | None:
        try:
            return datetime.fromisoformat(found.get("when") or "").astimezone(times.ZONE)
        except ValueError:
            return found.get("pick")


class TalkForm(forms.Form):
    """The result of a call; `next_when` is a time on offer, "pick" or nothing, which leaves it to the grade."""

    result = forms.ChoiceField(choices=Task.Outcome.choices)
    note = forms.CharField(required=False, max_length=2000)
    next_what = forms.CharField(required=False, max_length=120)
    next_when = forms.CharField(required=False, max_length=40)
    next_pick = Moment(required=False)
    cause = forms.CharField(required=False, max_length=20)
    words = forms.CharField(required=False, max_length=200)
    token = forms.CharField(required=False, max_length=36)

    @property
    def why(self) -> Why:
        return Why(self.cleaned_data["cause"], self.cleaned_data["words"])

    @property
    def next_at(self) -> datetime | None:
        text = self.cleaned_data["next_when"]
        if text == "pick":
            picked: datetime | None = self.cleaned_data["next_pick"]
            return picked
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            return None


class LossForm(forms.Form):
    """`reason` is a reason, or a reason and its detail as "price/discount"."""

    reason = forms.ChoiceField(
        label=gettext_lazy("原因"), error_messages={"required": gettext_lazy("请选战败的原因。")}
    )
    note = words(gettext_lazy("说明"), 300)
    brand = line(gettext_lazy("买了什么品牌"), 40)
    series = line(gettext_lazy("什么车系"), 60)
    retry_on = day(gettext_lazy("哪天再联系"), help_text=gettext_lazy("到那天会有一件任务；不再联系就空着"))

    def __init__(self, *args: Any, reasons: Sequence[LossReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = grouped(reasons)  # type: ignore[attr-defined]  # a choice field

    def clean_retry_on(self) -> Any:
        found = self.cleaned_data["retry_on"]
        if found and found <= times.today():
            raise forms.ValidationError(_("再联系的日子要在今天以后。"))
        return found


def grouped(reasons: Sequence[LossReason]) -> list[Any]:
    """Details below their reason; a reason without details stands for itself."""
    found: list[Any] = [("", _("请选择"))]
    for reason in (row for row in reasons if not row.parent):
        details = [(f"{reason.code}/{row.code}", str(row)) for row in reasons if row.parent == reason.code]
        title = str(reason) if reason.ends == LossReason.Ends.LOST else f"{reason.get_ends_display()}：{reason}"
        found.append((title, [*details, (reason.code, _("其他"))]) if details else (reason.code, title))
    return found


class MoveForm(CarFields):
    """Asks for what the stage needs and the lead lacks, and for nothing else; with `stages` first for the stage."""

    buys_by = day(gettext_lazy("打算什么时候买"), required=True)
    budget = money(gettext_lazy("预算"))
    payment = forms.ChoiceField(label=gettext_lazy("付款方式"), choices=_unset(Lead.Payment.choices))
    stage = forms.CharField(widget=forms.HiddenInput)

    ASKED = {
        Need.CAR: ("model_code", "series", "model"), Need.COLOUR: ("colour",), Need.BUYS_BY: ("buys_by",),
        Need.BUDGET: ("budget",), Need.PAYMENT: ("payment",),
    }  # fmt: skip

    def __init__(
        self, *args: Any, needs: Sequence[Need], stages: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if stages:
            chosen = forms.ChoiceField(label=_("移到哪个阶段"), choices=stages, widget=forms.RadioSelect)
            self.fields["stage"] = chosen
        wanted = {name for need in needs for name in self.ASKED.get(need, ())} | {"stage"}
        self.needs = [need for need in needs if need in self.ASKED]
        for name in set(self.fields) - wanted:
            del self.fields[name]
        for name in ("colour", "budget"):
            if name in self.fields:
                self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if Need.CAR in self.needs and not (found.get("model_code") or found.get("series")):
            self.add_error("model_code", _("请选一款车，或写下车系。"))
        return found

    def known(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = {name: data[name] for name in ("colour", "buys_by", "budget", "payment") if data.get(name)}
        return found | (self.car() if Need.CAR in self.needs else {})
