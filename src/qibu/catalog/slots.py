"""What the catalogue puts into the settings."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from qibu.network.rules import Capability
from qibu.ui import slots


@slots.fills("settings", order=61)
def settings(request: HttpRequest) -> list[slots.Setting]:
    manage = Capability.SALES_MANAGE
    return [
        slots.Setting(
            gettext_lazy("车型和价格"), gettext_lazy("在售的车和指导价，可以导入价格表"), "car", "catalog:cars",
            part="prices", capability=manage,
        ),
        slots.Setting(
            gettext_lazy("精品、服务和费用"), gettext_lazy("报价时可以选的精品、套餐、上牌费和补贴"), "tag",
            "catalog:extras", part="prices", capability=manage,
        ),
        slots.Setting(
            gettext_lazy("保险和税费表"), gettext_lazy("交强险、商业险估算和车船税"), "shield", "catalog:tables",
            part="prices", capability=manage,
        ),
    ]  # fmt: skip
