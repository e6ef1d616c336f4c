"""What the customers area puts into the frame, and how its own events read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.contracts import customers as events
from qibu.customers import listing
from qibu.customers.forms import CustomerForm
from qibu.customers.models import Consent, Customer, Hold
from qibu.customers.selectors import visible
from qibu.customers.timeline import FILE, NOTE, Happening, Line, Renderer, Renderers
from qibu.customers.views.lists import OWN_COLUMNS, OWN_HEADS
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import ScopeError, current_actor
from qibu.network import custom
from qibu.network.rules import Capability
from qibu.ui import slots

RECENT = "customers_recent"  # in the session: organisation → identifiers, the newest first
RECENT_SHOWN = 5


def _used(actor: Actor, code: str) -> int:
    return Customer.objects.filter(custom__has_key=code).count()


def _labels() -> list[Any]:
    columns = [column.label for column in OWN_COLUMNS] + [column.label for column in listing.columns()]
    return [*(field.label for field in CustomerForm.base_fields.values()), *columns, *OWN_HEADS]


custom.register_record(
    "customer", pgettext_lazy("菜单", "客户"), used=_used, examples=gettext_lazy("比如：车友会、常跑路线、喜欢的饮料。")
)
custom.reserve(_labels)


@slots.fills("navigation", order=20)
def navigation(request: HttpRequest) -> slots.NavItem:
    return slots.NavItem(
        "customers", pgettext_lazy("菜单", "客户"), "users", "customers:list",
        capability=Capability.CUSTOMERS_VIEW, phone=2,
    )  # fmt: skip


@slots.fills("search.commands", order=20)
def commands(request: HttpRequest) -> list[slots.Command]:
    return [
        slots.Command(
            gettext_lazy("新建客户"), reverse("customers:create"), icon="plus", key="N",
            capability=Capability.CUSTOMERS_EDIT,
        ),
        slots.Command(
            gettext_lazy("我的客户"), f"{reverse('customers:list')}?view=mine", icon="users",
            capability=Capability.CUSTOMERS_VIEW,
        ),
        slots.Command(
            gettext_lazy("公共客户"), f"{reverse('customers:list')}?view=nobody", icon="users",
            hint=gettext_lazy("还没有顾问"), capability=Capability.CUSTOMERS_VIEW,
        ),
    ]  # fmt: skip


@slots.fills("settings", order=30)
def settings(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        gettext_lazy("标签"), gettext_lazy("改名、合并、清理"), "tag", "customers:tags",
        part="ways", capability=Capability.CARE_EDIT,
    )  # fmt: skip


@slots.fills("frame.search", order=10)
def search(request: HttpRequest) -> str | None:
    actor = getattr(request, "actor", None)
    return reverse("customers:search") if actor and actor.may(Capability.CUSTOMERS_VIEW) else None


@slots.fills("frame.recent", order=10)
def recent(request: HttpRequest) -> list[slots.Action]:
    """Customers opened last in this session, as far as the actor may still see them."""
    try:
        actor = current_actor()
    except ScopeError:  # pages that open their own scope draw the frame outside it
        return []
    ids = request.session.get(RECENT, {}).get(str(actor.organisation_id), [])
    found = visible(actor).only("id", "name", "kind").in_bulk(ids) if ids else {}
    return [_opened(found[pk]) for pk in ids if pk in found]


def _opened(customer: Customer) -> slots.Action:
    icon = "building" if customer.kind == Customer.Kind.COMPANY else "user"
    return slots.Action(str(customer), reverse("customers:detail", args=[customer.pk]), icon=icon)


@slots.fills("customer.timeline", order=10)
def timeline(request: HttpRequest, **context: Any) -> Renderers:
    return {
        events.CustomerRegistered.name: Renderer(FILE, _registered),
        events.NoteWritten.name: Renderer(NOTE, _note),
        events.ConsentRecorded.name: Renderer(FILE, _consent),
        events.HoldPlaced.name: Renderer(FILE, _hold_placed),
        events.HoldLifted.name: Renderer(FILE, _hold_lifted),
        events.AdvisorChanged.name: Renderer(FILE, _advisor),
        events.CustomersMerged.name: Renderer(FILE, _merged),
        events.MergeUndone.name: Renderer(FILE, _merge_undone),
        events.CustomerErased.name: Renderer(FILE, _erased),
    }


def _registered(entry: Happening) -> Line:
    source = entry.data.get("source")
    return Line(_("建立客户档案"), icon="user", text=_("来源：{source}").format(source=source) if source else "")


def _note(entry: Happening) -> Line:
    return Line(_("备注"), icon="pen", text=entry.data["text"])


def _consent(entry: Happening) -> Line:
    purpose, channel = Consent.Purpose(entry.data["purpose"]), Consent.Channel(entry.data["channel"])
    state = Consent.State(entry.data["state"])
    title = _("{purpose}：{state}").format(purpose=purpose.label, state=state.label)
    return Line(title, icon="shield", text=_("方式：{channel}").format(channel=channel.label))


def _hold_placed(entry: Happening) -> Line:
    return Line(str(Hold.Reach(entry.data["reach"]).label), icon="ban", text=entry.data["reason"])


def _hold_lifted(entry: Happening) -> Line:
    return Line(_("解除：{reach}").format(reach=Hold.Reach(entry.data["reach"]).label), icon="check")


def _advisor(entry: Happening) -> Line:
    roles = {"advisor": _("服务顾问"), "seller": _("销售顾问")}
    role, name = roles.get(entry.data["role"], ""), entry.data.get("staff_name")
    if not name:
        return Line(_("{role}：不再指定").format(role=role), icon="swap")
    if was := entry.data.get("was"):
        said = _("{role}由 {was} 交给 {name}").format(role=role, was=was, name=name)
        return Line(said, icon="swap", quote=entry.data.get("note", ""))
    return Line(_("{role}换成 {name}").format(role=role, name=name), icon="swap")


def _merged(entry: Happening) -> Line:
    return Line(_("合并了一份重复的档案"), icon="merge", url=reverse("customers:merge-record", args=[entry.subject_id]))


def _merge_undone(entry: Happening) -> Line:
    return Line(_("分开了合并的档案"), icon="undo", url=reverse("customers:merge-record", args=[entry.subject_id]))


def _erased(entry: Happening) -> Line:
    return Line(_("个人信息已按要求删除"), icon="trash", text=entry.data["reason"])


@slots.fills("customer.actions", order=90)
def merge_action(request: HttpRequest, customer: Customer, **context: Any) -> slots.Action:
    page, may = reverse("customers:merge", args=[customer.pk]), Capability.CUSTOMERS_EDIT
    return slots.Action(gettext_lazy("合并"), page, icon="merge", capability=may)
