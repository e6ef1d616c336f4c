"""What people type about orders, payments and cars in stock, read by the rules, refused in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.catalog import selectors as catalog
from qibu.customers import rules as customers
from qibu.customers.forms import IDENTITY_FAULTS
from qibu.kernel.scoping import current_actor
from qibu.orders.models import Cancellation, Order, Payment, StockCar
from qibu.ui import formats
from qibu.ui.meanwhile import Remembering
from qibu.vehicles.forms import day, line, read_vin

ZERO = Decimal(0)


def amount(label: Any, *, required: bool = False, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=required, min_value=options.pop("min_value", 0), max_digits=12, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        error_messages={
            "invalid": gettext_lazy("请填金额，如 5000 或 5000.50。"),
            "required": gettext_lazy("请填金额。"),
            "min_value": gettext_lazy("金额不会是负数，也不会是零。"),
            "max_decimal_places": gettext_lazy("金额最多写到分。"),
        },
        **options,
    )  # fmt: skip


def text(label: Any, length: int, *, rows: int = 2, required: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=bool(required), max_length=length, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required} if required else None,
    )


def models_on_sale(now: str = "") -> list[tuple[str, Any]]:
    """With the one that is chosen already, also when it is sold no more."""
    actor = current_actor()
    rows = [(car.code, f"{car} · {formats.money(car.price, 'round')}") for car in catalog.on_sale(actor)]
    if now and now not in dict(rows):
        found = catalog.by_code(actor, now)
        rows.append((now, str(found) if found else now))
    return [("", gettext_lazy("目录里没有，写在下面")), *rows]


class OrderForm(forms.Form):
    number = line(gettext_lazy("合同号"), 40, placeholder=gettext_lazy("空着就按日期编一个"))
    model_code = forms.ChoiceField(label=gettext_lazy("车型"), required=False)
    series = line(gettext_lazy("车系"), 60)
    model = line(gettext_lazy("配置"), 100)
    colour = line(gettext_lazy("颜色"), 30)
    expected_on = day(gettext_lazy("约定交车日期"), required=True)
    price = amount(gettext_lazy("车价"), help_text=gettext_lazy("空着就按指导价"))
    discount = amount(gettext_lazy("优惠"))
    extras = amount(gettext_lazy("其他应收"), help_text=gettext_lazy("精品、保险、上牌等，一起写进合同的"))
    extras_note = line(gettext_lazy("其他应收包括什么"), 200)
    deposit_kind = forms.ChoiceField(
        label=gettext_lazy("先付的钱算什么"), choices=Order.Deposit.choices, widget=forms.RadioSelect,
        help_text=gettext_lazy("定金受法律保护，最多车款两成：客户反悔不退，店里违约双倍返还；订金只是预付，不成就退"),
    )
    deposit = amount(gettext_lazy("先付多少"))
    payment = forms.ChoiceField(label=gettext_lazy("付款方式"), choices=Order.Payment.choices, widget=forms.RadioSelect)
    loan = amount(gettext_lazy("贷款金额"))
    quote = line(gettext_lazy("依据的报价单号"), 40)
    remark = text(gettext_lazy("备注"), 2000)
    another = forms.BooleanField(label=gettext_lazy("客户确实要再买一台，另签一份合同"), required=False)
    why = line(gettext_lazy("为什么改"), 200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, now: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model_code"].choices = models_on_sale(now)  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("discount", "extras", "deposit", "loan"):
            data[name] = data.get(name) or ZERO
        code = data.get("model_code", "")
        found = catalog.by_code(current_actor(), code) if code else None
        if not found and not (data.get("series") or data.get("model")):
            self.add_error("model_code", _("请选一款车，或在下面写明车系和配置。"))
        if "price" not in self.errors and not data.get("price"):
            data["price"] = found.price if found else None
            if not found:
                self.add_error("price", _("请填车价。"))
        self._check_loan(data)
        return data

    def _check_loan(self, data: dict[str, Any]) -> None:
        """Who pays in full has none; a lender pays no more than the contract asks for."""
        if data.get("payment") == Order.Payment.FULL:
            data["loan"] = ZERO
        elif data["loan"] == ZERO and "loan" not in self.errors:
            self.add_error("loan", _("请填贷款金额；全款就选「全款」。"))
        elif data.get("price") and data["loan"] > data["price"] - data["discount"] + data["extras"]:
            self.add_error("loan", _("贷款不会超过合同总价，请核对。"))

    def facts(self) -> dict[str, Any]:
        names = (
            "model_code", "colour", "expected_on", "price", "discount", "extras", "extras_note", "deposit_kind",
            "deposit", "payment", "loan", "quote", "remark",
        )  # fmt: skip
        facts = {name: self.cleaned_data[name] for name in names}
        if not facts["model_code"]:
            facts |= {"series": self.cleaned_data["series"], "model": self.cleaned_data["model"]}
        return facts


def read_identity(typed: str, *, company: bool) -> str:
    try:
        if company:
            return customers.read_company_code(typed) or ""
        found = customers.read_identity(typed)
    except customers.UnusableIdentity as fault:
        raise forms.ValidationError(IDENTITY_FAULTS[fault.code]) from None
    return found.number if found else ""


class SubmitForm(forms.Form):
    identity = line(gettext_lazy("买车人证件号码"), 30, **{"data-no-draft": ""})
    use_required_attribute = False

    def __init__(self, *args: Any, company: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_identity(self) -> str:
        return read_identity(self.cleaned_data["identity"], company=self.company)


class DecisionForm(forms.Form):
    granted = forms.ChoiceField(
        label=gettext_lazy("意见"), choices=[("yes", gettext_lazy("同意")), ("no", gettext_lazy("不同意"))],
        widget=forms.RadioSelect, error_messages={"required": gettext_lazy("请选同意或不同意。")},
    )
    why = line(gettext_lazy("说明"), 200, placeholder=gettext_lazy("不同意时要写原因"))
    use_required_attribute = False


class CarForm(forms.Form):
    car = forms.ChoiceField(
        label=gettext_lazy("选一台车"), widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("请选一台车。"),
            "invalid_choice": gettext_lazy("这台车已经不在可配的车里，请另选一台。"),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, cars: Sequence[StockCar] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cars = cars
        self.fields["car"].choices = [(str(car.pk), car.vin) for car in cars]  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    why = line(gettext_lazy("原因"), 200)
    use_required_attribute = False

    def clean_why(self) -> str:
        if not self.cleaned_data["why"]:
            raise forms.ValidationError(_("请写明原因，以后查得到。"))
        return str(self.cleaned_data["why"])


class PaymentForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("款项"), choices=Payment.Kind.choices, widget=forms.RadioSelect)
    amount = amount(gettext_lazy("金额"), required=True, min_value=Decimal("0.01"))
    way = forms.ChoiceField(label=gettext_lazy("方式"), choices=Payment.Way.choices, widget=forms.RadioSelect)
    on = day(gettext_lazy("日期"), required=True)
    receipt = line(gettext_lazy("收据号"), 40)
    note = line(gettext_lazy("备注"), 200)
    use_required_attribute = False


class InvoiceForm(forms.Form):
    invoice = line(gettext_lazy("发票号码"), 40)
    on = day(gettext_lazy("开票日期"), required=True)
    use_required_attribute = False

    def clean_invoice(self) -> str:
        if not self.cleaned_data["invoice"]:
            raise forms.ValidationError(_("请填机动车销售统一发票的号码。"))
        return str(self.cleaned_data["invoice"])


class CancelForm(forms.Form):
    cause = forms.ChoiceField(
        label=gettext_lazy("是谁的原因"), choices=Cancellation.Cause.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选是谁的原因，退款按它算。")},
    )
    reason = forms.ChoiceField(label=gettext_lazy("为什么取消"), choices=Cancellation.Reason.choices)
    refund = amount(gettext_lazy("退多少"), help_text=gettext_lazy("空着就按法律规定的数"))
    note = line(gettext_lazy("说明"), 200)
    use_required_attribute = False


class FurtherForm(forms.Form):
    refund = amount(gettext_lazy("再退多少"))
    why = line(gettext_lazy("为什么再退"), 200)
    use_required_attribute = False

    def clean_refund(self) -> Decimal:
        value: Decimal | None = self.cleaned_data["refund"]
        if not value:
            raise forms.ValidationError(_("请填要再退的金额。"))
        return value


class StockForm(forms.Form):
    vin = line(gettext_lazy("VIN"), 24, autocapitalize="characters", spellcheck="false")
    model_code = forms.ChoiceField(label=gettext_lazy("车型"), required=False)
    brand = line(gettext_lazy("品牌"), 40)
    series = line(gettext_lazy("车系"), 60)
    model = line(gettext_lazy("配置"), 100)
    colour = line(gettext_lazy("颜色"), 30)
    interior = line(gettext_lazy("内饰"), 30)
    expected_on = day(gettext_lazy("预计到店"))
    arrived_on = day(gettext_lazy("到店日期"), help_text=gettext_lazy("还在路上就空着"))
    place = line(gettext_lazy("停放位置"), 40)
    cost_centre = line(gettext_lazy("成本中心"), 40)
    note = line(gettext_lazy("备注"), 200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, *args: Any, now: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model_code"].choices = models_on_sale(now)  # type: ignore[attr-defined]  # a ChoiceField

    def clean_vin(self) -> str:
        vin = read_vin(self.cleaned_data["vin"])
        if vin is None:
            raise forms.ValidationError(_("请填 VIN，17 位，见合格证或前挡风玻璃左下角。"))
        return vin

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class LeavingForm(forms.Form):
    left_why = forms.ChoiceField(
        label=gettext_lazy("去向"), widget=forms.RadioSelect,
        choices=[one for one in StockCar.Leaving.choices if one[0] != StockCar.Leaving.SOLD],
        error_messages={"required": gettext_lazy("请选去向。")},
    )  # fmt: skip
    on = day(gettext_lazy("哪一天"), required=True)
    use_required_attribute = False


class PolicyForm(Remembering):
    discount_percent = forms.DecimalField(
        label=gettext_lazy("顾问可以自己让多少"), min_value=0, max_value=100, max_digits=5, decimal_places=2,
        help_text=gettext_lazy("按指导价的百分比；超过的要有人批"),
        error_messages={
            "required": gettext_lazy("请填百分比，一点不让就填 0。"),
            "invalid": gettext_lazy("请填数字，如 3 或 2.5。"),
            "min_value": gettext_lazy("在 0 和 100 之间。"), "max_value": gettext_lazy("在 0 和 100 之间。"),
        },
    )  # fmt: skip
    least_deposit = amount(gettext_lazy("先付的钱至少多少"), required=True)
    use_required_attribute = False
