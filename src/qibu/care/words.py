"""How care speaks of what it keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.care.models import Due, Plan, Step
from qibu.care.rules import Audience, Condition, ProductLine, Trigger
from qibu.care.selectors.plans import Living
from qibu.care.services.trials import Place, Tried
from qibu.customers.models import Customer
from qibu.ui import formats
from qibu.vehicles.models import Policy, Vehicle

COVERS: dict[str, Any] = {
    Policy.Kind.COMPULSORY: pgettext_lazy("到期", "交强险"),
    Policy.Kind.COMMERCIAL: pgettext_lazy("到期", "商业险"),
}
# What somebody is called for, as the page of a car says it.
CALLS: dict[Trigger, Any] = {
    Trigger.MAINTENANCE: pgettext_lazy("找谁", "保养"),
    Trigger.INSURANCE: pgettext_lazy("找谁", "保险"),
    Trigger.INSPECTION: pgettext_lazy("找谁", "年检"),
    Trigger.WARRANTY: pgettext_lazy("找谁", "质保"),
    Trigger.VISIT_CLOSED: pgettext_lazy("找谁", "修后回访"),
    Trigger.DELIVERY: pgettext_lazy("找谁", "交车回访"),
}


def day(stored: str | None) -> str:
    """A day as one says it: 12月3日."""
    if not stored:
        return ""
    on = date.fromisoformat(stored)
    return formats.words(on).rsplit(" ", 1)[0] if formats.chinese() else formats.words(on)


def plate(number: str) -> str:
    """A car as one speaks of it, with its plate where there is one."""
    return _("爱车（{plate}）").format(plate=number) if number else _("爱车")


def covers(kinds: Iterable[str]) -> str:
    """交强险, 商业险, or both in one."""
    known = {kind for kind in COVERS if kind in set(kinds)}
    return str(COVERS[known.pop()]) if len(known) == 1 else _("商业险和交强险") if known else _("保险")


def of_due(due: Due) -> str:
    """What falls due, with its kind where that changes what is to be done."""
    if due.trigger == Plan.Trigger.INSURANCE:
        return covers(due.facts.get("kinds", []))
    if due.trigger == Plan.Trigger.INSPECTION:
        return _("年检（申领标志）") if due.facts.get("inspection") == "mark" else _("年检（上线检测）")
    if due.trigger == Plan.Trigger.WARRANTY:
        return _("电池质保") if due.facts.get("part") == "battery" else _("整车质保")
    return _("生日") if due.trigger == Plan.Trigger.BIRTHDAY else _("保养")


def remark(due: Due) -> str:
    """What the day rests on."""
    if due.trigger == Plan.Trigger.MAINTENANCE:
        return _on_mileage(due)
    if due.trigger == Plan.Trigger.INSPECTION:
        return _("推算：按购车日期") if due.estimated else ""
    if due.trigger == Plan.Trigger.WARRANTY:
        return _of_warranty(due)
    if due.trigger == Plan.Trigger.BIRTHDAY:
        return _("农历生日") if due.facts.get("lunar") else ""
    return str(due.facts.get("insurer", ""))


def _on_mileage(due: Due) -> str:
    if due.facts.get("by") != "km":
        return _("按时间")
    target = formats.number(due.facts.get("km"))
    if due.estimated:
        return _("推算：按 {km} 公里").format(km=target)
    return _("按 {km} 公里，每天约 {daily} 公里").format(km=target, daily=due.facts.get("daily_km"))


def _of_warranty(due: Due) -> str:
    km = formats.number(due.facts.get("km"))
    basis = _("按 {km} 公里").format(km=km) if due.facts.get("by") == "km" else _("按时间")
    return _("推算：{basis}").format(basis=basis) if due.estimated else basis


def name_of(plan: Plan) -> str:
    return plan.name if formats.chinese() else plan.name_en or plan.name


def summary_of(plan: Plan) -> str:
    return plan.summary if formats.chinese() else plan.summary_en or plan.summary


def title_of(step: Step) -> str:
    return step.title if formats.chinese() else step.title_en or step.title


OCCASIONS: dict[str, Any] = {
    "spring_festival": gettext_lazy("春节"), "lantern": gettext_lazy("元宵节"),
    "dragon_boat": gettext_lazy("端午节"), "qixi": gettext_lazy("七夕"), "mid_autumn": gettext_lazy("中秋节"),
    "double_ninth": gettext_lazy("重阳节"), "new_year": gettext_lazy("元旦"),
    "womens_day": gettext_lazy("妇女节"), "labour_day": gettext_lazy("劳动节"),
    "childrens_day": gettext_lazy("儿童节"), "national_day": gettext_lazy("国庆节"),
    "xiaohan": gettext_lazy("小寒"), "dahan": gettext_lazy("大寒"), "lichun": gettext_lazy("立春"),
    "yushui": gettext_lazy("雨水"), "jingzhe": gettext_lazy("惊蛰"), "chunfen": gettext_lazy("春分"),
    "qingming": gettext_lazy("清明"), "guyu": gettext_lazy("谷雨"), "lixia": gettext_lazy("立夏"),
    "xiaoman": gettext_lazy("小满"), "mangzhong": gettext_lazy("芒种"), "xiazhi": gettext_lazy("夏至"),
    "xiaoshu": gettext_lazy("小暑"), "dashu": gettext_lazy("大暑"), "liqiu": gettext_lazy("立秋"),
    "chushu": gettext_lazy("处暑"), "bailu": gettext_lazy("白露"), "qiufen": gettext_lazy("秋分"),
    "hanlu": gettext_lazy("寒露"), "shuangjiang": gettext_lazy("霜降"), "lidong": gettext_lazy("立冬"),
    "xiaoxue": gettext_lazy("小雪"), "daxue": gettext_lazy("大雪"), "dongzhi": gettext_lazy("冬至"),
}  # fmt: skip


def occasion(plan: Plan) -> str:
    """The day of the calendar that a plan begins on."""
    return str(OCCASIONS.get(plan.occasion, ""))


def when(step: Step) -> str:
    """The place of a step on the axis."""
    if step.offset_days == 0:
        return _("当天")
    template = _("提前 {n} 天") if step.offset_days < 0 else _("第 {n} 天")
    return template.format(n=abs(step.offset_days))


CONDITIONS: dict[Condition, Any] = {
    Condition.CUSTOMER_KIND: gettext_lazy("客户类别"), Condition.STAGE: gettext_lazy("阶段"),
    Condition.VIP: gettext_lazy("VIP"), Condition.KEY: gettext_lazy("关键客户（VIP、基盘、桩脚）"),
    Condition.PROVINCE: gettext_lazy("省份"), Condition.CITY: gettext_lazy("城市"),
    Condition.USE: gettext_lazy("用途"), Condition.BODY: gettext_lazy("车辆类型"),
    Condition.ENERGY: gettext_lazy("能源"), Condition.BRAND: gettext_lazy("品牌"),
    Condition.SERIES: gettext_lazy("车系"),
}  # fmt: skip
# What tells the plans of one trigger apart is in their names already.
IMPLIED = frozenset({Condition.INSPECTION, Condition.COVER, Condition.PART})
VALUES: dict[Condition, dict[str, Any]] = {
    Condition.CUSTOMER_KIND: dict(Customer.Kind.choices), Condition.STAGE: dict(Customer.Stage.choices),
    Condition.USE: dict(Vehicle.Use.choices), Condition.BODY: dict(Vehicle.Body.choices),
    Condition.ENERGY: dict(Vehicle.Energy.choices),
}  # fmt: skip


MOST_LISTED = 5


def audience(conditions: Audience) -> str:
    """For whom a plan is: 保有客户；关键客户（VIP、基盘、桩脚）."""
    said = [_condition(name, values) for name, values in conditions.items() if name not in IMPLIED]
    return _("；").join(said) or _("所有客户")


def _condition(name: Condition, values: Iterable[str]) -> str:
    if name in (Condition.VIP, Condition.KEY):
        label = str(CONDITIONS[name])
        return label if "yes" in values else _("不是{label}").format(label=label)
    listed = [str(VALUES.get(name, {}).get(value, value)) for value in values]
    words = _("、").join(listed) if len(listed) <= MOST_LISTED else _("{n} 项").format(n=len(listed))
    return words if name is Condition.STAGE else _("{label}：{words}").format(label=CONDITIONS[name], words=words)


def line(cars: ProductLine) -> str:
    """Which cars: 车系 听松 · 能源 纯电. A series may be called as what drives it."""
    named = ((Condition.BRAND, cars.brand), (Condition.SERIES, cars.series))
    parts = [f"{CONDITIONS[what]} {name}" for what, name in named if name]
    if cars.energy:
        drive = VALUES[Condition.ENERGY].get(cars.energy, cars.energy)
        parts.append(f"{CONDITIONS[Condition.ENERGY]} {drive}")
    return " · ".join(parts) or _("所有车")


def value(stored: object) -> str:
    """What a field of a plan or of the policy says."""
    if isinstance(stored, bool):
        return _("启用") if stored else _("停用")
    if isinstance(stored, time):
        return f"{stored:%H:%M}"
    return str(stored) or _("空")


def tried(change: Tried) -> list[str]:
    """What a change would do to open work: here, or here and in all stores below together."""
    said = _said(change)
    if not change.below:
        return [said]
    places = {"below": formats.number(change.places - 1), "touched": formats.number(change.touched)}
    return [_("这里和下面 {below} 家机构都算过了，{touched} 家的任务会变。").format(**places), said]


def tried_places(change: Tried, names: Mapping[int, str]) -> list[str]:
    """Organisation by organisation, the untouched ones together at the end; nothing where there is only one."""
    if not change.below:
        return []
    told = [_("{name}：{what}").format(name=names[one.organisation_id], what=_in_short(one)) for one in change.changed]
    still = _("、").join(names[number] for number in change.unchanged)
    return [*told, _("不变：{names}").format(names=still)] if still else told


def _in_short(place: Place) -> str:
    parts = (
        (place.moved, _("{n} 件改期")), (place.cancelled, _("{n} 件取消")), (place.expired, _("{n} 件过期")),
        (place.planned, _("今天新增 {n} 件")),
    )  # fmt: skip
    said = [words.format(n=formats.number(number)) for number, words in parts if number]
    return _("，").join(said) or _("积压里有变化")


def _said(change: Tried) -> str:
    counts = {name: formats.number(getattr(change, name)) for name in ("moved", "cancelled", "expired", "planned")}
    said = _("未完成的任务里，{moved} 件改期，{cancelled} 件取消，{expired} 件过期；今天新增 {planned} 件。")
    return said.format(**counts)


def interval(living: Living, prefix: str) -> str:
    """5,000 公里或 6 个月."""
    km, months = living.value(f"{prefix}km"), living.value(f"{prefix}months")
    return _("{km} 公里或 {months} 个月").format(km=formats.number(km), months=months)
