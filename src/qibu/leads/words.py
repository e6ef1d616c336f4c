"""What people call doors, reasons and stages of leads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from qibu.kernel.scoping import current_actor
from qibu.leads import selectors
from qibu.leads.rules import Door, Reason

DOORS: dict[str, Any] = {
    Door.FORM: gettext_lazy("网上表单"),
    Door.API: gettext_lazy("接口"),
    Door.EMAIL: gettext_lazy("邮件"),
    Door.ADF: gettext_lazy("ADF"),
    Door.SHEET: gettext_lazy("表格导入"),
    Door.SHOWROOM: gettext_lazy("展厅接待"),
    Door.PHONE: gettext_lazy("来电"),
    Door.HAND: gettext_lazy("手工登记"),
}
REASONS: dict[str, Any] = {
    Reason.RECEIVED: gettext_lazy("由他接待"),
    Reason.RETURNING: gettext_lazy("以前就是他的客户"),
    Reason.RULE: gettext_lazy("按分配规则"),
    Reason.TURN: gettext_lazy("轮到他"),
    Reason.CLAIMED: gettext_lazy("从公海领取"),
    Reason.GIVEN: gettext_lazy("经理分配"),
    Reason.SILENCE: gettext_lazy("超时没人联系，重新分配"),
    Reason.RELEASED: gettext_lazy("放回公海"),
    Reason.NOBODY: gettext_lazy("没有可以分给的人"),
}


def stage(code: str) -> str:
    return selectors.stage_called(current_actor(), code)
