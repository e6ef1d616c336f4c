"""How what happens in the show-room reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import showroom as events
from qibu.network import trail
from qibu.showroom.forms import VisitorForm
from qibu.ui.labels import labels

trail.say(events.VisitorCame, gettext_lazy("登记了来客 {customer}，{party} 人，由{staff_name}接待"))
trail.say(events.VisitorTaken, gettext_lazy("{staff_name} 接待了来客 {customer}"))
trail.say(events.VisitorLeft, gettext_lazy("来客 {customer} 离店，停留 {minutes} 分钟"))
trail.say(
    events.VisitorChanged,
    gettext_lazy("补充了来客 {customer} 的登记：{changes}"),
    changes=labels(VisitorForm),
)
trail.say(events.TurnChanged, gettext_lazy("改了展厅轮序：{staff_name} {other_name}"))
trail.say(events.ConsultantMarked, gettext_lazy("{staff_name} 改了接待状态"))
