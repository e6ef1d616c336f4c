from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings as settings_of
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qibu.kernel import keeping as kept
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import ScopeError, current_actor
from qibu.network import custom, handover, inherited, selectors, words
from qibu.network.exports import SHEETS
from qibu.network.models import Export, SavedView
from qibu.network.rules import ABOVE_STORES, Capability
from qibu.network.services.saved_views import may_change
from qibu.ui.formats import number
from qibu.ui.lists import ListPage, Preset
from qibu.ui.slots import Action, Bell, Choice, NavItem, Panel, Setting, fills

TOLD_FOR = timedelta(days=3)


@fills("frame.stores", order=10)
def stores(request: HttpRequest) -> list[Choice]:
    actor, address = request.actor, reverse("network:switch")  # type: ignore[attr-defined]  # set by ScopeMiddleware
    return [
        Choice(
            place.organisation, str(place.organisation_id), address,
            current=place.organisation_id == actor.organisation_id, detail=place.city,
        )
        for place in getattr(request, "places", [])
    ]  # fmt: skip


@fills("frame.title", order=10)
def title(request: HttpRequest) -> str | None:
    actor = getattr(request, "actor", None)
    if actor is None:
        return None
    place = next((p for p in getattr(request, "places", []) if p.staff_id == actor.staff_id), None)
    return (place.title if place else "") or words.roles(actor.roles)


@fills("frame.person", order=90)
def person(request: HttpRequest) -> list[Action]:
    return [
        Action(_("我的账号"), reverse("network:account"), "user"),
        Action(_("退出登录"), reverse("network:sign-out"), "logout", method="post"),
    ]


@fills("navigation", order=900)
def navigation(request: HttpRequest) -> NavItem:
    return NavItem("settings", _("设置"), "gear", "network:settings", badge=exports_to_decide)


def exports_to_decide(request: HttpRequest) -> int:
    news = export_news(request)
    return news.to_decide if news else 0


@fills("workbench.head", order=30)
def taken_over(request: HttpRequest, **around: object) -> Panel | None:
    """For some days, on one's own workbench: whose work one has taken over."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.staff_id is None or not around.get("own", True):
        return None
    found = selectors.taken_over(actor).filter(at__gte=times.now() - TOLD_FOR)
    given = [(record, handover.described(record.shares.get(str(actor.staff_id), {}))) for record in found]
    return Panel("network/slots/taken_over.html", {"given": given}) if given else None


@fills("list.views", order=10)
def saved_views(request: HttpRequest, key: str) -> list[Preset]:
    actor = getattr(request, "actor", None)
    return [_preset(actor, view) for view in selectors.saved_views(actor, key)] if actor and actor.staff_id else []


def _preset(actor: Actor, view: SavedView) -> Preset:
    edit = reverse("network:view", args=[view.pk]) if may_change(actor, view) else ""
    opens = view.opens and view.owner_id == actor.staff_id
    return Preset(
        selectors.view_key(view), view.name, view.values, base=view.base, columns=tuple(view.columns), edit=edit,
        opens=opens, owner="" if view.owner_id == actor.staff_id else view.owner.name,
    )  # fmt: skip


@fills("frame.bell", order=20)
def bell(request: HttpRequest) -> list[Bell]:
    """Exports of colleagues that wait for a word or to be noticed, and what came of one's own until it is opened."""
    news = export_news(request)
    if news is None:
        return []
    label = gettext("{n} 次同事的导出等您看").format(n=number(news.to_see))
    to_see = Bell(news.to_see, reverse("network:exports"), label=label)
    return [to_see, *(_answered(one) for one in news.answered)] if news.to_see or news.answered else []


def _answered(export: Export) -> Bell:
    refused = export.state == Export.State.REFUSED
    sentence = gettext("您的导出未获同意：{what}") if refused else gettext("您的导出已同意：{what}")
    label = sentence.format(what=words.LISTS.get(export.page, export.page))
    return Bell(1, reverse("network:export", args=[export.pk]), label=label)


@fills("frame.bell", order=30)
def no_backup(request: HttpRequest) -> Bell | None:
    """For managers who have nobody above: who never opens the settings would learn of it on the day it is needed."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.may(Capability.ORGANISATION_MANAGE):
        return None
    known = kept.backups(Path(settings_of.QIBU_HOME))
    late = bool(settings_of.QIBU_BACKUP_TO and known.last and known.last.age > kept.STALE)
    if not (known.failed or late) or selectors.above(actor.organisation_id):
        return None
    label = gettext("最近一次备份没有成功") if known.failed else gettext("备份已超过两天")
    return Bell(1, reverse("network:keeping"), label=label)


def export_news(request: HttpRequest) -> selectors.ExportNews | None:
    """Asked once a page: the bell, the menu and the list of exports say it. None outside a scope."""
    if not hasattr(request, "_export_news"):
        try:
            actor = current_actor()
        except ScopeError:
            return None
        found = selectors.export_news(actor) if actor.staff_id else None
        request._export_news = found  # type: ignore[attr-defined]  # kept for this request
    kept: selectors.ExportNews | None = request._export_news  # type: ignore[attr-defined]
    return kept


@fills("list.tools", order=10)
def export(request: HttpRequest, page: ListPage) -> Action | None:
    """The rows of this view as a spreadsheet, where the list may leave the house."""
    if page.key not in SHEETS or page.is_gone or page.lost:
        return None
    address = f"{reverse('network:export-new', args=[page.key])}?{request.GET.urlencode()}"
    return Action(_("导出"), address, icon="export", capability=SHEETS[page.key].capability)


@fills("list.lost", order=10)
def lost_fields(request: HttpRequest, keys: list[str]) -> list[tuple[str, str]]:
    """Fields of one's own that conditions of a list name, though they were switched off."""
    return custom.switched_off(request.actor.organisation_id, keys)  # type: ignore[attr-defined]  # set by ScopeMiddleware


@fills("list.saving", order=10)
def saving(request: HttpRequest) -> str:
    return reverse("network:view-new")


@fills("settings", order=90)
def left_behind(request: HttpRequest) -> Setting | None:
    """Only when the background could not handle something: most stores never see it."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ScopeMiddleware
    if not actor.may(Capability.ORGANISATION_MANAGE) or not selectors.any_parked(actor):
        return None
    hint = _("后台读不下去的几条，先放在一边，会自己再试")
    return Setting(_("没能处理的记录"), hint, "warn", "network:parked", "safety", Capability.ORGANISATION_MANAGE)


@fills("settings", order=80)
def keeping(request: HttpRequest) -> Setting | None:
    """What is amiss stands in the row itself."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ScopeMiddleware
    if not actor.may(Capability.ORGANISATION_MANAGE):
        return None
    hint = words.keeping(kept.backups(Path(settings_of.QIBU_HOME)), kept.recovery(Path(settings_of.QIBU_HOME)))
    return Setting(_("备份和密钥"), hint, "shield", "network:keeping", "safety", Capability.ORGANISATION_MANAGE)


@fills("settings", order=40)
def content_that_is_inherited(request: HttpRequest) -> Setting | None:
    """For whoever may change any of it."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ScopeMiddleware
    if not inherited.kinds_for(actor):
        return None
    hint = _("计划、字段、时间和上报：哪些是上级的，哪些自己改过")
    return Setting(_("内容与继承"), hint, "net", "network:inherited", "ways")


@fills("settings", order=10)
def settings(request: HttpRequest) -> list[Setting]:
    above = request.place.kind in ABOVE_STORES  # type: ignore[attr-defined]  # set by ScopeMiddleware
    own, people, safety = "own", "people", "safety"
    about = _("资料和机构") if above else _("门店资料和机构")
    manage, staff, audit = Capability.ORGANISATION_MANAGE, Capability.STAFF_MANAGE, Capability.AUDIT_VIEW
    security = Capability.SECURITY_MANAGE
    return [
        Setting(_("我的账号"), _("密码、二次验证、登录着的设备、语言"), "user", "network:account", own),
        Setting(_("导出"), _("申请、审批和下载"), "export", "network:exports", own, Capability.EXPORTS_APPROVE),
        Setting(
            _("批量操作"), _("一次改了很多条的记录，可以撤销"), "check", "network:batches", own,
            Capability.CUSTOMERS_EDIT,
        ),
        Setting(_("员工"), _("谁在店里、能做什么、能不能登录"), "users", "network:staff", people, staff),
        Setting(_("交接记录"), _("谁的客户和任务交给了谁"), "swap", "network:handovers", people, staff),
        Setting(about, _("名称和地址，上级和下级机构"), "net", "network:organisations", people, manage),
        Setting(_("自定义字段"), _("档案里要多记什么"), "edit", "network:custom-fields", "ways", manage),
        Setting(_("接口令牌"), _("别的系统凭它送线索进来、取出去"), "key", "network:tokens", safety, manage),
        Setting(_("安全"), _("二次验证、登录多久要重来"), "lock", "network:security", safety, security),
        Setting(_("操作记录"), _("谁在什么时候看了、改了、导出了什么"), "shield", "network:audit", safety, audit),
    ]
