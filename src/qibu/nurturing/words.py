"""How nurturing speaks of what it keeps."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.kernel.images import Fault
from qibu.leads.errors import Unclaimed
from qibu.nurturing import errors
from qibu.nurturing.rules import End

ENDS: dict[str, Any] = {
    End.FINISHED: gettext_lazy("全部走完"),
    End.REPLIED: gettext_lazy("客户回复了"),
    End.CAME_AGAIN: gettext_lazy("客户又来联系"),
    End.SPOKE: gettext_lazy("电话里联系上了"),
    End.VISITED: gettext_lazy("到店了"),
    End.DROVE: gettext_lazy("约了试驾"),
    End.ORDERED: gettext_lazy("订车了"),
    End.WON: pgettext_lazy("培育", "成交了"),
    End.LOST: pgettext_lazy("培育", "线索结束了"),
    End.TAKEN_UP: gettext_lazy("线索重新跟进"),
    End.OPTED_OUT: gettext_lazy("客户没有同意，或不再接收"),
    End.BY_HAND: gettext_lazy("顾问停下的"),
    End.DOUBLE: gettext_lazy("同一位客户已有一条在走"),
    End.SWITCHED_OFF: gettext_lazy("序列停用了"),
}
PICTURES: dict[Fault, Any] = {
    Fault.EMPTY: gettext_lazy("请先选一张图片。"),
    Fault.TOO_LARGE: gettext_lazy("图片超过 8 MB，请缩小后再上传。"),
    Fault.OTHER_KIND: gettext_lazy("只收 JPG 和 PNG 图片，这个文件不是。"),
    Fault.BROKEN: gettext_lazy("图片没有传完整，或者文件坏了。请再传一次。"),
}


def refusal(fault: Exception) -> tuple[str | None, str]:
    """The field a refusal belongs to, and what people read."""
    if isinstance(fault, errors.GoesOn):
        return None, _("这位客户已经在走「{name}」。先停下那一条，再加入新的。").format(name=fault.name)
    if isinstance(fault, errors.UnknownPieces):
        return None, _("内容库里没有这些内容了：{codes}。请换一篇。").format(codes=_("、").join(fault.codes))
    field, sentence = REFUSALS.get(type(fault), (None, gettext_lazy("这一步没有做成，请刷新页面再试。")))
    return field, str(sentence)


REFUSALS: dict[type[Exception], tuple[str | None, Any]] = {
    Unclaimed: (None, gettext_lazy("这条线索在公海，请先领取，再发资料或加入序列。")),
    errors.NotPermitted: (
        "channel",
        gettext_lazy(
            "客户没有同意用这种方式收营销内容。先征得同意并记在客户页上；客户自己要的，勾上「客户自己要的」。"
        ),
    ),
    errors.NotOffered: ("piece", gettext_lazy("这篇内容已经停用或过期，请换一篇。")),
    errors.Waiting: (
        "piece",
        gettext_lazy("这篇已经给这位客户备好了，还没发出去。在线索页「培育」里打开它发，或先点「这份不发」。"),
    ),
    errors.NotNow: (None, gettext_lazy("这份资料已经发过或已经取消，刷新页面看看。")),
    errors.NotInUse: ("sequence", gettext_lazy("这条序列停用了，或者不是给这类线索的。请换一条。")),
    errors.NothingToSend: ("active", gettext_lazy("一步也没有的序列不能启用。先加一步。")),
    errors.TooManyReplies: ("text", gettext_lazy("您留的话已经很多了，请直接打电话给销售顾问。")),
}
