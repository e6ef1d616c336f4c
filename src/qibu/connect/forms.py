from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.connect import messages
from qibu.connect.mapping import Mapping
from qibu.connect.models import Import

ACCEPTED = ".xlsx,.xls,.xlsm,.csv,.txt"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("表格文件"),
        error_messages={
            "required": gettext_lazy("请先选一个表格文件。"),
            "empty": gettext_lazy("文件是空的。请在原来的系统里重新导出，再上传。"),
        },
    )

    def refuse(self, code: str, facts: dict[str, object]) -> None:
        self.add_error("file", messages.failure({"code": code, "facts": facts}))


class BasisForm(forms.Form):
    """Why the data may be used; what marketing rests on has to be shown (PIPL arts. 13, 14, 69)."""

    basis = forms.ChoiceField(
        label=gettext_lazy("这些资料凭什么使用"), choices=Import.Basis.choices, widget=forms.RadioSelect,
        help_text=gettext_lazy("服务本店自己的客户（保养提醒、回访、维修通知），凭购车或维修合同就可以。"),
    )  # fmt: skip
    marketing = forms.BooleanField(
        label=gettext_lazy("客户也同意过接收营销活动"), required=False,
        help_text=gettext_lazy("促销、活动邀请要有客户本人同意。没有把握就不要勾，以后可以逐位补记。"),
    )  # fmt: skip
    evidence = forms.CharField(
        label=gettext_lazy("凭证"), required=False, max_length=200,
        help_text=gettext_lazy("写明同意书或合同在哪里，例如“2024 年购车合同第 9 条，存档于财务室”。"),
    )  # fmt: skip

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        needed = given.get("marketing") or given.get("basis") == Import.Basis.CONSENT
        if needed and not str(given.get("evidence", "")).strip():
            self.add_error("evidence", _("凭客户同意使用资料时，请写明凭证在哪里，将来有人问起要拿得出来。"))
        return given


class Refusal(Exception):
    """A mapping that can't be taken, with the sentence why."""


def read_mapping(given: QueryDict, mapping: Mapping) -> Mapping:
    """The targets chosen on the page; a field can come from one column only."""
    known, used = set(mapping.offered), dict[str, str]()
    for column in mapping.columns:
        target = given.get(f"column-{column.index}", column.target or "")
        if target and target not in known:
            raise Refusal(_("没有这个内容，请刷新后再选。"))
        if target in used:
            name = messages.field_name(target, mapping.kind, mapping.own)
            raise Refusal(
                _("「{field}」选了两列：{one}、{other}。请只留一列。").format(
                    field=name, one=used[target], other=column.heading
                )
            )
        if target:
            used[target] = column.heading
        if target != (column.target or ""):
            mapping = mapping.with_target(column.index, target or None)
    return mapping

