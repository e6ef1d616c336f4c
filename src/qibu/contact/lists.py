"""What went out, what waits and what did not arrive."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qibu.contact import words
from qibu.contact.models import Message
from qibu.network.rules import Capability
from qibu.ui.lists import Batch, Choice, Column, Days, ListPage, Text

State = Message.State
LOOKS = {
    State.SENT: ("done", "check"),
    State.FAILED: ("overdue", "warn"),
    State.UNKNOWN: ("soon", "help"),
    State.EXPIRED: ("line", "clock"),
    State.DROPPED: ("line", "x"),
    State.QUEUED: ("running", "clock"),
    State.CLAIMED: ("running", "refresh"),
    State.ATTEMPTING: ("running", "refresh"),
}


class Outbox(ListPage):
    """Kinds, people and states: no customer, since those who keep the system see none."""

    key, title, unit = "outbox", _("发件箱"), _("封")
    ordering = ("-created_at", "-id")
    columns = (
        Column("staff", _("给谁"), value="staff.name", card="title", locked=True),
        Column("kind", _("内容"), value="get_kind_display"),
        Column("state", _("状态"), cell="contact/cells/state.html", card="line"),
        Column("outcome", _("服务器的答复"), cell="contact/cells/outcome.html", card="line", width="l"),
        Column("tries", _("试过几次"), align="end", card="hide"),
        Column("created_at", _("时间"), card="right"),
    )
    filters = (
        Choice("state", _("状态"), State.choices),
        Choice("kind", _("内容"), Message.Kind.choices),
        Days("created_at", _("时间"), moments=True),
        Text("q", _("给谁"), field="staff__name"),
    )
    batch = (
        Batch(
            _("再发一次"), "contact:again", "refresh", Capability.ORGANISATION_MANAGE,
            confirm=_("「不确定」的信对方可能已经收到，再发会收到两封。"),
        ),
    )
    empty_title = _("还没有发过邮件")
    empty_text = _("启用邮件以后，早晨清单、逾期提醒和测试邮件都记在这里。")

    def rows(self) -> QuerySet[Any]:
        actor = self.request.actor  # type: ignore[attr-defined]  # set by ScopeMiddleware
        actor.require(Capability.ORGANISATION_MANAGE)
        return Message.objects.defer("text", "html", "subject").select_related("staff")

    def decorate(self, rows: list[Message]) -> list[Message]:
        for row in rows:
            row.look, row.icon = LOOKS[State(row.state)]  # type: ignore[attr-defined]  # for the cell
            row.outcome = words.outcome(row)  # type: ignore[attr-defined]  # for the cell
        return rows
