"""How what happens to deliveries reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import deliveries as events
from qibu.deliveries import forms, words
from qibu.deliveries.models import DeliveryFile, ListItem
from qibu.network import trail
from qibu.ui.labels import labels

# The form names people, the event the keys of the row.
APPOINTMENT = {
    name: label for own, label in labels(forms.AppointmentForm).items() for name in (own, f"{own}_id")
}

trail.say(events.DeliveryPlanned, gettext_lazy("约 {customer} 交车（{number}）：{at} {bay}"))
trail.say(
    events.DeliveryChanged,
    gettext_lazy("改了 {customer} 的交车预约（{number}）：{changes}，{at}"),
    changes=APPOINTMENT,
)
trail.say(
    events.DeliveryCalledOff,
    gettext_lazy("取消了 {customer} 的交车预约（{number}）：{why}"),
    why=words.CALLED_OFF,
)
trail.say(events.DeliveryTicked, gettext_lazy("{customer} 的交车清单「{item}」：{done}"))
trail.say(
    events.DeliveryFileKept,
    gettext_lazy("{customer} 的交车文件 {kind}，删除：{removed}"),
    kind=dict(DeliveryFile.Kind.choices),
)
trail.say(
    events.VehicleDelivered, gettext_lazy("把 {vehicle}（{car}）交给了 {customer}，合同 {number}，{on}")
)
trail.say(
    events.DeliveryListChanged,
    gettext_lazy("修改了交车清单 {part}：{changes}"),
    part=dict(ListItem.Part.choices),
)
trail.say(
    events.WarrantyTermChanged,
    gettext_lazy("修改了质保期限 {line}：{changes}"),
    changes=labels(forms.TermForm),
)
trail.say(events.DeliveryTakenBack, gettext_lazy("撤销了 {customer} 的交车登记（{number}，{car}）：{why}"))
trail.say(events.DeliveryUndone, gettext_lazy("合同 {number} 的交车登记不再算数"))
