"""What people type about test drives, refused in sentences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qibu.drives import selectors, wording, words
from qibu.drives.models import DemoCar, Drive, Feedback, Licence
from qibu.drives.rules import CLASSES, ITEMS, in_probation
from qibu.drives.services.driving import Shown
from qibu.drives.services.feedbacks import Answers
from qibu.drives.services.planning import Plan
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.leads import selectors as leads
from qibu.vehicles.forms import day, kilometres, line, read_vin
from qibu.vehicles.rules import read_plate

LENGTHS = (15, 30, 45, 60, 90, 120)
CHOOSE = gettext_lazy("请选一项。")


def _choice(label: Any, required: Any = CHOOSE, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages={"required": required, "invalid_choice": CHOOSE}, **options)


def _words(label: Any, most: int, rows: int = 2, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def moment(label: Any, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "step": 900}),
        error_messages={
            "required": gettext_lazy("请选日期和时间。"),
            "invalid": gettext_lazy("没有这个时间，请写成 2026-03-12 10:30。"),
        },
        **options,
    )


class BookForm(forms.Form):
    """Car, person, time, way."""

    car = _choice(gettext_lazy("试驾车"), gettext_lazy("请选一台试驾车。"))
    starts_at = moment(gettext_lazy("开始时间"))
    minutes = _choice(gettext_lazy("时长"))
    consultant = _choice(gettext_lazy("陪驾"), gettext_lazy("请选由谁陪驾。"))
    route = forms.ChoiceField(label=gettext_lazy("路线"), required=False)
    note = line(gettext_lazy("备注"), 300, placeholder=gettext_lazy("如：带孩子，要儿童座椅"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cars = [(one.pk, _car_words(one)) for one in selectors.cars_in_use(actor)]
        people = [(one.pk, one.name) for one in leads.sellers()]
        ways = [(one.pk, _("{route}（{km} 公里）").format(route=one, km=one.km)) for one in selectors.routes(actor)]
        lengths = [(each, ngettext("{n} 分钟", "{n} 分钟", each).format(n=each)) for each in LENGTHS]
        for name, choices in (
            ("car", [("", _("请选择")), *cars]), ("consultant", [("", _("请选择")), *people]),
            ("route", [("", _("未定")), *ways]), ("minutes", lengths),
        ):  # fmt: skip
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def plan(self) -> Plan:
        data = self.cleaned_data
        return Plan(
            car_id=int(data["car"]), consultant_id=int(data["consultant"]), starts_at=data["starts_at"],
            minutes=int(data["minutes"]), route_id=int(data["route"]) if data["route"] else None,
            note=data["note"].strip(),
        )  # fmt: skip


class NewBookForm(BookForm):
    """With the lead, found by the search where the page doesn't name it."""

    q = line(gettext_lazy("谁来试驾"), 80)
    lead = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("lead"):
            typed = bool(data.get("q"))
            self.add_error("q", _("请在下面选一条线索。") if typed else _("请输入客户的姓名或电话后四位来找线索。"))
        return data


def _car_words(car: DemoCar) -> str:
    state = f" · {car.get_state_display()}" if car.state != DemoCar.State.AVAILABLE else ""
    return " ".join(filter(None, (car.full, car.plate or car.vin[-6:]))) + state


class CancelForm(forms.Form):
    reason = line(gettext_lazy("为什么取消"), 200, placeholder=gettext_lazy("如：客户改了主意、下大雨"))

    use_required_attribute = False

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise forms.ValidationError(_("请写一句为什么取消，以后看得明白。"))
        return reason


class LicenceForm(forms.Form):
    driver = forms.CharField(
        label=gettext_lazy("谁来开"), max_length=60,
        error_messages={"required": gettext_lazy("请填写驾驶证上的姓名。")},
    )  # fmt: skip
    licence_class = forms.ChoiceField(
        label=gettext_lazy("准驾车型"), choices=[(one, one) for one in CLASSES]
    )
    issued_on = day(gettext_lazy("初次领证日期"), help_text=gettext_lazy("不满 12 个月的在实习期"))
    expires_on = day(gettext_lazy("有效期到"))
    for_good = forms.BooleanField(label=gettext_lazy("长期有效"), required=False)
    seen = forms.BooleanField(
        label=gettext_lazy("我看过驾驶证原件或电子证，人证一致"),
        error_messages={"required": gettext_lazy("没有看过证件就不能试驾。请先看证，再打勾。")},
    )

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("for_good") and not data.get("expires_on") and "expires_on" not in self.errors:
            self.add_error("expires_on", _("请填有效期，或勾选长期有效。"))
        return data

    def shown(self) -> Shown:
        data = self.cleaned_data
        return Shown(
            driver=data["driver"], licence_class=data["licence_class"], issued_on=data["issued_on"],
            expires_on=None if data["for_good"] else data["expires_on"],
        )  # fmt: skip


def probation_words(licence: Licence, drive: Drive) -> str:
    """A hint beside the licence: who is on probation stays off the expressway."""
    if not in_probation(licence.issued_on, times.day_of(drive.starts_at)):
        return ""
    if drive.route and drive.route.expressway:
        return _("驾驶人在实习期，这条路线上高速：要有持证三年以上的人陪同，或换一条路线。")
    return _("驾驶人在实习期，不要上高速。")


class LeaveForm(forms.Form):
    km = kilometres(gettext_lazy("出车里程"), required=True)

    use_required_attribute = False


class BackForm(forms.Form):
    km = kilometres(gettext_lazy("还车里程"), required=True)
    damage = _words(gettext_lazy("车损和异常"), 500, help_text=gettext_lazy("没有就空着"))
    to_repair = forms.BooleanField(label=gettext_lazy("送修：这台车先不再约"), required=False)

    use_required_attribute = False


class FeedbackForm(forms.Form):
    """1 to 5 for each item, none of which has to be answered."""

    intention = forms.ChoiceField(
        label=gettext_lazy("接下来打算"), required=False, choices=Feedback.Next.choices, widget=forms.RadioSelect
    )
    competitor = line(gettext_lazy("还在看什么车"), 60)
    words = _words(gettext_lazy("还想说的"), 1000, 3)

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in ITEMS:
            self.fields[f"score_{item}"] = forms.ChoiceField(
                label=words.ITEMS[item], required=False, choices=[(str(n), str(n)) for n in range(1, 6)],
                widget=forms.RadioSelect,
            )  # fmt: skip

    @property
    def score_fields(self) -> list[forms.BoundField]:
        return [self[f"score_{item}"] for item in ITEMS]

    def answers(self) -> Answers:
        data = self.cleaned_data
        scores = {item: int(data[f"score_{item}"]) for item in ITEMS if data.get(f"score_{item}")}
        return Answers(
            scores=scores, intention=data["intention"], competitor=data["competitor"], words=data["words"]
        )  # fmt: skip


class CarForm(forms.Form):
    brand = line(gettext_lazy("品牌"), 40)
    series = forms.CharField(
        label=gettext_lazy("车系"), max_length=60, error_messages={"required": gettext_lazy("请填写车系。")}
    )
    model = line(gettext_lazy("配置"), 100)
    colour = line(gettext_lazy("颜色"), 30)
    plate = line(gettext_lazy("车牌"), 16, placeholder="皖B12345", autocapitalize="characters")
    vin = line(gettext_lazy("VIN"), 24, autocapitalize="characters", spellcheck="false")
    manual = forms.BooleanField(label=gettext_lazy("手动挡"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=DemoCar.State.choices)
    insured_until = day(gettext_lazy("保险到期日"), help_text=gettext_lazy("没有保险的车不能试驾"))
    mileage = kilometres(gettext_lazy("里程"))
    note = line(gettext_lazy("备注"), 200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def clean_plate(self) -> str:
        plate = read_plate(self.cleaned_data["plate"])
        return plate.text if plate else ""

    def clean_vin(self) -> str:
        return read_vin(self.cleaned_data["vin"]) or ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("plate") and not data.get("vin") and not self.errors.keys() & {"plate", "vin"}:
            self.add_error("plate", _("车牌和 VIN 至少填一个，才认得出是哪台车。"))
        data["mileage"] = data.get("mileage") or 0
        return data

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class RouteForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("名字"), max_length=40, error_messages={"required": gettext_lazy("请给路线起个名字。")}
    )
    name_en = line(gettext_lazy("英文名"), 60)
    km = forms.DecimalField(
        label=gettext_lazy("长度"), min_value=0, max_digits=5, decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
        error_messages={"required": gettext_lazy("请填公里数。"), "invalid": gettext_lazy("请填数字，如 6.5。")},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=gettext_lazy("要多少分钟"), min_value=5, max_value=240, widget=forms.NumberInput(),
        error_messages={"required": gettext_lazy("请填分钟数。"), "invalid": gettext_lazy("请填整数分钟。")},
    )  # fmt: skip
    expressway = forms.BooleanField(label=gettext_lazy("上高速"), required=False)
    description = _words(gettext_lazy("怎么走"), 400)
    active = forms.BooleanField(label=gettext_lazy("在用"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PolicyForm(forms.Form):
    minutes = forms.IntegerField(label=gettext_lazy("一场通常多久"), min_value=10, max_value=240)
    pause = forms.IntegerField(
        label=gettext_lazy("两场之间留出"), min_value=0, max_value=120,
        help_text=gettext_lazy("车要清洁、加油，人要送客；已经约好的不变"),
    )  # fmt: skip
    remind_at = forms.TimeField(
        label=gettext_lazy("前一天几点前提醒客户"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("请写成 16:00。")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    use_required_attribute = False


class AgreementForm(forms.Form):
    title = forms.CharField(
        label=gettext_lazy("标题"), max_length=60, error_messages={"required": gettext_lazy("请填写标题。")}
    )
    body = forms.CharField(
        label=gettext_lazy("正文"), max_length=8000, widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"required": gettext_lazy("请填写正文。")},
    )  # fmt: skip
    title_en = line(gettext_lazy("英文标题"), 80)
    body_en = _words(gettext_lazy("英文正文"), 8000, 10)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    use_required_attribute = False

    def clean_body(self) -> str:
        return self._with_known_places("body")

    def clean_body_en(self) -> str:
        return self._with_known_places("body_en")

    def _with_known_places(self, name: str) -> str:
        body: str = self.cleaned_data[name]
        if unknown := wording.unknown_places(body):
            told = _("没有「{names}」这样的位置。可以用的是：{places}。")
            places = " ".join(f"{{{one}}}" for one in wording.PLACES)
            raise forms.ValidationError(told.format(names=_("、").join(unknown), places=places))
        return body


def asked_moment(text: str) -> datetime | None:
    """A start that a free place in the calendar names."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=times.ZONE)
