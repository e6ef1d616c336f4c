"""How what happens with test drives reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import drives as events
from qibu.drives import forms
from qibu.drives.models import Signature
from qibu.network import trail
from qibu.ui.labels import labels

trail.say(events.DriveBooked, gettext_lazy("为 {customer} 约了试驾：{car}，{starts_at}，{staff_name} 陪驾"))
trail.say(
    events.DriveMoved,
    gettext_lazy("把 {customer} 的试驾从 {was_at} 改到 {starts_at}：{car}，{staff_name} 陪驾"),
)
trail.say(events.DriveCancelled, gettext_lazy("取消了 {customer} 的试驾（{car}，{starts_at}）：{reason}"))
trail.say(events.LicenceSeen, gettext_lazy("查验了 {customer} 试驾用的驾驶证（{licence_class}）"))
trail.say(
    events.AgreementSigned,
    gettext_lazy("{customer} 签了试驾协议（{way}，第 {number} 版）"),
    way=dict(Signature.Way.choices),
)
trail.say(events.DriveBegun, gettext_lazy("{customer} 试驾出车：{car}，{km} 公里"))
trail.say(events.DriveDone, gettext_lazy("{customer} 试驾还车：{car}，开了 {km} 公里、{minutes} 分钟"))
trail.say(events.DriveMissed, gettext_lazy("{customer} 没有来试驾（{car}，{starts_at}）"))
trail.say(events.FeedbackGiven, gettext_lazy("{customer} 填了试驾感受：{average} 分"))
trail.say(events.FeedbackAsked, gettext_lazy("给 {customer} 生成了试驾感受的链接"))
trail.say(
    events.DemoCarSaved, gettext_lazy("修改了试驾车 {plate}：{changes}"), changes=labels(forms.CarForm)
)
trail.say(
    events.RouteSaved,
    gettext_lazy("修改了试驾路线「{route}」：{changes}"),
    changes=labels(forms.RouteForm),
)
trail.say(
    events.DrivePolicyChanged,
    gettext_lazy("修改了试驾的安排：{changes}"),
    changes=labels(forms.PolicyForm),
)
trail.say(events.AgreementWorded, gettext_lazy("修改了试驾协议，现在是第 {number} 版"))
