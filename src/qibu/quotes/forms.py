"""What people type about quotations, refused in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.catalog import forms as catalog
from qibu.kernel import times
from qibu.leads.models import Lead
from qibu.leads.rules import USED_CAR
from qibu.quotes import words
from qibu.quotes.models import Appraisal, QuoteLink, Variant
from qibu.quotes.rules import insurance
from qibu.quotes.rules.insurance import Cover
from qibu.quotes.services.appraisals import Looked
from qibu.quotes.services.book import Book, Header, Offer, offer_of
from qibu.ui import formats
from qibu.vehicles import rules as vehicles
from qibu.vehicles.forms import day, kilometres, line, read_vin

SEATS_SUMS = (10_000, 20_000, 50_000)


def amount(label: Any, *, required: bool = False, **options: Any) -> forms.DecimalField:
    """Most sums of a quotation may be left empty."""
    return catalog.amount(label, required=required, **options)


class HeaderForm(forms.Form):
    bought_on = day(gettext_lazy("开票日期"), required=True, help_text=gettext_lazy("购置税和车船税按这一天算"))
    valid_until = day(gettext_lazy("报价有效到"), required=True)
    company = forms.BooleanField(label=gettext_lazy("公司购车"), required=False)
    appraisal = forms.TypedChoiceField(label=gettext_lazy("旧车评估"), coerce=int, empty_value=None, required=False)
    remark = forms.CharField(
        label=gettext_lazy("给客户的话"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    edits = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, appraisals: Iterable[Appraisal] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holding = [one for one in appraisals if one.valid_until >= times.today()]
        choices = [(one.pk, f"{one.car} · {formats.money(one.value, 'round')}") for one in holding]
        self.fields["appraisal"].choices = [("", gettext_lazy("没有旧车")), *choices]  # type: ignore[attr-defined]

    def clean_valid_until(self) -> Any:
        until = self.cleaned_data["valid_until"]
        if until < times.today():
            raise forms.ValidationError(_("这一天已经过去，请选今天或以后的日期。"))
        return until

    def header(self) -> Header:
        said = self.cleaned_data
        return Header(
            bought_on=said["bought_on"], valid_until=said["valid_until"], company=said["company"],
            remark=said["remark"].strip(), appraisal_id=said["appraisal"],
        )  # fmt: skip


class VariantForm(forms.Form):
    """One column: the car, what is taken off, what comes along, how it is paid."""

    name = line(gettext_lazy("方案名称"), 40, placeholder=gettext_lazy("如：全款、36 期低首付"))
    car = forms.ChoiceField(
        label=gettext_lazy("车型"), error_messages={"required": gettext_lazy("请选一款车。")}
    )
    colour = line(gettext_lazy("颜色"), 30)
    price = amount(gettext_lazy("车价"), help_text=gettext_lazy("空着就按价格表"))
    discount = amount(gettext_lazy("优惠"))
    liability = forms.TypedChoiceField(label=gettext_lazy("第三者责任险"), coerce=int, empty_value=None, required=False)
    damage = forms.BooleanField(label=gettext_lazy("车辆损失险"), required=False)
    people = forms.TypedChoiceField(label=gettext_lazy("车上人员责任险"), coerce=int, empty_value=None, required=False)
    insured_for = amount(gettext_lazy("商业险报价"), help_text=gettext_lazy("保险公司已经报价就填，代替上面的估算"))
    extras = forms.MultipleChoiceField(
        label=gettext_lazy("上牌、精品、服务和补贴"), required=False, widget=forms.CheckboxSelectMultiple
    )
    gifts = forms.MultipleChoiceField(
        label=pgettext_lazy("报价", "赠送"), required=False, widget=forms.CheckboxSelectMultiple
    )
    trade_in = forms.BooleanField(label=gettext_lazy("旧车抵价"), required=False)
    plan = forms.ChoiceField(label=gettext_lazy("付款方式"), required=False)
    down = amount(gettext_lazy("首付"), help_text=gettext_lazy("空着就按方案的最低首付"))

    use_required_attribute = False

    def __init__(self, *args: Any, book: Book, kept: Variant | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("car", _cars(book, kept))
        sums = [(each, words.insured_sum(each)) for each in insurance.sums(book.rows.get("liability", ()))]
        self._offer("liability", [("", _("不投保")), *sums])
        seats = [(each, _("每座 {sum}").format(sum=words.insured_sum(each))) for each in SEATS_SUMS]
        self._offer("people", [("", _("不投保")), *seats])
        priced = [(code, f"{one} {formats.money(one.price, 'round')}") for code, one in book.extras.items()]
        self._offer("extras", priced)
        gifts = [(code, str(one)) for code, one in book.extras.items() if one.kind in {"accessory", "service"}]
        self._offer("gifts", gifts)
        self._offer("plan", [("", _("全款")), *((code, str(one)) for code, one in book.plans.items())])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if set(said.get("extras", ())) & set(said.get("gifts", ())):
            self.add_error("gifts", _("同一件不能又收钱又赠送，请去掉一边的勾。"))
        return said

    def offer(self) -> Offer:
        said = self.cleaned_data
        return Offer(
            car_code=said["car"], name=said["name"], colour=said["colour"], price=said["price"],
            discount=said["discount"] or Decimal(0), insured_for=said["insured_for"], extras=tuple(said["extras"]),
            cover=Cover(said["liability"] or 0, said["damage"], said["people"] or 0), gifts=tuple(said["gifts"]),
            trade_in=said["trade_in"], plan=said["plan"], down=said["down"],
        )  # fmt: skip


def _cars(book: Book, kept: Variant | None) -> list[tuple[str, Any]]:
    """Those on sale, by series; one that was quoted before stays to be chosen."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, car in book.cars.items():
        if car.on_sale or (kept and kept.car_code == code):
            label = f"{car} {formats.money(car.price, 'round')}"
            groups.setdefault(f"{car.brand} {car.series}", []).append((code, label))
    return [("", gettext_lazy("请选择")), *groups.items()]


def initial_of(offer: Offer) -> dict[str, Any]:
    """An offer as the fields of its form show it."""
    return {
        "name": offer.name, "car": offer.car_code, "colour": offer.colour, "price": offer.price,
        "discount": offer.discount or None, "liability": offer.cover.liability or "", "damage": offer.cover.damage,
        "people": offer.cover.people or "", "insured_for": offer.insured_for, "extras": list(offer.extras),
        "gifts": list(offer.gifts), "trade_in": offer.trade_in, "plan": offer.plan, "down": offer.down,
    }  # fmt: skip


def initials_of(variants: Iterable[Variant]) -> list[dict[str, Any]]:
    return [initial_of(offer_of(one)) for one in variants]


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("理由"), max_length=300,
        error_messages={"required": gettext_lazy("请写一句理由，批的人要看。")},
    )  # fmt: skip

    use_required_attribute = False


class DecisionForm(forms.Form):
    agreed = forms.ChoiceField(choices=[("yes", gettext_lazy("批准")), ("no", gettext_lazy("不批准"))])
    why = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("agreed") == "no" and not str(said.get("why", "")).strip():
            self.add_error("why", _("不批准请写一句为什么，销售顾问好去和客户谈。"))
        return said


class AnswerForm(forms.Form):
    """What the customer says on their phone."""

    kind = forms.ChoiceField(choices=QuoteLink.Answer.choices)
    text = forms.CharField(label=gettext_lazy("想问什么"), max_length=500, required=False)
    variant = forms.IntegerField(required=False, min_value=1, max_value=9)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == QuoteLink.Answer.QUESTION and not str(said.get("text", "")).strip():
            self.add_error("text", _("请写下您的问题，销售顾问看到后会联系您。"))
        return said


class AppraisalForm(forms.Form):
    car = line(gettext_lazy("旧车"), 100, placeholder=gettext_lazy("品牌、车系、年款"))
    plate = line(gettext_lazy("车牌"), 16, autocapitalize="characters")
    vin = line(gettext_lazy("VIN"), 24, autocapitalize="characters", spellcheck="false")
    registered_on = day(gettext_lazy("上牌日期"))
    mileage = kilometres(gettext_lazy("里程"))
    condition = forms.ChoiceField(
        label=gettext_lazy("车况"), choices=Appraisal.Condition.choices, widget=forms.RadioSelect
    )
    accident = forms.BooleanField(label=gettext_lazy("出过大事故、泡过水或着过火"), required=False)
    note = forms.CharField(
        label=gettext_lazy("检查记录"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    value = amount(gettext_lazy("评估价"), required=True)
    valid_until = day(gettext_lazy("评估有效到"), required=True)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["car"].required = True
        self.fields["car"].error_messages["required"] = _("请写明是什么车。")

    def clean_vin(self) -> str:
        return read_vin(self.cleaned_data["vin"]) or ""

    def clean_plate(self) -> str:
        plate = vehicles.read_plate(self.cleaned_data["plate"])
        if plate and len(plate.text) > 12:
            raise forms.ValidationError(_("这不像车牌，请对照行驶证核对。"))
        return plate.text if plate else ""

    def clean_value(self) -> Decimal:
        value: Decimal = self.cleaned_data["value"]
        if not value:
            raise forms.ValidationError(_("评估价要大于零；不收这台车就不用评估。"))
        return value

    def clean_valid_until(self) -> Any:
        until = self.cleaned_data["valid_until"]
        if until < times.today():
            raise forms.ValidationError(_("这一天已经过去，请选今天或以后的日期。"))
        return until

    def clean_registered_on(self) -> Any:
        on = self.cleaned_data["registered_on"]
        if on and on > times.today():
            raise forms.ValidationError(_("这一天还没到，请核对年份。"))
        return on

    def looked(self) -> Looked:
        return Looked(**self.cleaned_data)

    @staticmethod
    def initial_of(lead: Lead) -> Mapping[str, Any]:
        """With what was said of the car before anybody has seen it (`leads.rules.USED_CAR`)."""
        said = {name: lead.used_car[name] for name in USED_CAR if lead.used_car.get(name)}
        return {"car": lead.trade_in, "condition": Appraisal.Condition.GOOD, **said}
