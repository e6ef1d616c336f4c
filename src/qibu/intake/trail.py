"""How what happens at the doors reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import intake as events
from qibu.intake import forms, words
from qibu.intake.models import Arrival
from qibu.network import trail
from qibu.ui.labels import labels

trail.say(
    events.LeadQuarantined,
    gettext_lazy("收到一条不完整的线索，在收件箱等待处理：{reasons}"),
    reasons=words.REASONS,
)
trail.say(events.ArrivalOpened, gettext_lazy("查看了收件箱里一条线索的全部内容"))
trail.say(
    events.ArrivalReplayed,
    gettext_lazy("处理了收件箱里的一条线索：{state}，修改了 {changes}"),
    state=dict(Arrival.State.choices),
    changes=words.FIELDS,
)
trail.say(events.ArrivalDropped, gettext_lazy("丢弃了收件箱里的一条线索：{reason}"))
trail.say(events.ArrivalPickedUp, gettext_lazy("把丢弃的线索放回了收件箱"))
trail.say(
    events.WebFormChanged,
    gettext_lazy("修改了网上表单「{form_name}」：{changes}"),
    changes=labels(forms.WebFormForm),
)
trail.say(
    events.MailboxChanged,
    gettext_lazy("修改了收线索的邮箱：{changes}"),
    changes=labels(forms.MailboxForm),
)
trail.say(events.LeadWritten, gettext_lazy("把 {customer} 的线索导出为 ADF，给：{taker}"))
LOADED = gettext_lazy("导入了线索表「{file_name}」：{rows} 行，新 {made}，补充 {updated}，待处理 {waiting}")
trail.say(events.LeadSheetLoaded, LOADED)
