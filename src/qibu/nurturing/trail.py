"""How what happens in nurturing reads in the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.contracts import nurturing as events
from qibu.network import trail
from qibu.nurturing import words

trail.say(events.PieceSent, gettext_lazy("把《{title}》发给了 {customer}"))
trail.say(events.PieceSkipped, gettext_lazy("《{title}》没有发给 {customer}"))
trail.say(events.PieceOpened, gettext_lazy("{customer} 打开了《{title}》"))
trail.say(events.PieceAnswered, gettext_lazy("{customer} 看了《{title}》，请顾问联系：{note}"))
trail.say(events.PiecesRefused, gettext_lazy("{customer} 在《{title}》上选了不再接收"))
trail.say(events.PieceClosed, gettext_lazy("停用了发给 {customer} 的《{title}》的链接"))
trail.say(events.SequenceBegun, gettext_lazy("{customer} 开始走培育序列「{sequence}」"))
trail.say(events.SequenceEnded, gettext_lazy("{customer} 的培育序列「{sequence}」结束：{end}"))
trail.say(
    events.NurturingPlanned,
    gettext_lazy("培育排好了 {on}：加入 {begun} 条，要发 {planned} 份，结束 {ended} 条"),
)
trail.say(events.PieceChanged, gettext_lazy("修改了培育内容「{piece}」：{changes}"))
trail.say(events.SequenceChanged, gettext_lazy("修改了培育序列「{sequence}」：{changes}"))
trail.say(events.NurturingRulesChanged, gettext_lazy("修改了培育的频率：{changes}"))

trail.spell("end", {str(end): word for end, word in words.ENDS.items()})
