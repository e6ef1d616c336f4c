"""What the import puts into the frame."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qibu.connect.messages import FIELDS
from qibu.connect.services import searching
from qibu.network import custom
from qibu.network.rules import Capability
from qibu.ui.slots import Action, Command, NavItem, Panel, Setting, fills

custom.reserve(lambda: FIELDS.values())


@fills("navigation", order=800)
def navigation(request: HttpRequest) -> NavItem:
    return NavItem("imports", _("导入"), "upload", "connect:list", capability=Capability.IMPORT)


@fills("customer.erased", order=10)
def searched(request: HttpRequest, customer_id: int) -> Panel | None:
    """How far the sheets that lie here have been searched for them."""
    found = searching.of_customer(customer_id)
    if found is None:
        return None
    return Panel("connect/slots/searched.html", {"search": found, "done": found.total - len(found.left)})


@fills("search.commands", order=80)
def commands(request: HttpRequest) -> Command:
    return Command(
        _("导入表格"), reverse("connect:new"), icon="upload", hint=_("客户档案、维修工单"), capability=Capability.IMPORT
    )


@fills("begin", order=10)
def begin(request: HttpRequest) -> Action:
    return Action(_("导入现有表格"), reverse("connect:new"), icon="upload", capability=Capability.IMPORT)


@fills("staff.actions", order=10)
def staff_actions(request: HttpRequest) -> list[Action]:
    manage = Capability.STAFF_MANAGE
    return [
        Action(_("导入花名册"), reverse("connect:roster"), icon="upload", capability=manage),
        Action(_("开通登录"), reverse("connect:roster-sign-ins"), icon="lock", capability=manage),
    ]


@fills("stock.actions", order=10)
def stock_actions(request: HttpRequest) -> Action:
    return Action(_("导入库存表"), reverse("connect:stock"), icon="upload", capability=Capability.SALES_MANAGE)


@fills("settings", order=60)
def settings(request: HttpRequest) -> Setting:
    hint = _("从现在用的系统导入客户和工单，查看和撤销以前的导入")
    return Setting(_("导入"), hint, "upload", "connect:list", "safety", capability=Capability.IMPORT)


@fills("catalogue.actions", order=10)
def price_list(request: HttpRequest) -> Action:
    return Action(_("导入价格表"), reverse("connect:prices"), icon="upload", capability=Capability.SALES_MANAGE)
