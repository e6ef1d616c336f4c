from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.connect import selectors
from qibu.connect.models import Import
from qibu.ui.lists import Action, Choice, Column, Days, ListPage, Text

STATE_LOOKS = {
    Import.State.LOADED: ("done", "check"),
    Import.State.FAILED: ("overdue", "warn"),
    Import.State.STOPPED: ("soon", "stop"),
    Import.State.UNDONE: ("line", "undo"),
    **dict.fromkeys(Import.RUNNING, ("running", "refresh")),
}


class ImportList(ListPage):
    key, title, unit = "imports", _("导入"), _("次导入")
    ordering = ("-created_at", "-id")
    columns = (
        Column("file", _("文件"), cell="connect/cells/file.html", card="title", locked=True, width="l"),
        Column("state", _("状态"), cell="connect/cells/state.html", card="line"),
        Column("loaded", _("载入"), cell="connect/cells/loaded.html", align="end", card="right"),
        Column("rejected", _("未载入"), cell="connect/cells/rejected.html", align="end"),
        Column("by", _("操作人"), value=lambda one: one.by.name if one.by else _("命令行")),
        Column("at", _("时间"), value="created_at", sort="created_at"),
    )
    filters = (
        Choice("kind", _("内容"), Import.Kind.choices),
        Choice("state", _("状态"), Import.State.choices),
        Days("at", _("时间"), field="created_at", moments=True),
        Text("q", _("文件名"), field="file_name"),
    )
    empty_title = _("还没有导入过")
    empty_text = _("把现在用的系统导出的客户表、工单表传上来，几分钟就能看到全部客户。")

    def rows(self) -> QuerySet[Any]:
        return selectors.visible(self.request.actor)  # type: ignore[attr-defined]  # set by ScopeMiddleware

    def decorate(self, rows: list[Import]) -> list[Import]:
        for row in rows:
            row.look, row.icon = STATE_LOOKS.get(Import.State(row.state), ("soon", "pause"))  # type: ignore[attr-defined]  # for the cell
        return rows

    def actions(self) -> Iterable[Action]:
        return [Action(_("导入表格"), reverse("connect:new"), "upload", key="N")]

    @property
    def empty_action(self) -> Action:  # type: ignore[override]  # the address is known once the urls are read
        return Action(_("导入表格"), reverse("connect:new"), "upload")
