"""What people call things of test drives, and how refusals read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.drives import errors
from qibu.drives.models import DemoCar, Drive
from qibu.drives.rules import LicenceFault
from qibu.kernel import times
from qibu.leads.errors import Unclaimed
from qibu.ui import formats

ITEMS: dict[str, Any] = {
    "power": gettext_lazy("动力"), "handling": gettext_lazy("操控"), "comfort": gettext_lazy("舒适"),
    "quiet": gettext_lazy("安静"), "space": gettext_lazy("空间"), "interior": gettext_lazy("内饰做工"),
    "smart": gettext_lazy("车机和辅助驾驶"), "service": gettext_lazy("陪驾讲解"),
}  # fmt: skip
LICENCE: dict[LicenceFault, Any] = {
    LicenceFault.EXPIRED: gettext_lazy("驾驶证在试驾那天已经过期，不能试驾。请客户换证后改约，或由同行有证的人来开。"),
    LicenceFault.NO_CARS: gettext_lazy("这个准驾车型不能开小型汽车。请换有 C1 等准驾车型的人来开，或改为试乘。"),
    LicenceFault.AUTOMATIC_ALONE: gettext_lazy("C2 只能开自动挡，这台是手动挡。请改约一台自动挡的试驾车。"),
    LicenceFault.NOT_YET: gettext_lazy("初次领证日期在试驾那天以后，请对照驾驶证核对。"),
}
PLACES: dict[str, Any] = {
    "store": gettext_lazy("门店"), "driver": gettext_lazy("试驾人"), "car": gettext_lazy("车型"),
    "plate": gettext_lazy("车牌"), "day": gettext_lazy("日期"), "time": gettext_lazy("时间"),
    "route": gettext_lazy("路线"),
}  # fmt: skip
UNUSABLE: dict[str, Any] = {
    DemoCar.State.REPAIR: gettext_lazy("{car} 在维修，请换一台车，或等它修好再约。"),
    DemoCar.State.RETIRED: gettext_lazy("{car} 已经退役，请换一台车。"),
}


def refusal(fault: Exception) -> tuple[str, str]:
    """The field beside which it stands (empty: above all), and the sentence: what, where, what to do."""
    field, sentence = _SENTENCES[type(fault)](fault)
    return field, sentence


def _taken(fault: Any) -> tuple[str, str]:
    start, end = formats.moment(fault.starts_at, "time"), formats.moment(fault.ends_at, "time")
    span = f"{formats.day(fault.starts_at, 'words')} {start}–{end}"
    if fault.what == "car":
        told = _("{car} 在 {span} 已经由{name}约走了，前后还要留出间隔。").format(
            car=fault.called, span=span, name=fault.whose
        )
    else:
        told = _("{name} 在 {span} 已经有一场试驾，前后还要留出间隔。").format(name=fault.called, span=span)
    other = _("请换一个时间、车或人。")
    free = _("最近的空档是 {time}。").format(time=formats.moment(fault.free)) if fault.free else other
    return "starts_at", formats.sentences(told, free)


def _outside(fault: Any) -> tuple[str, str]:
    day = formats.day(fault.day, "words")
    if not fault.hours:
        return "starts_at", _("{day} 门店不营业，请换一天。").format(day=day)
    hours = _("、").join(f"{formats.moment(start, 'time')}–{formats.moment(end, 'time')}" for start, end in fault.hours)
    return "starts_at", _("{day} 的营业时间是 {hours}，试驾要在这段时间里开始和结束。").format(day=day, hours=hours)


def _away(fault: Any) -> tuple[str, str]:
    told = _("{name} 这天不在（到 {day} 为止），请换一位陪驾或换一天。")
    return "consultant", told.format(name=fault.name, day=formats.day(fault.last_day, "short"))


def _car(fault: Any) -> tuple[str, str]:
    if fault.why in UNUSABLE:
        return "car", str(UNUSABLE[fault.why]).format(car=fault.called)
    if fault.until is None:
        unknown = _("{car} 还没有登记保险到期日，没有保险的车不能试驾。请先在试驾车里登记。")
        return "car", unknown.format(car=fault.called)
    told = _("{car} 的保险到 {day} 为止，这天没有保险，不能试驾。续保后请更新到期日，或换一台车。")
    return "car", told.format(car=fault.called, day=formats.day(fault.until))


def _state(fault: Any) -> tuple[str, str]:
    return "", _("这场试驾现在是「{state}」，不能再这样做。请刷新看最新的情况。").format(
        state=Drive.State(fault.state).label
    )


def _unlicensed(fault: Any) -> tuple[str, str]:
    if fault.fault is None:
        return "", _("还没有查验驾驶证。请先看证，登记准驾车型和有效期，再出车。")
    return ("expires_on" if fault.fault == LicenceFault.EXPIRED else "licence_class"), str(LICENCE[fault.fault])


def _mileage(fault: Any) -> tuple[str, str]:
    known = formats.number(fault.known)
    if fault.most is None:
        return "km", _("里程不能比上一次的 {km} 公里少，请对照仪表核对。").format(km=known)
    return "km", _("比上一次的 {km} 公里多出 300 公里以上，不像一次试驾，请对照仪表核对。").format(km=known)


def _meanwhile(fault: Any) -> tuple[str, str]:
    return "", _("这里刚被同事改过。请核对后再保存一次，以您填的为准。")


NAMES = {
    "vin": gettext_lazy("已有一台试驾车是这个 VIN，请核对。"),
    "plate": gettext_lazy("已有一台试驾车是这个车牌，请核对。"),
    "name": gettext_lazy("已有一条叫这个名字的路线，请换个名字。"),
}
_SENTENCES: dict[type[Exception], Any] = {
    errors.Taken: _taken,
    errors.OutsideHours: _outside,
    errors.Away: _away,
    errors.CarUnusable: _car,
    errors.WrongState: _state,
    errors.Unlicensed: _unlicensed,
    errors.WrongMileage: _mileage,
    errors.ChangedMeanwhile: _meanwhile,
    errors.InThePast: lambda fault: ("starts_at", _("这个时间已经过了，请选以后的时间。")),
    errors.NobodyThere: lambda fault: ("consultant", _("这位同事现在不做销售或已经离职，请换一位陪驾。")),
    errors.UnknownRoute: lambda fault: ("route", _("这条路线已经停用，请换一条。")),
    errors.LeadClosed: lambda fault: ("lead", _("这条线索已经结束，不能再约试驾。请先重新跟进。")),
    Unclaimed: lambda fault: ("lead", _("这条线索在公海，请先领取，再约试驾。")),
    errors.ReasonMissing: lambda fault: ("reason", _("请写一句为什么取消，以后看得明白。")),
    errors.NotYet: lambda fault: ("", _("还没到约定的时间，不能登记没有来。")),
    errors.NotSigned: lambda fault: ("", _("试驾协议还没有签。请先在屏幕上签字，或打印出来签好再登记。")),
    errors.AlreadySigned: lambda fault: ("", _("协议已经签过了，签过的不会再改。")),
    errors.CarOut: lambda fault: (
        "", _("这台车还在外面，{name} 陪的那场还没有登记还车。请先登记还车。").format(name=fault.whose)
    ),
    errors.NothingSaid: lambda fault: ("", _("还什么都没有填。给一项打分，或写一句话就可以。")),
    errors.AlreadyAnswered: lambda fault: ("", _("这次试驾的感受已经填过了，谢谢。")),
    errors.NameTaken: lambda fault: (fault.field, str(NAMES[fault.field])),
    errors.StillBooked: lambda fault: (
        "state", _("这台车后面还约着 {n} 场试驾，请先改约到别的车。").format(n=fault.drives)
    ),
}  # fmt: skip


def span(drive: Drive) -> str:
    """11月28日 周六 10:00–10:30"""
    start, end = formats.moment(drive.starts_at, "time"), formats.moment(drive.ends_at, "time")
    return f"{formats.day(times.day_of(drive.starts_at), 'words')} {start}–{end}"
