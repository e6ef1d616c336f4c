"""What people type about customers, read by the rules, refused in sentences."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers import rules, selectors
from qibu.customers.models import Consent, ContactPoint, Customer, Hold
from qibu.customers.services.customers import FIELDS, value_of
from qibu.kernel import times
from qibu.network.custom import Field
from qibu.network.custom_pages import CustomForm

Kind = Customer.Kind
PHONE_FAULTS = {
    rules.PhoneFault.TOO_SHORT: gettext_lazy("号码少了几位，请对照后补全。手机号是 11 位。"),
    rules.PhoneFault.TOO_LONG: gettext_lazy("号码多了几位，请对照后删去。多个号码之间用顿号分开。"),
    rules.PhoneFault.FILLER: gettext_lazy("这像是随手填的号码。没有号码可以先空着。"),
    rules.PhoneFault.UNKNOWN_RANGE: gettext_lazy("没有这样的号段，请再核对一遍。"),
    rules.PhoneFault.SEVERAL: gettext_lazy("这里只填一个号码，其余的填到「其他号码」。"),
    rules.PhoneFault.LOST_DIGITS: gettext_lazy("末几位在表格软件里丢失了，请重新输入 11 位手机号。"),
    rules.PhoneFault.NOT_A_NUMBER: gettext_lazy("这不是电话号码。手机填 11 位，座机请带区号。"),
}
IDENTITY_FAULTS = {
    rules.IdentityFault.LENGTH: gettext_lazy("位数不对，应为 18 位，请对照证件补全。"),
    rules.IdentityFault.FORMAT: gettext_lazy("含有证件号码里不会有的字符，请对照证件改正。"),
    rules.IdentityFault.CHECK_DIGIT: gettext_lazy("校验位对不上，多半是有一位抄错了，请对照证件逐位核对。"),
    rules.IdentityFault.BIRTH_DATE: gettext_lazy("其中的出生日期不存在，请对照证件核对第 7 到 14 位。"),
    rules.IdentityFault.LOST_DIGITS: gettext_lazy("末三位在表格软件里丢失了，请照证件重新输入。"),
}
PERSON_ONLY = (
    "gender", "birthday", "birthday_lunar", "occupation", "education", "income_band",
    "family", "hobbies", "driving", "base_customer", "influencer",
)  # fmt: skip
NOBODY = "none"
EMPTY: dict[str, Any] = {"birthday": None, "birthday_lunar": False, "base_customer": False, "influencer": False}


def read_phones(text: str) -> list[str]:
    phones, faults = rules.read_phone_cell(text)
    if faults:
        raise forms.ValidationError(PHONE_FAULTS[faults[0]])
    return [phone.number for phone in phones]


def line(label: Any, length: int, **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=length, widget=forms.TextInput(attrs=attrs))


class CustomerForm(CustomForm):
    """The file of a person or a firm. `seen` carries what stood in the fields when they were opened."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=80,
        error_messages={"required": gettext_lazy("请填写姓名；不知道全名可以先填姓，如「王先生」。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    stage = forms.ChoiceField(label=gettext_lazy("阶段"), choices=Customer.Stage.choices)
    gender = forms.ChoiceField(
        label=gettext_lazy("性别"), required=False, choices=[("", gettext_lazy("未填")), *Customer.Gender.choices]
    )
    birthday = line(gettext_lazy("生日"), 20, placeholder="1980-3-8", inputmode="text", autocomplete="off")
    birthday_lunar = forms.BooleanField(label=gettext_lazy("按农历过，上面填的是农历日期"), required=False)
    identity = line(gettext_lazy("证件号码"), 30, autocomplete="off", **{"data-no-draft": ""})
    source = line(gettext_lazy("来源"), 60, list="customer-sources", autocomplete="off")
    province = line(gettext_lazy("省"), 40)
    city = line(gettext_lazy("市"), 40)
    district = line(gettext_lazy("区县"), 40)
    address = line(gettext_lazy("地址"), 200)
    occupation = line(gettext_lazy("职业"), 60)
    industry = line(gettext_lazy("行业"), 60)
    education = line(gettext_lazy("学历"), 40)
    income_band = line(gettext_lazy("收入区间"), 40)
    preferred_channel = forms.ChoiceField(
        label=gettext_lazy("喜欢的联系方式"),
        required=False,
        choices=[("", gettext_lazy("未填")), *Customer.Channel.choices],
    )
    preferred_time = line(gettext_lazy("方便的时间"), 80, placeholder=gettext_lazy("12:00–13:30、19:00 后"))
    family = line(gettext_lazy("家庭"), 200)
    hobbies = line(gettext_lazy("爱好"), 200)
    taboos = line(gettext_lazy("忌讳"), 200)
    driving = line(gettext_lazy("用车习惯"), 200)
    vip = forms.BooleanField(label=gettext_lazy("VIP"), required=False)
    base_customer = forms.BooleanField(label=gettext_lazy("基盘客户：忠诚，常带新客户来"), required=False)
    influencer = forms.BooleanField(label=gettext_lazy("桩脚客户：在当地有声望、有人脉"), required=False)
    remark = forms.CharField(
        label=gettext_lazy("备注"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def clean_kind(self) -> str:
        self.company = self.cleaned_data["kind"] == Kind.COMPANY
        return str(self.cleaned_data["kind"])

    def clean_name(self) -> str:
        name, _gender = rules.read_name_and_gender(self.cleaned_data["name"])
        if not name:
            sentence = _("「{name}」不像姓名，请填客户自己的称呼。")
            raise forms.ValidationError(sentence.format(name=self.cleaned_data["name"]))
        return name

    def clean_identity(self) -> str:
        typed = self.cleaned_data["identity"]
        company = getattr(self, "company", False)
        try:
            if company:
                return rules.read_company_code(typed) or ""
            found = rules.read_identity(typed)
        except rules.UnusableIdentity as fault:
            raise forms.ValidationError(IDENTITY_FAULTS[fault.code]) from None
        return found.number if found else ""

    def clean_seen(self) -> dict[str, Any]:
        try:
            found = json.loads(self.cleaned_data["seen"] or "{}")
            return {field: _typed(field, found[field]) for field in self._names if field in found}
        except (ValueError, TypeError):
            return {}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._read_birthday(data)
        if getattr(self, "company", False):
            for field in PERSON_ONLY:
                data[field] = EMPTY.get(field, "")
        return data

    def _read_birthday(self, data: dict[str, Any]) -> None:
        lunar = bool(data.get("birthday_lunar"))
        try:
            data["birthday"] = rules.read_birthday(data.get("birthday") or "", lunar=lunar, today=times.today())
        except ValueError:
            self.add_error("birthday", _("没有这一天。请写成 1980-3-8；农历闰月写成 1980-闰3-8。"))

    def values(self) -> dict[str, Any]:
        """All fields for a new customer."""
        return {field: self.cleaned_data[field] for field in self._names if field in self.cleaned_data}

    @property
    def _names(self) -> list[str]:
        return [*FIELDS, *self.custom_names]

    def changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields that differ from what was seen when the form was opened, and what was seen in them."""
        seen = self.cleaned_data["seen"]
        values = {field: value for field, value in self.values().items() if field in seen and value != seen[field]}
        if self.cleaned_data["identity"]:
            values["identity"] = self.cleaned_data["identity"]
        return values, seen


def _typed(field: str, kept: Any) -> Any:
    if field == "birthday" and kept:
        return date.fromisoformat(kept)
    return kept


def initial_of(customer: Customer, custom: Sequence[Field] = ()) -> dict[str, Any]:
    """What a form shows of a customer. The identity number never leaves the row: an empty field keeps it."""
    names = [*(field for field in FIELDS if field != "identity"), *(field.name for field in custom)]
    shown = {name: value_of(customer, name) for name in names}
    seen = {**shown, "birthday": customer.birthday.isoformat() if customer.birthday else None}
    if customer.birthday:
        shown["birthday"] = rules.write_birthday(customer.birthday, lunar=customer.birthday_lunar)
    return {**shown, "version": customer.version, "seen": json.dumps(seen, ensure_ascii=False)}


class NewCustomerForm(CustomerForm):
    """With telephone numbers, which a file has from the start; later they are contact points."""

    phone = line(gettext_lazy("手机号"), 40, inputmode="tel", autocomplete="off")
    other_phones = line(gettext_lazy("其他号码"), 120, inputmode="tel", autocomplete="off")

    def clean_phone(self) -> list[str]:
        numbers = read_phones(self.cleaned_data["phone"])
        if len(numbers) > 1:
            raise forms.ValidationError(PHONE_FAULTS[rules.PhoneFault.SEVERAL])
        return numbers

    def clean_other_phones(self) -> list[str]:
        return read_phones(self.cleaned_data["other_phones"])

    @property
    def phones(self) -> list[str]:
        return [*self.cleaned_data.get("phone", []), *self.cleaned_data.get("other_phones", [])]


class PointForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("方式"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(
        label=gettext_lazy("号码或地址"),
        max_length=120,
        error_messages={"required": gettext_lazy("请填写号码或地址。")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-private": ""}),
    )
    person = line(gettext_lazy("是谁的"), 60)
    role = line(gettext_lazy("身份"), 40, placeholder=gettext_lazy("爱人、司机、送修人"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        value = (data.get("value") or "").strip()
        if value and data.get("kind") == ContactPoint.Kind.PHONE:
            value = self._phone(value)
        if value and data.get("kind") == ContactPoint.Kind.EMAIL and "@" not in value:
            self.add_error("value", _("邮件地址里要有 @，请再核对一遍。"))
        return {**data, "value": value}

    def _phone(self, value: str) -> str:
        try:
            numbers = read_phones(value)
        except forms.ValidationError as error:
            self.add_error("value", error)
            return ""
        if len(numbers) != 1:
            self.add_error("value", _("一次添加一个号码。"))
            return ""
        return numbers[0]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("备注"),
        max_length=2000,
        error_messages={"required": gettext_lazy("请先写下内容。")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConsentForm(forms.Form):
    purpose = forms.ChoiceField(label=gettext_lazy("用途"), choices=Consent.Purpose.choices)
    channel = forms.ChoiceField(label=gettext_lazy("方式"), choices=Consent.Channel.choices)
    state = forms.ChoiceField(
        label=gettext_lazy("客户的意思"), choices=Consent.State.choices, widget=forms.RadioSelect
    )
    basis = forms.ChoiceField(label=gettext_lazy("依据"), choices=Consent.Basis.choices)
    evidence = line(gettext_lazy("凭据"), 200, placeholder=gettext_lazy("如：交车时签署的同意书，2026-03-12"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("state") == Consent.State.GIVEN and not data.get("evidence"):
            self.add_error("evidence", _("记为同意要有凭据：谁、何时、以什么方式表示的。"))
        return data


class HoldForm(forms.Form):
    reach = forms.ChoiceField(label=gettext_lazy("范围"), choices=Hold.Reach.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写明原因，同事看到就知道为什么不联系。")},
    )


class AssignmentForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("岗位"),
        choices=[("advisor", gettext_lazy("服务顾问")), ("seller", gettext_lazy("销售顾问"))],
    )
    staff = forms.ChoiceField(
        label=gettext_lazy("换成"), error_messages={"required": gettext_lazy("请选择由谁负责。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = selectors.staff_choices()
        self.fields["staff"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("请选择")), *people, (NOBODY, _("不指定（公共客户）"))
        ]  # fmt: skip

    @property
    def staff_id(self) -> int | None:
        chosen = self.cleaned_data["staff"]
        return None if chosen == NOBODY else int(chosen)

    @property
    def staff_name(self) -> str:
        """Empty for nobody."""
        chosen = self.cleaned_data["staff"]
        return "" if chosen == NOBODY else str(dict(self.fields["staff"].choices)[chosen])  # type: ignore[attr-defined]


class TagForm(forms.Form):
    names = forms.CharField(
        label=gettext_lazy("标签"),
        max_length=200,
        help_text=gettext_lazy("多个标签用顿号或空格分开"),
        error_messages={"required": gettext_lazy("请填写至少一个标签。")},
        widget=forms.TextInput(attrs={"list": "customer-tags", "autocomplete": "off"}),
    )

    def clean_names(self) -> list[str]:
        found = rules.read_tags(self.cleaned_data["names"])
        if not found:
            raise forms.ValidationError(_("请填写至少一个标签。"))
        if long := next((name for name in found if len(name) > rules.LONGEST_TAG), ""):
            sentence = _("一个标签最多 {n} 个字，请缩短「{name}」，或用顿号分成几个。")
            raise forms.ValidationError(sentence.format(n=rules.LONGEST_TAG, name=long))
        return found


class TagChoiceForm(forms.Form):
    """One of the tags of the store."""

    tag = forms.ChoiceField(
        label=gettext_lazy("标签"), error_messages={"required": gettext_lazy("请选择要去掉的标签。")}
    )

    def __init__(self, *args: Any, tags: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].choices = [("", gettext_lazy("请选择")), *tags]  # type: ignore[attr-defined]  # as below

    @property
    def name(self) -> str:
        return str(dict(self.fields["tag"].choices)[self.cleaned_data["tag"]])  # type: ignore[attr-defined]  # as above


class RelationForm(forms.Form):
    kind = forms.CharField(
        label=gettext_lazy("关系"),
        max_length=40,
        error_messages={"required": gettext_lazy("请写明是什么关系。")},
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("爱人、父子、同事、介绍人")}),
    )
    other = forms.CharField(
        label=gettext_lazy("哪位客户"),
        max_length=80,
        help_text=gettext_lazy("姓名、拼音、手机号、尾号或车牌"),
        error_messages={"required": gettext_lazy("请填写要关联的客户。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
